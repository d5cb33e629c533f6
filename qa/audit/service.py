"""Appending to the audit log, and checking that nobody changed it."""

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.db import Stored

FIRST = "0" * 64

#: PostgreSQL lock that lets one transaction at a time append; SQLite has one writer anyway.
_LOCK = 7_318_004

Plain = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries were read, and the number of the first that does not fit, if any."""

    entries: int
    broken_at: int | None


def record(act: Act, action: str, subject: Stored | None = None, **data: Plain) -> None:
    """Append an entry; it becomes part of the log when the act's transaction commits."""
    if act.session.get_bind().dialect.name == "postgresql":
        act.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    act.session.flush()
    previous = act.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or FIRST
    entry = AuditEntry(
        at=act.now,
        actor_id=act.actor.id if act.actor else None,
        action=action,
        subject_kind=subject.__tablename__ if subject is not None else "",
        subject_id=subject.id if subject is not None else None,
        data=dict(data),
        previous_hash=previous,
    )
    entry.hash = digest(entry, previous=previous)
    act.session.add(entry)
    act.session.flush()


def digest(entry: AuditEntry, *, previous: str) -> str:
    """Return the SHA-256 of the entry and the hash before it."""
    told = [previous, _moment(entry.at), entry.actor_id, entry.action, entry.subject_kind, entry.subject_id, entry.data]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(act: Act) -> Verification:
    """Read the log from its beginning and check every link of the chain."""
    previous, count = FIRST, 0
    asked = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    with closing(act.session.scalars(asked)) as entries:
        for entry in entries:
            count += 1
            if entry.previous_hash != previous or entry.hash != digest(entry, previous=previous):
                return Verification(count, entry.id)
            previous = entry.hash
    return Verification(count, None)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
