"""Taking answers in: each is stored once, a corrected line changes what it corrects, and what has no interaction yet waits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.db import KEYS_AT_ONCE
from qa.errors import RefusedError
from qa.feedback.linking import known_by_reference, linked_to
from qa.feedback.models import CustomerAnswer
from qa.feedback.values import IncomingAnswer
from qa.i18n import Language, Text, _
from qa.interactions.models import Source
from qa.interactions.reading.tongue import language_of_texts
from qa.privacy.redaction import redact
from qa.transcripts.redaction import kinds_to_hide


class Taken(StrEnum):
    """What became of a line."""

    ADDED = "added"
    WAITING = "waiting"
    CHANGED = "changed"
    KNOWN = "known"
    REFUSED = "refused"


TAKEN_LABELS: dict[Taken, Text] = {
    Taken.ADDED: _("Taken in, with its interaction"),
    Taken.WAITING: _("Taken in, waits for its interaction"),
    Taken.CHANGED: _("Known already, corrected"),
    Taken.KNOWN: _("Known already, nothing changed"),
    Taken.REFUSED: _("Refused"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was left out, and why."""

    line: int | None
    sentence: Text


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of lines that were stored together."""

    counts: Counter[Taken]
    refusals: tuple[Refusal, ...]


def store_answers(act: Act, answers: Sequence[IncomingAnswer], *, source: Source) -> Stored:
    """Store the answers of a survey, numbers in comments hidden first; what is wrong with one stops none of the others.

    A line with a number that is known changes what it says otherwise; an empty cell changes nothing, and silence takes no
    answer away. Nothing is stored of an interaction that was erased.
    """
    act.require(Permission.INTERACTION_ADD)
    known = known_by_reference(act, (one.reference for one in answers))
    stored = _stored(act, [one.key for one in answers], source=source)
    counts: Counter[Taken] = Counter()
    refusals: list[Refusal] = []
    fresh: list[CustomerAnswer] = []
    for one in answers:
        try:
            interaction = linked_to(known.get(one.reference, ()), named=one.source, survey_id=source.id)
        except RefusedError as error:
            refusals.append(Refusal(one.line, error.sentence))
            continue
        if interaction is not None and interaction.erased:
            erased = _("The interaction of this line was erased, so nothing that was said of it is kept.")
            refusals.append(Refusal(one.line, erased))
            continue
        row = stored.get(one.key)
        if row is None:
            row = stored[one.key] = CustomerAnswer(
                source_id=source.id,
                external_id=one.key,
                reference=one.reference,
                interaction_source=one.source,
                interaction_id=interaction.id if interaction else None,
                invited=True,
                comment="",
                language="",
                received_at=act.now,
            )
            _write(act, row, one)
            fresh.append(row)
            counts[Taken.ADDED if interaction else Taken.WAITING] += 1
            continue
        changed = _write(act, row, one)
        moved = _relink(row, one, interaction.id if interaction else None)
        if (changed or moved) and row.id is not None:
            row.changed_at = act.now
        counts[Taken.CHANGED if changed or moved else Taken.KNOWN] += 1
    act.session.add_all(fresh)
    act.session.flush()
    counts[Taken.REFUSED] += len(refusals)
    if any(count for taken, count in counts.items() if taken not in {Taken.KNOWN, Taken.REFUSED}):
        told = {taken.value: counts[taken] for taken in (Taken.ADDED, Taken.WAITING, Taken.CHANGED)}
        audit.record(act, "answers.taken_in", source, **told)
    return Stored(counts, tuple(refusals))


def _stored(act: Act, keys: Sequence[str], *, source: Source) -> dict[str, CustomerAnswer]:
    found: dict[str, CustomerAnswer] = {}
    wanted = sorted(set(keys))
    for first in range(0, len(wanted), KEYS_AT_ONCE):
        asked = select(CustomerAnswer).where(
            CustomerAnswer.source_id == source.id,
            CustomerAnswer.external_id.in_(wanted[first : first + KEYS_AT_ONCE]),
        )
        found.update((row.external_id, row) for row in act.session.scalars(asked))
    return found


def _write(act: Act, row: CustomerAnswer, told: IncomingAnswer) -> bool:
    """Write what the line tells; returns whether that changed anything."""
    values: dict[str, object] = {}
    if told.invited is not None:
        values["invited"] = told.invited
    if told.csat is not None:
        values |= {
            "csat_given": told.csat.given,
            "csat_lowest": told.csat.scale.lowest,
            "csat_highest": told.csat.scale.highest,
            "csat_bp": told.csat.hundredths,
        }
    for name, value in (("nps", told.nps), ("ces", told.ces), ("resolved", told.resolved)):
        if value is not None:
            values[name] = value
    if told.comment:
        language = told.language or language_of_texts([told.comment]) or row.language or act.settings.language.value
        values["language"] = language
        values["comment"] = redact(told.comment, language=Language.of(language), kinds=kinds_to_hide(act.settings)).text
    if told.answers:
        # Where no line says when, it is when the answer came in; a later copy of the file does not move that.
        values["answered_at"] = told.answered_at or row.answered_at or act.now
    changed = {name: new for name, new in values.items() if getattr(row, name) != new}
    for name, new in changed.items():
        setattr(row, name, new)
    return bool(changed)


def _relink(row: CustomerAnswer, told: IncomingAnswer, interaction_id: int | None) -> bool:
    """Follow a line that names another interaction than before, or one that came meanwhile."""
    before = (row.reference, row.interaction_source, row.interaction_id)
    row.reference, row.interaction_source = told.reference, told.source or row.interaction_source
    row.interaction_id = interaction_id or (row.interaction_id if told.reference == before[0] else None)
    return (row.reference, row.interaction_source, row.interaction_id) != before
