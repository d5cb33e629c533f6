"""The proof of a stored draw: its frame in storage, its record, and what a check of it finds."""

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Permission
from qa.db import KEYS_AT_ONCE
from qa.errors import ConflictError, InvalidError
from qa.i18n import Text, _
from qa.interactions.models import Interaction
from qa.sampling import allotment, exporting, order, record
from qa.sampling.commitment import plan_digest
from qa.sampling.designs import Design, DesignKind
from qa.sampling.kept_frame import read_frame
from qa.sampling.lengths import check_lengths
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState
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
    keys = _keys(act, draw)
    plan = _plan(draw)
    design = Design.read(plan)
    drawn = [item for item in _items(act, draw) if item.position <= _wanted(draw, item.stratum)]
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
        ledger = list(_check_ledger(act, draw)) if kept.seed is not None else []
    except InvalidError as error:
        return Verification((Finding(Check.FRAME, agrees=False, sentence=error.sentence),))
    lengths = check_lengths(act, draw, kept, order.unweighted(read_frame(act, draw)))
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


def next_in_order(act: Act, draw: Draw, *, stratum: str) -> order.Ranked | None:
    """Return who takes the place of the next replaced item of the stratum; nobody if none is left.

    A rolling draw has no reserve: whatever is not in had its chance and missed it.
    """
    if draw.rolls:
        return None
    taken = {item.position for item in _items(act, draw) if item.stratum == stratum}
    ranked = _in_order(act, draw, {stratum})[stratum]
    there = _existing(act, [one.key for one in ranked])
    return next((one for one in ranked if one.position not in taken and one.key in there), None)


def _in_order(act: Act, draw: Draw, strata: set[str]) -> dict[str, list[order.Ranked]]:
    """Return every interaction of these strata in the order of the draw."""
    rows = [row for row in order.weighted(read_frame(act, draw)) if row[1] in strata]
    sizes = {stratum: _wanted(draw, stratum) for stratum in strata}
    sample = order.draw_weighted(
        rows, seed=bytes.fromhex(draw.seed), sizes=sizes, salt=bytes.fromhex(draw.salt), reserve=len(rows)
    )
    found: dict[str, list[order.Ranked]] = {stratum: [] for stratum in strata}
    for one in (*sample.drawn, *sample.reserve):
        found[one.stratum].append(one)
    return found


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


def _check_ledger(act: Act, draw: Draw) -> Iterator[Finding]:
    """Check that every replacement was the next in the order of its stratum."""
    keys = _keys(act, draw)
    by_stratum: dict[str, list[DrawItem]] = {}
    for item in _items(act, draw):
        by_stratum.setdefault(item.stratum, []).append(item)
    out = {stratum: sum(item.state is ItemState.REPLACED for item in items) for stratum, items in by_stratum.items()}
    stepped_in = {
        stratum: [item for item in items if item.position > _wanted(draw, stratum)]
        for stratum, items in by_stratum.items()
    }
    touched = {stratum for stratum in by_stratum if out[stratum] or stepped_in[stratum]}
    if not touched:
        return
    wrong: list[Finding] = []
    reserve = {stratum: [] for stratum in touched} if draw.rolls else _reserve(act, draw, touched)
    for stratum in sorted(touched):
        there = _existing(act, [one.key for one in reserve[stratum]])
        expected = [(one.key, one.position) for one in reserve[stratum] if one.key in there][: out[stratum]]
        found = [(keys[item.interaction_id], item.position) for item in stepped_in[stratum]]
        if found != expected:
            sentence = _("In stratum “{stratum}” a replacement was not the next in the order.", stratum=stratum)
            wrong.append(Finding(Check.LEDGER, agrees=False, sentence=sentence))
    if wrong:
        yield from wrong
    elif draw.rolls:
        sentence = _("Every interaction that was set aside has a reason; a rolling draw has none to take its place.")
        yield Finding(Check.LEDGER, agrees=True, sentence=sentence)
    else:
        sentence = _("Every replaced interaction has a reason, and the next in the order took its place.")
        yield Finding(Check.LEDGER, agrees=True, sentence=sentence)


def _reserve(act: Act, draw: Draw, strata: set[str]) -> dict[str, list[order.Ranked]]:
    """Return the interactions of these strata that were not drawn, in order."""
    ranked = _in_order(act, draw, strata)
    return {
        stratum: [one for one in found if one.position > _wanted(draw, stratum)] for stratum, found in ranked.items()
    }


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


def _wanted(draw: Draw, stratum: str) -> int:
    count = draw.counts.get(stratum)
    return int(count["wanted"]) if count else 0


def _items(act: Act, draw: Draw) -> list[DrawItem]:
    asked = select(DrawItem).where(DrawItem.draw_id == draw.id).order_by(DrawItem.stratum, DrawItem.position)
    return list(act.session.scalars(asked))


def _keys(act: Act, draw: Draw) -> dict[int, str]:
    asked = select(Interaction.id, Interaction.stable_key).join(DrawItem).where(DrawItem.draw_id == draw.id)
    return dict(act.session.execute(asked).all())


def _existing(act: Act, keys: Sequence[str]) -> set[str]:
    """Which of the interactions are still there; an erased one cannot take a place."""
    found: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        asked = select(Interaction.stable_key).where(Interaction.stable_key.in_(keys[start : start + KEYS_AT_ONCE]))
        found.update(act.session.scalars(asked))
    return found
