"""The designer: a draft, one part of it open at a time; saving keeps everything, wrong or not, and says what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.drafts import save_draft
from qa.cards.history import card_at, steps_around
from qa.cards.models import CardVersion
from qa.cards.queries import card_of, get_draft
from qa.errors import ConflictError, InvalidError, RefusedError
from qa.i18n import Text, _, say
from scorecards.checks import check
from scorecards.computation import number
from scorecards.definition import Card, Criterion
from scorecards.editing import with_keys
from web.cards.filling import ALL_OPEN, card_form, card_with, section_form, section_with
from web.cards.forms import CardForm, CriterionForm, SectionForm
from web.cards.places import CARD, Told, told
from web.cards.steps import PAGES, take_step
from web.cards.turning import turn
from web.door import allowed

designer = Blueprint("designer", __name__)

#: A place on the page that lies inside a criterion, and not on the buttons that move it.
_INSIDE = re.compile(r"criteria-([0-9]{1,4})-(?!up$|down$|double$|remove$)")


@dataclass(frozen=True, slots=True)
class PartShown:
    """One entry of the list of parts."""

    part: str
    name: str
    weight: str
    wrong: int
    current: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page posted: the card and the part it was made of, the form, and the revision it was opened with."""

    card: Card
    part: str
    form: CardForm | SectionForm
    revision: int


@dataclass(frozen=True, slots=True)
class RowShown:
    """One criterion of the open section; ``form`` is none where it is closed to keep the page small."""

    at: int
    name: str
    weight: str
    form: CriterionForm | None


@designer.get("/<int:version_id>/edit")
@allowed(Permission.CARD_DESIGN)
def edit(act: Act, version_id: int) -> ResponseReturnValue:
    """Show the draft with one part open."""
    draft = get_draft(act, version_id)
    card = card_of(draft)
    part = _part(request.args.get("part", CARD), card)
    return _page(act, draft, card, part=part, form=_form(card, part, None, opened=_place(request.args.get("open", ""))))


@designer.post("/<int:version_id>/edit")
@allowed(Permission.CARD_DESIGN)
def save(act: Act, version_id: int) -> ResponseReturnValue:
    """Save the open part, do what the button says, and show the draft again."""
    draft = get_draft(act, version_id)
    sent = _sent(act, draft)
    if not sent.form.validate():
        unread = InvalidError(_("Nothing was saved: mend what is marked first. What you typed stands below."))
        return _page(act, draft, sent.card, part=sent.part, form=sent.form, status=422, refusal=unread)
    do = request.form.get("do", "save")
    changed = with_keys(_with(sent.card, sent.part, sent.form))
    try:
        with act.session.begin_nested():
            turned = turn(act, draft, do=do, part=sent.part, opened=sent.card, typed=changed, revision=sent.revision)
            step = turned or take_step(changed, part=sent.part, do=do)
            if turned is None:
                save_draft(act, draft, step.card, revision=sent.revision)
    except (ConflictError, InvalidError) as error:
        return _page(act, draft, sent.card, part=sent.part, form=sent.form, status=error.status, refusal=error)
    if step.page:
        return redirect(url_for(PAGES[step.page], version_id=draft.id), 303)
    if do == "save":
        flash(say(_("The draft was saved."), g.language), "done")
    if step.told:
        flash(say(step.told, g.language), "done")
    focused = request.form.get("focused", "") if not step.at else ""
    anchor = step.at or (focused if focused.replace("-", "").replace("_", "").isalnum() else "")
    there = _INSIDE.match(anchor)
    return redirect(
        url_for(
            "cards.designer.edit",
            version_id=draft.id,
            part=step.part,
            open=there[1] if there and _is_long(step.card, step.part) else None,
            _anchor=anchor or None,
        ),
        303,
    )


@designer.post("/<int:version_id>/check")
@allowed(Permission.CARD_DESIGN)
def check_now(act: Act, version_id: int) -> ResponseReturnValue:
    """Answer with what is wrong with the card as it stands on the page; nothing is saved."""
    sent = _sent(act, get_draft(act, version_id))
    if sent.form.validate():
        found = _told(with_keys(_with(sent.card, sent.part, sent.form)))
    else:
        found = [Told(sent.part, name, sentence) for name, sentence in _unreadable(sent.form)]
    return jsonify(problems=[{"part": one.part, "field": one.field, "sentence": one.sentence} for one in found])


def _sent(act: Act, draft: CardVersion) -> Sent:
    revision = request.form.get("revision", "")
    stood = int(revision) if revision.isdecimal() and len(revision) < 10 else -1
    # What the page does not hold is taken from the card as it stood when the page was opened.
    card = card_at(act, draft, stood)
    part = _part(request.form.get("part", CARD), card)
    return Sent(card, part, _form(card, part, request.form), stood)


