"""Forms of comment templates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, SelectField, TextAreaField

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.places import EVERYWHERE, Place, cards_in_use, is_there, place_of
from qa.comment_templates.service import LONGEST_TEMPLATE, TemplateWish
from qa.i18n import Language, _
from scorecards.words import Words
from web.forms import PageForm, at_most, choices, label, required, unmarked

ANYWHERE = "any"
#: A place that is no longer on a card; an own choice, so that saving a text moves nothing.
GONE = "gone"


def clean(text: str | None) -> str:
    """Take out what no database keeps, and write line ends in one way."""
    kept = (text or "").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return kept.encode("utf-8", "ignore").decode("utf-8").strip()


class TemplateForm(PageForm):
    """What a template says and where it stands."""

    text_nl = TextAreaField(
        label(_("Text, Dutch")), [unmarked(), at_most(LONGEST_TEMPLATE)], filters=[clean], render_kw={"lang": "nl"}
    )
    text_en = TextAreaField(
        label(_("Text, English")), [unmarked(), at_most(LONGEST_TEMPLATE)], filters=[clean], render_kw={"lang": "en"}
    )
    place = SelectField(label(_("Offered at")))
    shared = BooleanField(label(_("Share it with everybody who scores")))


class FilterForm(PageForm):
    """Which templates the list shows."""

    place = SelectField(label(_("Offered at")), validate_choice=False)
    whose = SelectField(label(_("Whose")), validate_choice=False)


class FileForm(PageForm):
    """Shared templates from a file."""

    file = FileField(label(_("CSV file")), [required(_("Choose a file."))])


def template_form(
    act: Act, sent: "MultiDict[str, str] | None", *, template: CommentTemplate | None, asked: Place = EVERYWHERE
) -> TemplateForm:
    """Return the form, filled with what was sent, else with the template, else for the place that was asked for."""
    cards = cards_in_use(act)
    place = place_of(template) if template else asked
    gone = not is_there(place, cards)
    data = {
        "text_nl": template.text_nl if template else "",
        "text_en": template.text_en if template else "",
        "place": GONE if gone else place_value(place),
        "shared": template.shared if template else False,
    }
    form = TemplateForm(sent, data=data)
    form.place.choices = place_choices(cards, language=g.language, gone=gone and template is not None)
    if not act.may(Permission.TEMPLATE_SHARE) or (template and template.shared):
        del form.shared
    return form


def wish_of(form: TemplateForm, *, template: CommentTemplate | None) -> TemplateWish:
    """Return the template that the form asks for."""
    kept = template is not None and form.place.data == GONE
    return TemplateWish(
        Words(form.text_en.data or "", form.text_nl.data or ""),
        place_of(template) if template and kept else read_place(form.place.data),
        shared=bool(form["shared"].data) if "shared" in form else bool(template and template.shared),
    )


def place_value(place: Place) -> str:
    """Return a place as the value of a choice, such as ``3:greeting``."""
    if place.scorecard_id is None:
        return ANYWHERE
    return f"{place.scorecard_id}:{place.criterion or ''}".removesuffix(":")


def read_place(value: str) -> Place:
    """Return the place of a choice; what cannot be read is anywhere."""
    number, _colon, criterion = value.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return EVERYWHERE
    return Place(int(number), clean(criterion) or None)


def place_choices(cards: Mapping[int, CardVersion], *, language: Language, gone: bool = False) -> list[Any]:
    """Return every place, in a group for each card."""
    spoken = language.value
    first = [(ANYWHERE, _("Any criterion of any scorecard"))]
    if gone:
        first.append((GONE, _("Nowhere: its criterion is gone")))
    found = choices(first)
    for number, version in cards.items():
        card = card_of(version)
        own = [(place_value(Place(number)), _("Any criterion of this scorecard"))]
        named = [
            (place_value(Place(number, criterion.key)), criterion.name.in_(spoken))
            for _section, criterion in card.criteria()
        ]
        found += [replace(choice, optgroup=card.name.in_(spoken)) for choice in choices([*own, *named])]
    return found
