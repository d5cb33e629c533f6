"""Terms that are new or shorter erase nothing before they have been told for some days."""

from datetime import datetime, timedelta

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.audit.models import AuditEntry
from qa.privacy.terms import Kept, months_of

ANNOUNCED = "retention.announced"
WARNING_DAYS = 14


def erases_from(act: Act) -> datetime | None:
    """Return from when the terms of now may erase; none while no nightly run has told them yet."""
    told = _told(act)
    if not told or _shorter(told[0].data, _terms(act)):
        return None
    last = next((entry for entry in told if entry.data["warns"]), told[-1])
    return last.at + timedelta(days=WARNING_DAYS)


def announce(act: Act) -> datetime:
    """Write the terms in the audit log where they changed; returns from when they may erase."""
    terms, told = _terms(act), _told(act)
    before = told[0].data if told else {}
    if {name: before.get(name) for name in terms} != terms:
        audit.record(act, ANNOUNCED, None, warns=_shorter(before, terms), **terms)
    return erases_from(act) or act.now + timedelta(days=WARNING_DAYS)


def _terms(act: Act) -> dict[str, int]:
    return {kind.value: months_of(act.settings, kind) for kind in Kept}


def _told(act: Act) -> list[AuditEntry]:
    """Return what was told, the latest first."""
    asked = select(AuditEntry).where(AuditEntry.action == ANNOUNCED).order_by(AuditEntry.id.desc())
    return list(act.session.scalars(asked))


def _shorter(before: dict[str, int], terms: dict[str, int]) -> bool:
    """Whether a term ends earlier than it did; none ends later than 0 months, which is no end."""
    return any(months and not 0 < before.get(name, 0) <= months for name, months in terms.items())
