"""Scores held against what customers answered on the same interactions."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of, published_cards
from qa.estimate.association import Association, Measure
from qa.estimate.validity import Finding, Outcome, Response
from qa.i18n import Language, Text, _, number_text, say
from qa.insight.validity import CRITERION, SECTION, TOTAL, Found
from qa.insight.validity_kept import shown_validity
from scorecards.definition import Card
from web.door import allowed
from web.forms import PageForm, choices, label

validity_pages = Blueprint("validity", __name__)

OUTCOMES: dict[Outcome, Text] = {
    Outcome.CSAT: _("CSAT"),
    Outcome.NPS: _("NPS"),
    Outcome.RESOLVED: _("Resolved"),
}


class ValidityForm(PageForm):
    """The card."""

    card = SelectField(label(_("Scorecard")), validate_choice=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """One finding as it is written; without a value there are too few."""

    outcome: Text
    n: int
    value: str | None = None
    span: Text | None = None
    beside: Text | None = None
    holds: bool = False
    upwards: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A score and what it hangs together with."""

    name: Text | str
    cells: tuple[Cell, ...]


@validity_pages.get("/week/validity")
@allowed(Permission.OVERVIEW_SEE)
def show(act: Act) -> ResponseReturnValue:
    """Show what the scores of a card say of customers; without a card named, of the first one."""
    cards = published_cards(act)
    key = request.args.get("card") or (cards[0].scorecard.key if cards else "")
    form = ValidityForm(data={"card": key})
    form.card.choices = choices([(one.scorecard.key, card_of(one).name.in_(g.language)) for one in cards])
    shown = shown_validity(act, card=key) if key else None
    found = shown.found if shown else None
    return render_template(
        "overview/validity.html",
        form=form,
        found=found,
        counted_at=shown.counted_at if shown else None,
        waiting=shown is not None and found is None,
        rows=_lines(found, card=shown.card, language=g.language) if shown and found else (),
        response_said=_response(found.result.response, language=g.language) if found else None,
    )


def _lines(found: Found, *, card: Card, language: Language) -> list[Line]:
    by_score: dict[str, list[Finding]] = {}
    for one in found.result.findings:
        by_score.setdefault(one.score, []).append(one)
    return [
        Line(_name(score, card, language=language), tuple(_cell(one, language=language) for one in findings))
        for score, findings in sorted(by_score.items(), key=lambda entry: _order(entry[0], card))
    ]


def _order(score: str, card: Card) -> tuple[int, int]:
    """The whole first, then each section with its criteria, as they stand on the card."""
    keys: list[str] = []
    for section in card.sections:
        keys += [SECTION + section.key, *(CRITERION + criterion.key for criterion in section.criteria)]
    if score == TOTAL:
        return 0, 0
    return (1, keys.index(score)) if score in keys else (2, 0)


def _name(score: str, card: Card, *, language: Language) -> Text | str:
    if score == TOTAL:
        return _("Whole interaction")
    if score.startswith(SECTION):
        section = card.section(score.removeprefix(SECTION))
        return section.name.in_(language) if section else score.removeprefix(SECTION)
    criterion = card.criterion(score.removeprefix(CRITERION))
    return criterion.name.in_(language) if criterion else score.removeprefix(CRITERION)


def _cell(finding: Finding, *, language: Language) -> Cell:
    outcome, found = OUTCOMES[finding.outcome], finding.association
    if found is None:
        return Cell(outcome, finding.n)
    beside = finding.beside
    return Cell(
        outcome,
        finding.n,
        _written(found.value, found, language=language),
        _between(found, language=language),
        _(
            "Kendall {value}, {span}",
            value=_written(beside.value, beside, language=language),
            span=_between(beside, language=language),
        )
        if beside
        else None,
        holds=finding.holds,
        upwards=found.value > _nothing(found),
    )


def _nothing(found: Association) -> float:
    return 0.5 if found.measure is Measure.SUPERIORITY else 0.0


def _between(found: Association, *, language: Language) -> Text:
    return _(
        "between {low} and {high}",
        low=_written(found.low, found, language=language),
        high=_written(found.high, found, language=language),
    )


def _written(value: float, found: Association, *, language: Language) -> str:
    if found.measure is Measure.SUPERIORITY:
        return f"{number_text(round(100 * value), language)} %"
    sign = "−" if round(value, 2) < 0 else ""
    return f"{sign}{number_text(abs(round(value, 2)), language, digits=2)}"


def _response(response: Response, *, language: Language) -> str | None:
    """Say whether those who answered were scored differently; what they say holds for the rest only where they were not."""
    found = response.difference
    if found is None:
        return None
    told = {"value": _written(found.value, found, language=language), "span": _between(found, language=language)}
    if found.low > 0.5:
        text = _(
            "Answered ones scored higher than silent ones more often than chance makes it ({value}, {span}): what follows holds for those who answer.",
            **told,
        )
    elif found.high < 0.5:
        text = _(
            "Answered ones scored lower than silent ones more often than chance makes it ({value}, {span}): what follows holds for those who answer.",
            **told,
        )
    else:
        text = _("Answered ones did not clearly score otherwise than silent ones ({value}, {span}).", **told)
    return say(text, language)