def _part(asked: str, card: Card) -> str:
    return asked if asked.isdecimal() and len(asked) < 4 and int(asked) < len(card.sections) else CARD


def _place(asked: str) -> int | None:
    return int(asked) if asked.isdecimal() and len(asked) < 5 else None


def _is_long(card: Card, part: str) -> bool:
    return part != CARD and part.isdecimal() and len(_section(card, part)) > ALL_OPEN


def _section(card: Card, part: str) -> tuple[Criterion, ...]:
    return card.sections[int(part)].criteria if int(part) < len(card.sections) else ()


def _form(card: Card, part: str, sent: object, *, opened: int | None = None) -> CardForm | SectionForm:
    if part == CARD:
        return card_form(card, sent)  # type: ignore[arg-type]  # a MultiDict or nothing
    return section_form(card, int(part), sent, opened=opened)  # type: ignore[arg-type]  # a MultiDict or nothing


def _with(card: Card, part: str, form: CardForm | SectionForm) -> Card:
    return card_with(card, form) if isinstance(form, CardForm) else section_with(card, int(part), form)


def _told(card: Card) -> list[Told]:
    return told(check(card), language=g.language)


def _unreadable(form: CardForm | SectionForm) -> list[tuple[str, str]]:
    """The names and sentences of fields that hold no text or number of their kind."""
    found = _errors(form.errors, "")
    for place, one in form.criteria.items() if isinstance(form, SectionForm) else ():
        found += _errors(one.errors, f"criteria-{place}")
    return found


def _errors(errors: object, name: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if isinstance(errors, Mapping):
        for key, value in errors.items():
            found += _errors(value, f"{name}-{key}" if name else str(key))
    elif isinstance(errors, list | tuple):
        for number, value in enumerate(errors):
            if isinstance(value, Mapping):
                found += _errors(value, f"{name}-{number}")
            elif value:
                found.append((name, say(value, g.language) if isinstance(value, Text) else str(value)))
    return found


def _page(
    act: Act,
    draft: CardVersion,
    card: Card,
    *,
    part: str,
    form: CardForm | SectionForm,
    status: int = 200,
    refusal: RefusedError | None = None,
) -> Response:
    unreadable = [Told(part, name, sentence) for name, sentence in _unreadable(form)]
    shown = _with(card, part, form) if status != 200 and not unreadable else card
    problems = unreadable or _told(shown)
    here: dict[str, list[str]] = {}
    row_counts: dict[str, int] = {}
    for one in problems:
        if one.part == part:
            here.setdefault(one.field, []).append(one.sentence)
            row = "-".join(one.field.split("-")[:2])
            row_counts[row] = row_counts.get(row, 0) + 1
    parts = _parts(card, problems, part=part)
    undo, redo = steps_around(act, draft)
    page = render_template(
        "cards/edit.html",
        version=draft,
        card=card,
        part=part,
        form=form,
        rows=_rows(card, part, form),
        # What was refused is refused again, until the page is loaded anew.
        revision=request.form.get("revision", "") if status != 200 else str(draft.revision),
        undo=undo,
        redo=redo,
        parts=parts,
        problems=problems,
        here=here,
        row_counts=row_counts,
        refusal=refusal.sentence if refusal else None,
        conflict=isinstance(refusal, ConflictError),
        part_names={entry.part: entry.name for entry in parts},
    )
    return make_response(page, status)


def _rows(card: Card, part: str, form: CardForm | SectionForm) -> list[RowShown]:
    """Every criterion of the open section, those that the form holds with their fields."""
    if isinstance(form, CardForm):
        return []
    spoken = g.language.value
    forms, criteria = form.criteria, dict(enumerate(_section(card, part)))
    found = []
    for at in sorted(criteria.keys() | forms.keys()):
        one, fields = criteria.get(at), forms.get(at)
        if fields is not None:
            name, weight = fields[f"name_{spoken}"].data or "", fields.weight.data or ""
        else:
            name, weight = (one.name.in_(spoken), number(one.weight, spoken)) if one else ("", "")
        found.append(RowShown(at, name or say(_("New criterion"), g.language), weight or "0", fields))
    return found


def _parts(card: Card, problems: list[Told], *, part: str) -> list[PartShown]:
    spoken = g.language.value
    counts: dict[str, int] = {}
    for one in problems:
        counts[one.part] = counts.get(one.part, 0) + 1
    entries = [(CARD, say(_("About the card"), g.language), "")]
    for at, section in enumerate(card.sections):
        name = section.name.in_(spoken) or say(_("Section without a name"), g.language)
        entries.append((str(at), name, format(section.weight.normalize(), "f")))
    return [PartShown(key, name, weight, counts.get(key, 0), key == part) for key, name, weight in entries]
