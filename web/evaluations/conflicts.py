"""A draft that was changed in two places: what was posted and what is stored, put together and side by side."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa.evaluations.marks import Mark
from qa.evaluations.merging import SUMMARY, Draft, Merged, Side, merge, prints
from qa.i18n import Language, _, say
from scorecards.causes import Cause
from scorecards.definition import Card, Criterion
from web.evaluations.bound import BoundEvidence, bound
from web.evaluations.forms import base_of, data_of, marks_of_form, revision_of
from web.evaluations.reading import answer_said
from web.evaluations.subject import Subject
from web.forms import PageForm


@dataclass(frozen=True, slots=True)
class Version:
    """One of two states of a criterion or of the summary: in words, and as the fields of the form hold it."""

    answer: str
    cause: str
    comment: str
    evidence: tuple[BoundEvidence, ...]
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Clash:
    """What was changed in two places, each differently; ``key`` as in `Merged`."""

    key: str
    here: Version
    stored: Version


def typed_draft(form: PageForm, card: Card) -> Draft:
    """Return what the form holds; raises ``InvalidError`` for evidence that cannot be read."""
    return Draft(marks_of_form(form, card), str(form["summary"].data or "").strip())


def put_together(form: PageForm, subject: Subject, *, sent: Mapping[str, str]) -> Merged:
    """Put what the form holds and what is stored together; a choice counts for the state that it was offered with."""
    current, base = revision_of(form) == subject.revision, base_of(form)
    keys = [criterion.key for _section, criterion in subject.card.criteria()]
    choices = {key: sent.get(f"take-{key}", "") for key in (*keys, SUMMARY)}
    return merge(
        base=prints(subject.draft) if base is None and current else base,
        stored=subject.draft,
        typed=typed_draft(form, subject.card),
        keys=keys,
        choices={key: Side(side) for key, side in choices.items() if current and side in set(Side)},
    )


def fill(form: PageForm, subject: Subject, merged: Merged) -> None:
    """Put what was taken from the stored state into the form."""
    for part in taken_parts(subject.card, merged):
        for name, value in part["fields"].items():
            form[name].data = value


def lay_over(form: PageForm, subject: Subject, merged: Merged) -> None:
    """Let the form, of which nothing was stored, stand over the stored state; what clashes still clashes."""
    kept = {key: value for key, value in prints(subject.draft).items() if key not in merged.clashes}
    kept |= {key: merged.base[key] for key in merged.clashes if key in merged.base}
    form["revision"].data, form["base"].data = str(subject.revision), json.dumps(kept)


def taken_parts(card: Card, merged: Merged) -> list[dict[str, Any]]:
    """Return what was taken from the stored state: the key, and the fields of the form by their names."""
    criteria = {criterion.key: criterion for _section, criterion in card.criteria()}
    return [{"key": key, "fields": _fields(criteria.get(key), merged.draft.part(key))} for key in merged.taken]


def clashes_of(form: PageForm, subject: Subject, merged: Merged | None, *, language: Language) -> dict[str, Clash]:
    """Return what was changed in two places, with both states."""
    if merged is None or not merged.clashes:
        return {}
    criteria = {criterion.key: criterion for _section, criterion in subject.card.criteria()}
    typed = typed_draft(form, subject.card)
    return {
        key: Clash(
            key,
            _version(criteria.get(key), typed.part(key), language=language),
            _version(criteria.get(key), subject.draft.part(key), language=language),
        )
        for key in merged.clashes
    }


def _version(criterion: Criterion | None, part: Mark | str, *, language: Language) -> Version:
    fields = _fields(criterion, part)
    if criterion is None or not isinstance(part, Mark):
        return Version(str(part) or say(_("Nothing written"), language), "", "", (), fields)
    return Version(
        answer=answer_said(criterion, part, language=language),
        cause=Cause(part.cause).label.in_(language.value) if part.cause in set(Cause) else "",
        comment=part.comment,
        evidence=bound(part.evidence),
        fields=fields,
    )


def _fields(criterion: Criterion | None, part: Mark | str) -> dict[str, str]:
    if criterion is None or not isinstance(part, Mark):
        return {"summary": str(part)}
    data = data_of(criterion, part)
    return {name: "y" if value is True else str(value or "") for name, value in data.items()}
