"""The forms of a dispute: what the agent claims of each criterion, and what the judge decides of it."""

from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from qa.disputes.answers import disputable
from qa.disputes.judging import Ruling
from qa.disputes.labels import DECISION_LABELS
from qa.disputes.models import Decision, Dispute
from qa.evaluations.marks import LONGEST_COMMENT, Mark, Marks
from qa.evaluations.plain_marks import marks_of_plain
from qa.i18n import Language, _
from qa.people.models import User
from scorecards.computation import STATE_WORDS
from scorecards.definition import Card, Criterion
from scorecards.scoring import LineState
from web.evaluations.forms import NOT_APPLICABLE, evidence_of, picks
from web.forms import PageForm, at_most, choices, label, required, unmarked


class HandoverForm(PageForm):
    """To whom a dispute is given, and why; ``source`` is the judge whom the page showed."""

    source = HiddenField()
    judge = SelectField(label(_("New judge")), [required()])
    reason = TextAreaField(label(_("Why; both judges read it")), [required(), at_most(LONGEST_COMMENT)])


def handover_form(judges: list[User], sent: "MultiDict[str, str] | None", *, source: int | None) -> HandoverForm:
    """Return the form with those who could judge instead."""
    form = HandoverForm(sent, data={"source": str(source or "")})
    form.judge.choices = choices([("", "–"), *((str(one.id), one.name) for one in judges)])
    return form


def claim_form(
    card: Card, sent: "MultiDict[str, str] | None", *, marks: Marks, chosen: str, revision: int, language: Language
) -> PageForm:
    """Return the form with every criterion that can be disputed; ``chosen`` is ticked from the start."""
    fields: dict[str, Any] = {"revision": HiddenField()}
    data: dict[str, object] = {"revision": str(revision)}
    for criterion in disputable(card, marks):
        key, name = criterion.key, criterion.name.in_(language.value)
        fields |= {
            f"disagree-{key}": BooleanField(label(_("I disagree"))),
            f"answer-{key}": _answer_field(criterion, language=language),
            f"comment-{key}": TextAreaField(
                label(_("Why, in your own words: {criterion}", criterion=name)),
                [unmarked(), at_most(LONGEST_COMMENT)],
            ),
            f"evidence-{key}": HiddenField(),
            f"turn-{key}": StringField(label(_("Where it can be heard or read: {criterion}", criterion=name))),
        }
        data[f"disagree-{key}"] = key == chosen
    made = cast("type[PageForm]", type("ClaimForm", (PageForm,), fields))
    return made(sent, data=data)


def claims_of(form: PageForm, card: Card) -> dict[str, Mark]:
    """Return the claim of each criterion that was ticked."""
    return {
        criterion.key: _with_answer(
            criterion,
            form[f"answer-{criterion.key}"].data,
            comment=(form[f"comment-{criterion.key}"].data or "").strip(),
            evidence=form[f"evidence-{criterion.key}"].data,
        )
        for _section, criterion in card.criteria()
        if f"disagree-{criterion.key}" in form and form[f"disagree-{criterion.key}"].data
    }


def ruling_form(dispute: Dispute, card: Card, sent: "MultiDict[str, str] | None", *, language: Language) -> PageForm:
    """Return the form of the decision; another answer begins as the one that was given blind."""
    fields: dict[str, Any] = {}
    data: dict[str, object] = {}
    blind = marks_of_plain(dispute.blind_marks)
    for criterion in disputed_criteria(dispute, card):
        key = criterion.key
        fields |= {
            f"decision-{key}": RadioField(
                label(_("Decision")),
                [required(_("Decide on this criterion."))],
                choices=choices((item.value, DECISION_LABELS[item]) for item in Decision),
                validate_choice=False,
            ),
            f"answer-{key}": _answer_field(
                criterion, language=language, text=label(_("Where partly accepted: the answer that stands from now on"))
            ),
            f"reason-{key}": TextAreaField(
                label(_("Reason, for the agent")),
                [required(_("Say why; the agent reads it.")), at_most(LONGEST_COMMENT)],
            ),
        }
        data[f"answer-{key}"] = answer_value(criterion, blind.get(key, Mark()))
    made = cast("type[PageForm]", type("RulingForm", (PageForm,), fields))
    return made(sent, data=data)


def rulings_of(form: PageForm, dispute: Dispute, card: Card) -> dict[str, Ruling]:
    """Return what was decided of each criterion; a decision that was not made is left empty."""
    found: dict[str, Ruling] = {}
    for criterion in disputed_criteria(dispute, card):
        decided = form[f"decision-{criterion.key}"].data
        found[criterion.key] = Ruling(
            Decision(decided) if decided in set(Decision) else None,
            form[f"reason-{criterion.key}"].data or "",
            _with_answer(criterion, form[f"answer-{criterion.key}"].data),
        )
    return found


def disputed_criteria(dispute: Dispute, card: Card) -> list[Criterion]:
    """Return the criteria of the dispute in the order of the card."""
    keys = {item.criterion for item in dispute.criteria}
    return [criterion for _section, criterion in card.criteria() if criterion.key in keys]


def answer_value(criterion: Criterion, mark: Mark) -> str:
    """Return the value of the field that stands for the mark's answer."""
    if mark.not_applicable:
        return NOT_APPLICABLE
    return (mark.option if picks(criterion) else mark.number) or ""


def _answer_field(criterion: Criterion, *, language: Language, text: str | None = None) -> Any:
    spoken = language.value
    said = text or label(_("What it should have been: {criterion}", criterion=criterion.name.in_(spoken)))
    if not picks(criterion):
        return StringField(said, [unmarked()], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    pairs = [("", "–"), *((option.key, option.label.in_(spoken)) for option in criterion.options)]
    if criterion.allow_not_applicable:
        pairs.append((NOT_APPLICABLE, STATE_WORDS[LineState.NOT_APPLICABLE].in_(spoken)))
    return SelectField(said, [unmarked()], choices=choices(pairs), validate_choice=False)


def _with_answer(criterion: Criterion, typed: str | None, *, comment: str = "", evidence: str | None = None) -> Mark:
    answer = (typed or "").strip()
    not_applicable = answer == NOT_APPLICABLE
    given = None if not_applicable else answer or None
    return Mark(
        option=given if picks(criterion) else None,
        number=None if picks(criterion) else given,
        not_applicable=not_applicable,
        comment=comment,
        evidence=evidence_of(evidence),
    )
