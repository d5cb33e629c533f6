"""The context of the reviewer's desk, as plain values; the template's first lines say what each is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import url_for
from wtforms import Field

from qa.act import Act
from qa.errors import InvalidError
from qa.evaluations.marks import Marks, scored
from qa.evaluations.models import Evaluation
from qa.i18n import Language, Text, _, number_text, say, text_from_json
from qa.interactions.kinds import CHANNEL_LABELS, SPOKEN
from qa.interactions.models import Interaction
from qa.interactions.parts import agent_side
from qa.interactions.whose import reference_of, without_agent
from qa.transcripts.models import Transcript
from scorecards.answers import asked, choices, missing
from scorecards.computation import number, rule_in_words
from scorecards.definition import Card, Criterion, Kind, Option, Section
from scorecards.errors import AnswersError
from scorecards.scoring import score
from transcribe.types import Layout
from web.evaluations.bound import BoundEvidence, bound
from web.evaluations.erased import erased_notes
from web.evaluations.forms import NOT_APPLICABLE, evidence_of, picks
from web.evaluations.lines import Line
from web.forms import PageForm

_SCALES = frozenset({Kind.SCALE_3, Kind.SCALE_4, Kind.SCALE_5})


@dataclass(frozen=True, slots=True)
class Total:
    """How far the card is answered, and what it gives so far."""

    answered: int
    asked: int
    score: str | None
    passed: bool | None
    critical_failed: bool


@dataclass(frozen=True, slots=True)
class SectionScore:
    """What a section gives so far; ``score`` is written, without its sign."""

    score: str | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the marks given so far amount to; ``needs`` are sentences per criterion."""

    total: Total
    sections: dict[str, SectionScore]
    asked: frozenset[str]
    needs: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the evaluation stands in the work list."""

    number: int
    total: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class InteractionHead:
    """What the bar says of the interaction; nothing of its agent, its earlier scores or its draw."""

    reference: str
    channel: str
    queue: str
    language: str
    at: datetime
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class Sound:
    """The recording for the player; ``roles`` are (role, word) per channel."""

    audio_url: str
    peaks_url: str
    duration_ms: int
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OptionShown:
    """One pill."""

    value: str
    shortcut: str
    label: str
    anchor: str = ""
    fails: bool = False
    wants_comment: bool = False
    wants_evidence: bool = False


@dataclass(frozen=True, slots=True)
class CriterionShown:
    """One row of the card with its fields of the form."""

    key: str
    number: int
    name: str
    guidance: str
    weight: str
    critical: bool
    asked: bool
    scale: bool
    options: tuple[OptionShown, ...]
    ranges: tuple[str, ...]
    answer: Field
    comment: Field
    cause: Field
    evidence: Field
    turn: Field
    not_applicable: Field | None
    bound: tuple[BoundEvidence, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One section of the card."""

    key: str
    name: str
    guidance: str
    weight: str
    threshold: str
    score: str | None
    passed: bool | None
    criteria: tuple[CriterionShown, ...]


def progress_of(card: Card, marks: Marks, *, language: Language) -> Progress:
    """Score what is there so far; marks that cannot be scored count as if they were not there."""
    try:
        given = scored(marks)
        options = choices(card, given)
    except (AnswersError, InvalidError):
        given, options = {}, choices(card, {})
    result = score(card, given, complete=False)
    open_keys = asked(card, options)
    counted = [
        criterion.key
        for _section, criterion in card.criteria()
        if criterion.key in open_keys and not _is_extra(criterion)
    ]
    needs: dict[str, list[str]] = {}
    for need in missing(card, given):
        needs.setdefault(need.criterion, []).append(say(Text(need.sentence.msgid, need.sentence.params), language))
    return Progress(
        Total(
            answered=sum(key in given and given[key].given for key in counted),
            asked=len(counted),
            score=_points(result.final_bp, language=language),
            passed=result.passed,
            critical_failed=bool(result.critical),
        ),
        {
            section.key: SectionScore(_points(section.final_bp, language=language), section.passed)
            for section in result.sections
        },
        frozenset(open_keys),
        needs,
    )


