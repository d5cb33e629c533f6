"""Answers, differences and coefficients as they are read."""

from dataclasses import dataclass

from qa.calibration.agreement import Compared
from qa.calibration.consensus import NOT_APPLICABLE
from qa.estimate.intervals import wilson
from qa.i18n import Language, Text, _, ngettext_, number_text, say
from scorecards.agreement_report import Estimate, Standing
from scorecards.definition import Criterion

STANDING_LABELS: dict[Standing, Text] = {
    Standing.TOO_FEW: _("Too few to say"),
    Standing.PROVISIONAL: _("Provisional"),
    Standing.FIRM: _("Firm"),
}
STANDING_SHAPES = {Standing.TOO_FEW: "none", Standing.PROVISIONAL: "caution", Standing.FIRM: "done"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A coefficient as it is read; the interval is empty where there is none."""

    value: str
    interval: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One criterion of the page of agreement, or the whole card."""

    name: str
    n: int
    standing: str
    shape: str
    cells: tuple[Cell | None, ...]
    warnings: tuple[Text, ...]


def answer_choices(criterion: Criterion, *, language: Language) -> list[tuple[str, str]]:
    """Return the answers that a criterion knows."""
    found = [(one.key, one.label.in_(language.value)) for one in criterion.options]
    if criterion.allow_not_applicable:
        found.append((NOT_APPLICABLE, say(_("Not applicable"), language)))
    return found


def agreement_row(compared: Compared, *, couple: bool, language: Language) -> AgreementRow:
    """Return a criterion's coefficients: percentage agreement, AC1 or AC2, alpha, and kappa or ICC."""
    criterion, report = compared.criterion, compared.report
    name = (
        say(_("Quality score of the whole card"), language) if criterion is None else criterion.name.in_(language.value)
    )
    sided = (
        (
            ngettext_(
                "Only one of the two called it not applicable: {n} time.",
                "Only one of the two called it not applicable: {n} times.",
                n=compared.one_sided,
            ),
        )
        if compared.one_sided
        else ()
    )
    if report is None:
        few = Standing.TOO_FEW
        return AgreementRow(name, 0, say(STANDING_LABELS[few], language), STANDING_SHAPES[few], (None,) * 4, sided)
    weighted = "gwet_ac2" in report.estimates
    kappa = ("cohen_weighted_kappa" if weighted else "cohen_kappa") if couple else "fleiss_kappa"
    names = ("percent_agreement", "gwet_ac2" if weighted else "gwet_ac1", "krippendorff_alpha", kappa)
    if criterion is None:
        names = ("", "", "krippendorff_alpha", "icc_2_1" if couple else "icc_1_1")
    cells = tuple(
        _cell(report.estimates.get(one), percent=one == "percent_agreement", language=language) for one in names
    )
    # The first warning says in a sentence what the badge says in a word.
    told = report.warnings if report.standing is Standing.FIRM else report.warnings[1:]
    warnings = tuple(Text(one.msgid, one.params) for one in told)
    return AgreementRow(
        name,
        report.n_items,
        say(STANDING_LABELS[report.standing], language),
        STANDING_SHAPES[report.standing],
        cells,
        (*warnings, *sided),
    )


def points(value: float, *, language: Language) -> str:
    """Write a difference in points with its sign; a true minus, so that it lines up with the plus."""
    rounded = round(value, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{number_text(abs(rounded), language, digits=1)}"


def span(low: float, high: float, *, language: Language) -> Text:
    """Write an interval of differences."""
    return _("between {low} and {high}", low=points(low, language=language), high=points(high, language=language))


def _cell(estimate: Estimate | None, *, percent: bool, language: Language) -> Cell | None:
    if estimate is None or estimate.value is None:
        return None
    low, high = estimate.low, estimate.high
    if percent:
        # Of two answers a share of items agrees, for which Wilson's interval holds where a bootstrap finds no spread.
        share = wilson(round(estimate.value * estimate.n_items), n=estimate.n_items)
        low, high = share.low, share.high

    def written(value: float) -> str:
        if percent:
            return f"{number_text(100 * value, language, digits=0)} %"
        return number_text(value, language, digits=2).replace("-", "−")

    if low is None or high is None or low == high:
        return Cell(written(estimate.value), "")
    return Cell(written(estimate.value), f"{written(low)} – {written(high)}")
