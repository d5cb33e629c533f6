"""The forms of the designer: the card's own part, one section with its criteria; and of bringing a card in."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, FieldList, FileField, FormField, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from qa.i18n import _
from scorecards.checks import NAME_CHARACTERS, TEXT_CHARACTERS
from web.forms import Check, ChecksField, PageForm, at_most, label, no_number, required


def a_number() -> Check:
    """Refuse what cannot be read as a number; whether it may stand there the check of the card tells."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data and (sentence := no_number(field.data.strip())):
            raise ValidationError(label(sentence))

    return check


def _clean(text: str | None) -> str:
    """Take out what no database keeps, and write line ends in one way."""
    kept = (text or "").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return kept.encode("utf-8", "ignore").decode("utf-8").strip()


def _line(told: str) -> StringField:
    return StringField(told, [at_most(NAME_CHARACTERS)], filters=[_clean], render_kw={"autocomplete": "off"})


def _lines(told: str) -> TextAreaField:
    return TextAreaField(told, [at_most(TEXT_CHARACTERS)], filters=[_clean], render_kw={"rows": 2})


def _figure(told: str) -> StringField:
    return StringField(
        told, [a_number()], filters=[_clean], render_kw={"inputmode": "decimal", "autocomplete": "off", "size": 6}
    )


class OptionForm(PageForm):
    """One possible answer."""

    label_en, label_nl = _line(label(_("Answer, English"))), _line(label(_("Answer, Dutch")))
    anchor_en, anchor_nl = _lines(label(_("Looks like, English"))), _lines(label(_("Looks like, Dutch")))
    value = _figure(label(_("Value, 0–100")))
    start = _figure(label(_("Starts at")))
    points = _figure(label(_("Points")))
    key = _line(label(_("Key")))


class CriterionForm(PageForm):
    """One criterion with its options."""

    name_en, name_nl = _line(label(_("Name, English"))), _line(label(_("Name, Dutch")))
    guidance_en, guidance_nl = _lines(label(_("Guidance, English"))), _lines(label(_("Guidance, Dutch")))
    kind = SelectField(label(_("Kind of answer")))
    weight = _figure(label(_("Weight in the section")))
    not_applicable = BooleanField(label(_("May be not applicable")))
    optional = BooleanField(label(_("May be left without an answer")))
    condition = SelectField(label(_("Asked only after")))
    condition_options = ChecksField(label(_("When the answer is")), validate_choice=False)
    comment_below = _figure(label(_("Comment needed below")))
    evidence_below = _figure(label(_("Evidence needed below")))
    fails_below = _figure(label(_("Fails below")))
    effect = SelectField(label(_("When failed")))
    cap = _figure(label(_("Cap at")))
    error_class = SelectField(label(_("Class of error")))
    causes = ChecksField(label(_("Causes to choose from")))
    bonus = _figure(label(_("Bonus, at most")))
    unit_en, unit_nl = _line(label(_("Unit, English"))), _line(label(_("Unit, Dutch")))
    maximum = _figure(label(_("Highest number")))
    key = _line(label(_("Key")))
    options = FieldList(FormField(OptionForm))


class SectionForm(PageForm):
    """One section, and forms of those of its criteria that are on the page, by their places."""

    criteria: dict[int, CriterionForm]

    name_en, name_nl = _line(label(_("Name, English"))), _line(label(_("Name, Dutch")))
    guidance_en, guidance_nl = _lines(label(_("Guidance, English"))), _lines(label(_("Guidance, Dutch")))
    weight = _figure(label(_("Weight in the card")))
    threshold = _figure(label(_("Threshold")))
    key = _line(label(_("Key")))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Tell whether the section and every criterion can be read."""
        return all([super().validate(extra_validators), *(one.validate() for one in self.criteria.values())])


class BandForm(PageForm):
    """A word for scores from a number up."""

    name_en, name_nl = _line(label(_("Word, English"))), _line(label(_("Word, Dutch")))
    start = _figure(label(_("Starts at")))
    key = _line(label(_("Key")))


class CardForm(PageForm):
    """What belongs to the card as a whole."""

    name_en, name_nl = _line(label(_("Name, English"))), _line(label(_("Name, Dutch")))
    description_en, description_nl = _lines(label(_("Description, English"))), _lines(label(_("Description, Dutch")))
    channels = ChecksField(label(_("Channels")))
    languages = StringField(
        label(_("Languages of contact")),
        [at_most(NAME_CHARACTERS)],
        filters=[_clean],
        description=label(_("Two letters each, with a comma: nl, en.")),
    )
    rule = SelectField(label(_("An interaction passes when")))
    pass_mark = _figure(label(_("Pass mark")))
    bands = FieldList(FormField(BandForm))


class NewCardForm(PageForm):
    """A scorecard to be made."""

    source = SelectField(label(_("Begin with")))
    name_en = StringField(label(_("Name, English")), [required(), at_most(NAME_CHARACTERS)], filters=[_clean])
    name_nl = StringField(label(_("Name, Dutch")), [required(), at_most(NAME_CHARACTERS)], filters=[_clean])
    key = StringField(
        label(_("Key")),
        [required(), at_most(60)],
        filters=[_clean],
        description=label(_("Stands in file names and addresses, and never changes.")),
    )


class UploadForm(PageForm):
    """A scorecard as a YAML file."""

    file = FileField(label(_("YAML file")), [required(_("Choose a file."))])


class DaysForm(PageForm):
    """How far back what-if looks."""

    days = SelectField(label(_("Evaluations of the last")))