def place_of(evaluation: Evaluation, waiting: Sequence[Evaluation]) -> Place:
    """Find the evaluation in its reviewer's work list."""
    ids = [item.id for item in waiting]
    at = ids.index(evaluation.id) if evaluation.id in ids else 0
    return Place(
        number=at + 1,
        total=max(1, len(ids)),
        previous=url_for("evaluations.desk", evaluation_id=ids[at - 1]) if at > 0 else None,
        next=url_for("evaluations.desk", evaluation_id=ids[at + 1]) if at + 1 < len(ids) else None,
    )


def head_of(act: Act, interaction: Interaction, *, language: Language) -> InteractionHead:
    """Say what the interaction is."""
    return InteractionHead(
        reference=say(reference_of(act, interaction), language),
        channel=say(CHANNEL_LABELS[interaction.channel], language),
        queue=interaction.queue,
        language=interaction.language or "",
        at=interaction.started_at,
        duration_ms=interaction.duration_ms,
    )


def sound_of(interaction: Interaction, transcript: Transcript | None, *, language: Language) -> Sound | None:
    """Return what the player needs; nothing for messages and for what is not yet ready to be played."""
    if not interaction.recordings or interaction.recordings[0].playable_key is None:
        return None
    recording = interaction.recordings[0]
    lanes = len((recording.peaks or {}).get("channels", [])) or 1
    apart = transcript is None or transcript.layout not in {Layout.FAKE_STEREO, Layout.MANY}
    agent_channel = agent_side(interaction)
    if lanes == 2 and apart and agent_channel in {0, 1}:
        sides = [("agent", say(_("Agent"), language)), ("customer", say(_("Customer"), language))]
        roles = sides if agent_channel == 0 else sides[::-1]
    elif lanes == 2:
        roles = [("", say(_("Left channel"), language)), ("", say(_("Right channel"), language))]
    else:
        roles = [("", say(_("Both"), language))]
    return Sound(
        audio_url=url_for("recordings.audio", interaction_id=interaction.id),
        peaks_url=url_for("recordings.peaks", interaction_id=interaction.id),
        duration_ms=interaction.duration_ms or recording.duration_ms,
        roles=tuple(roles),
    )


def warnings_of(act: Act, interaction: Interaction, transcript: Transcript | None, *, language: Language) -> list[str]:
    """Return what to know before listening or reading."""
    kept = [text_from_json(one) for one in transcript.warnings] if transcript else []
    found = [say(without_agent(act, interaction, text), language) for text in kept]
    if transcript is None:
        found.append(say(_("There is no transcript yet. It appears here once it has been made."), language))
    gone = erased_notes(act, interaction, language=language)
    if gone:
        found += gone
    elif interaction.channel in SPOKEN and interaction.recordings and interaction.recordings[0].playable_key is None:
        found.append(say(_("The recording is still being prepared for listening."), language))
    return found


def sections_of(
    card: Card,
    form: PageForm,
    *,
    progress: Progress,
    needs: Mapping[str, list[str]],
    language: Language,
    lines: tuple[Line, ...] = (),
) -> list[SectionShown]:
    """Return the card's sections with their criteria, fields and outcome so far; evidence lies in ``lines``."""
    numbers = {criterion.key: at for at, (_section, criterion) in enumerate(card.criteria(), start=1)}
    return [
        _section_shown(section, form, numbers=numbers, progress=progress, needs=needs, language=language, lines=lines)
        for section in card.sections
    ]


def rule_of(card: Card, *, language: Language) -> str:
    """Say when a contact passes on the card."""
    return rule_in_words(card, language=language.value)


