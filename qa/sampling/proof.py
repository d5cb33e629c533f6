"""The proof of a stored draw: its frame in storage, its record, and what a check of it finds."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Permission
from qa.db import KEYS_AT_ONCE
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.i18n import Text, _
from qa.interactions.models import Interaction
from qa.sampling import allotment, order, record
from qa.sampling.commitment import canonical_json, plan_digest
from qa.sampling.lengths import check_lengths
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState
from qa.sampling.record import Check, DrawnItem, DrawRecord, Finding, StratumCount, Verification


def keep_frame(act: Act, draw: Draw, rows: Iterable[tuple[str, str]]) -> str:
    """Keep a frame of (stable key, stratum) in storage, sorted; return its key there.

    The name holds the digest, so that a draw that is rolled back and made again never meets another's frame.
    """
    key = f"draws/{draw.id}/{draw.frame_digest}.jsonl"
    act.blobs.put(key, b"".join(canonical_json(row) + b"\n" for row in sorted(rows)))
    return key


def read_frame(act: Act, draw: Draw) -> list[tuple[str, str]]:
    """Return the frame as it was kept.

    Raises:
        InvalidError: when the file is no longer there or cannot be read.

    """
    try:
        return list(_rows(act.blobs.get(draw.frame_key or "")))
    except (NotFoundError, TypeError, ValueError) as error:
        raise InvalidError(
            _("The list of interactions of this draw cannot be read, so the draw cannot be redone.")
        ) from error


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
    drawn = [item for item in _items(act, draw) if item.position <= _wanted(draw, item.stratum)]
    return DrawRecord(
        plan=_plan(draw),
        commitment=draw.commitment,
        seed=bytes.fromhex(draw.shown_seed) if draw.shown_seed else None,
        salt=bytes.fromhex(draw.salt),
        salt_commitment=draw.salt_commitment,
        frame_digest=draw.frame_digest,
        strata=tuple(
            StratumCount(stratum, int(count["eligible"]), int(count["wanted"]), str(count["digest"]))
            for stratum, count in sorted(draw.counts.items())
        ),
        drawn=tuple(_drawn(item, key=keys[item.interaction_id], draw=draw) for item in drawn),
        algorithm=name,
        algorithm_version=int(version) if version.isdecimal() else 0,
    )


def verify(act: Act, draw: Draw) -> Verification:
    """Redo the draw from its record, and say exactly what agrees and what differs."""
    act.require(Permission.DRAW_SEE)
    _must_be_made(draw)
    try:
        kept, rows = record_of(act, draw), read_frame(act, draw)
        found = record.verify(kept, rows)
    except InvalidError as error:
        return Verification((Finding(Check.FRAME, agrees=False, sentence=error.sentence),))
    findings = [*found.findings, *allotment.check(kept), *check_lengths(act, draw, kept, rows), *_check_log(act, draw)]
    if kept.seed is not None:
        findings += _check_ledger(act, draw, rows)
    return Verification(tuple(findings))


def export(act: Act, draw: Draw) -> bytes:
    """Write the draw as a file that anyone can verify; only once its seed is revealed."""
    act.require(Permission.DRAW_SEE)
    _must_be_made(draw)
    return record.export(record_of(act, draw), read_frame(act, draw))


def next_in_order(act: Act, draw: Draw, *, stratum: str) -> order.Ranked | None:
    """Return who takes the place of the next replaced item of the stratum; nobody if none is left."""
    taken = {item.position for item in _items(act, draw) if item.stratum == stratum}
    ranked = _in_order(draw, read_frame(act, draw), stratum=stratum)
    there = _existing(act, [one.key for one in ranked])
    return next((one for one in ranked if one.position not in taken and one.key in there), None)


def _in_order(draw: Draw, rows: Iterable[tuple[str, str]], *, stratum: str) -> list[order.Ranked]:
    """Return every interaction of a stratum in the order of its draw."""
    own = [row for row in rows if row[1] == stratum]
    wanted = _wanted(draw, stratum)
    sample = order.draw(
        own,
        seed=bytes.fromhex(draw.seed),
        sizes={stratum: wanted},
        salt=bytes.fromhex(draw.salt),
        reserve=max(0, len(own) - wanted),
    )
    return [*sample.drawn, *sample.reserve]


def _check_log(act: Act, draw: Draw) -> Iterator[Finding]:
    """Hold the record against the audit log, which nobody can change unnoticed."""
    asked = select(AuditEntry).where(
        AuditEntry.subject_kind == Draw.__tablename__,
        AuditEntry.subject_id == draw.id,
        AuditEntry.action.in_(("draw.committed", "draw.made")),
    )
    told: dict[str, object] = {}
    for entry in act.session.scalars(asked.order_by(AuditEntry.id)):
        told |= entry.data
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
        agrees = told.get(name) == now
        yield Finding(Check.LOG, agrees=agrees, sentence=yes if agrees else no)


def _check_ledger(act: Act, draw: Draw, rows: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Check that every replacement was the next in the order of its stratum."""
    keys = _keys(act, draw)
    by_stratum: dict[str, list[DrawItem]] = {}
    for item in _items(act, draw):
        by_stratum.setdefault(item.stratum, []).append(item)
    wrong: list[Finding] = []
    replaced = 0
    for stratum, items in sorted(by_stratum.items()):
        out = sum(item.state is ItemState.REPLACED for item in items)
        replaced += out
        stepped_in = [item for item in items if item.position > _wanted(draw, stratum)]
        if not out and not stepped_in:
            continue
        reserve = [one for one in _in_order(draw, rows, stratum=stratum) if one.position > _wanted(draw, stratum)]
        there = _existing(act, [one.key for one in reserve])
        expected = [(one.key, one.position) for one in reserve if one.key in there][:out]
        found = [(keys[item.interaction_id], item.position) for item in stepped_in]
        if found != expected:
            sentence = _("In stratum “{stratum}” a replacement was not the next in the order.", stratum=stratum)
            wrong.append(Finding(Check.LEDGER, agrees=False, sentence=sentence))
    if wrong:
        yield from wrong
    elif replaced:
        sentence = _("Every replaced interaction has a reason, and the next in the order took its place.")
        yield Finding(Check.LEDGER, agrees=True, sentence=sentence)


def _must_be_made(draw: Draw) -> None:
    if draw.state is DrawState.COMMITTED:
        raise ConflictError(_("This draw has not been made yet. Until then there is only its commitment."))


def _drawn(item: DrawItem, *, key: str, draw: Draw) -> DrawnItem:
    token = order.token_of(key, salt=bytes.fromhex(draw.salt))
    return DrawnItem(key, token, item.stratum, int(item.u), item.position)


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


def _rows(data: bytes) -> Iterator[tuple[str, str]]:
    for line in data.decode().splitlines():
        key, stratum = json.loads(line)
        if not (isinstance(key, str) and isinstance(stratum, str)):
            raise TypeError("A row of a frame is a key and a stratum.")
        yield key, stratum
