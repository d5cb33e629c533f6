"""The proof of a stored draw: its frame in storage, its record, and what a check of it finds."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError
from qa.i18n import Text, _
from qa.sampling import allotment, exporting, order, record, reserve
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.commitment import plan_digest
from qa.sampling.items import items_of, keys_of, wanted_of
from qa.sampling.kept_frame import read_frame
from qa.sampling.lengths import check_lengths
from qa.sampling.models import Draw, DrawItem, DrawState
from qa.sampling.record import Check, DrawnItem, DrawRecord, Finding, StratumCount, Verification


def record_of(act: Act, draw: Draw) -> DrawRecord:
    """Return the record of a draw as it is stored; the seed is in it only when it is revealed.

    Raises:
        InvalidError: when the record was altered so that it cannot be read.

    """
    try:
        return _record(act, draw)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidError(_("The record of this draw was altered: it can no longer be read.")) from error


def _record(act: Act, draw: Draw) -> DrawRecord:
    name, _slash, version = draw.algorithm.rpartition("/")
    keys = keys_of(act, draw)
    plan = _plan(draw)
    design = Design.read(plan)
    drawn = [item for item in items_of(act, draw) if item.position <= wanted_of(draw, item.stratum)]
    return DrawRecord(
        plan=plan,
        commitment=draw.commitment,
        seed=bytes.fromhex(draw.shown_seed) if draw.shown_seed else None,
        salt=bytes.fromhex(draw.salt),
        salt_commitment=draw.salt_commitment,
        frame_digest=draw.frame_digest,
        strata=tuple(
            StratumCount(stratum, int(count["eligible"]), int(count["wanted"]), str(count["digest"]))
            for stratum, count in sorted(draw.counts.items())
        ),
        drawn=tuple(_drawn(item, key=keys[item.interaction_id], draw=draw, kind=design.kind) for item in drawn),
        algorithm=name,
        algorithm_version=int(version) if version.isdecimal() else 0,
    )


def verify(act: Act, draw: Draw) -> Verification:
    """Redo the draw from its record, and say exactly what agrees and what differs."""
    act.require(Permission.DRAW_SEE)
    _must_be_made(draw)
    try:
        kept = record_of(act, draw)
        found = record.verify(kept, read_frame(act, draw))
        ledger = list(reserve.check(act, draw)) if kept.seed is not None else []
    except InvalidError as error:
        return Verification((Finding(Check.FRAME, agrees=False, sentence=error.sentence),))
    lengths = check_lengths(act, draw, kept, read_frame(act, draw))
    return Verification((*found.findings, *allotment.check(kept), *lengths, *_check_log(act, draw), *ledger))


def export(act: Act, draw: Draw) -> bytes:
    """Write the draw as a file that anyone can verify; only once its seed is revealed."""
    act.require(Permission.DRAW_SEE)
    _must_be_made(draw)
    return exporting.export(record_of(act, draw), read_frame(act, draw))


def design_of(draw: Draw) -> Design:
    """Return how a draw that was begun was made.

    Raises:
        InvalidError: when the record was altered so that it cannot be read.

    """
    try:
        return Design.read(_plan(draw))
    except (TypeError, ValueError) as error:
        raise InvalidError(_("The record of this draw was altered: it can no longer be read.")) from error


def _check_log(act: Act, draw: Draw) -> Iterator[Finding]:
    """Hold the record against the audit log, which nobody can change unnoticed."""
    asked = select(AuditEntry).where(
        AuditEntry.subject_kind == Draw.__tablename__,
        AuditEntry.subject_id == draw.id,
        AuditEntry.action.in_(("draw.committed", "draw.begun", "draw.made")),
    )
    told: dict[str, set[object]] = {}
    for entry in act.session.scalars(asked.order_by(AuditEntry.id)):
        for name, value in entry.data.items():
            told.setdefault(name, set()).add(value)
    pairs: tuple[tuple[str, str, Text, Text], ...] = (
        (
            "commitment",
            draw.commitment,
            _("The commitment is the one in the audit log."),
            _("The commitment is not the one in the audit log."),
        ),
        (
            "frame_digest",
            draw.frame_digest,
            _("The digest of the interactions is the one in the audit log."),
            _("The digest of the interactions is not the one in the audit log."),
        ),
        (
            "plan_digest",
            plan_digest(_plan(draw)),
            _("The plan is the one in the audit log."),
            _("The plan is not the one in the audit log."),
        ),
    )
    for name, now, yes, no in pairs:
        agrees = told.get(name) == {now}
        yield Finding(Check.LOG, agrees=agrees, sentence=yes if agrees else no)


def _must_be_made(draw: Draw) -> None:
    if draw.state is DrawState.COMMITTED:
        raise ConflictError(_("This draw has not been made yet. Until then there is only its commitment."))


def _drawn(item: DrawItem, *, key: str, draw: Draw, kind: DesignKind) -> DrawnItem:
    token = order.token_of(key, salt=bytes.fromhex(draw.salt))
    # In a rolling draw the place only tells the order in which interactions came.
    position = 0 if kind is DesignKind.ROLLING else item.position
    return DrawnItem(key, token, item.stratum, int(item.u), position, item.inclusion_probability)


def _plan(draw: Draw) -> Mapping[str, object]:
    found = json.loads(draw.canonical_plan)
    if not isinstance(found, dict):
        raise TypeError("A plan is an object.")
    return found