def _section_shown(
    section: Section,
    form: PageForm,
    *,
    numbers: Mapping[str, int],
    progress: Progress,
    needs: Mapping[str, list[str]],
    language: Language,
    lines: tuple[Line, ...],
) -> SectionShown:
    spoken = language.value
    outcome = progress.sections[section.key]
    return SectionShown(
        key=section.key,
        name=section.name.in_(spoken),
        guidance=section.guidance.in_(spoken),
        weight=number(section.weight, spoken),
        threshold="" if section.threshold is None else number(section.threshold, spoken),
        score=outcome.score,
        passed=outcome.passed,
        criteria=tuple(
            _criterion_shown(
                criterion,
                form,
                place=numbers[criterion.key],
                is_asked=criterion.key in progress.asked,
                needs=needs.get(criterion.key, []),
                language=language,
                lines=lines,
            )
            for criterion in section.criteria
        ),
    )


def _criterion_shown(
    criterion: Criterion,
    form: PageForm,
    *,
    place: int,
    is_asked: bool,
    needs: list[str],
    language: Language,
    lines: tuple[Line, ...],
) -> CriterionShown:
    key, spoken = criterion.key, language.value
    return CriterionShown(
        key=key,
        number=place,
        name=criterion.name.in_(spoken),
        guidance=criterion.guidance.in_(spoken),
        weight=number(criterion.weight, spoken),
        critical=criterion.critical,
        asked=is_asked,
        scale=criterion.kind in _SCALES,
        options=_options(criterion, language=language) if picks(criterion) else (),
        ranges=_ranges(criterion, language=language),
        answer=form[f"answer-{key}"],
        comment=form[f"comment-{key}"],
        cause=form[f"cause-{key}"],
        evidence=form[f"evidence-{key}"],
        turn=form[f"turn-{key}"],
        not_applicable=next((field for field in form if field.name == f"na-{key}"), None),
        bound=_bound(form[f"evidence-{key}"].data, lines=lines),
        needs=tuple(needs),
    )


def _options(criterion: Criterion, *, language: Language) -> tuple[OptionShown, ...]:
    # Scales are shown by their numbers, so their lowest mark comes first; words keep the order of the card.
    ordered = sorted(criterion.options, key=_value) if criterion.kind in _SCALES else list(criterion.options)
    shown = [
        OptionShown(
            value=option.key,
            shortcut=str(at) if at < 10 else "",
            label=option.label.in_(language.value),
            anchor=option.anchor.in_(language.value),
            fails=option.value < criterion.fails_below,
            wants_comment=criterion.comment_below is not None and option.value < criterion.comment_below,
            wants_evidence=criterion.evidence_below is not None and option.value < criterion.evidence_below,
        )
        for at, option in enumerate(ordered, start=1)
    ]
    if criterion.allow_not_applicable:
        shown.append(OptionShown(NOT_APPLICABLE, "n", say(_("N/A"), language)))
    return tuple(shown)


def _value(option: Option) -> Decimal:
    return option.value


def _ranges(criterion: Criterion, *, language: Language) -> tuple[str, ...]:
    """Say what each range of a number is worth."""
    if criterion.kind is not Kind.NUMERIC:
        return ()
    spoken = language.value
    unit = criterion.unit.in_(spoken)
    return tuple(
        say(
            _(
                "from {start} {unit}: {label}",
                start=number(option.start or Decimal(0), spoken),
                unit=unit,
                label=option.label.in_(spoken),
            ),
            language,
        )
        for option in sorted(criterion.options, key=lambda option: option.start or Decimal(0))
    )


def _bound(text: str | None, *, lines: tuple[Line, ...]) -> tuple[BoundEvidence, ...]:
    try:
        return bound(evidence_of(text), lines=lines)
    except InvalidError:
        return ()


def _is_extra(criterion: Criterion) -> bool:
    """Whether the card is complete without an answer to the criterion."""
    return criterion.optional or criterion.kind is Kind.TEXT


def _points(basis_points: int | None, *, language: Language) -> str | None:
    return None if basis_points is None else number_text(Decimal(basis_points) / 100, language, digits=0)
