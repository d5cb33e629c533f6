"""Commands about scorecards, scoring by a file, and agreement between reviewers."""

import csv
import io
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from qa.cards.models import VersionState
from qa.cards.queries import all_versions
from qa.cards.service import add_version, publish
from qa.commands.ground import acting, print_json, refuse, tell
from qa.errors import InvalidError, NotFoundError
from qa.i18n import Language, Text, _, ngettext_, number_text, percent_text, say
from qa.settings import read_settings
from scorecards.agreement import Level
from scorecards.agreement_report import AgreementReport, Estimate, agreement_report
from scorecards.answer_files import read_answers
from scorecards.computation import in_words
from scorecards.reading import problems_in, read_card
from scorecards.rules import RULE_LABELS, Rule, percentage_by
from scorecards.scoring import basis_points, score

LARGEST_BYTES = 4 * 1024 * 1024
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SEPARATORS = (",", ";", "\t")


@click.group("scorecard")
def scorecard() -> None:
    """Check, import and export scorecards as YAML files."""


@scorecard.command("check")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(file: Path, *, as_json: bool) -> None:
    """Tell whether FILE holds a scorecard that can be used, and everything that is wrong with it."""
    problems = problems_in(_text_of(file))
    if as_json:
        told = [
            {"where": item.where, "problem": say(Text(item.sentence.msgid, item.sentence.params), _language())}
            for item in problems
        ]
        print_json({"usable": not problems, "problems": told})
    if problems:
        for item in problems:
            sentence = Text(item.sentence.msgid, item.sentence.params)
            tell(_("{where}: {what}", where=item.where or file.name, what=sentence), err=True)
        refuse(
            ngettext_("{file}: {n} thing is wrong.", "{file}: {n} things are wrong.", n=len(problems), file=file.name)
        )
    if not as_json:
        tell(_("{file} is a scorecard that can be used.", file=file.name))


@scorecard.command("import")
@click.argument("file", type=_FILE)
@click.option("--publish", "published", is_flag=True, help="Offer the version for scoring at once.")
@click.option("--replace", "replaced", is_flag=True, help="Write over another draft of the same scorecard.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_card(file: Path, *, published: bool, replaced: bool, as_json: bool) -> None:
    """Keep the scorecard in FILE as a draft; a card that is already the newest version changes nothing."""
    card = read_card(_text_of(file))
    with acting() as act:
        version = add_version(act, card, replace_draft=replaced)
        if published and version.state is VersionState.DRAFT:
            version = publish(act, version)
        found = {"key": card.key, "version": version.number, "state": version.state.value}
    if as_json:
        print_json(found)
    else:
        tell(_("{key} is there as version {number}.", key=card.key, number=version.number))


@scorecard.command("export")
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--version", "number", type=int, help="Number of the version; the newest when left out.")
def export(key: str, file: Path, *, number: int | None) -> None:
    """Write the scorecard KEY to FILE; "-" writes to standard output."""
    with acting() as act:
        versions = [item for item in all_versions(act) if item.scorecard.key == key]
        chosen = next((item for item in versions if number in {None, item.number}), None)
        if chosen is None:
            raise NotFoundError(_("There is no scorecard {key} with that version.", key=key))
        definition, found = chosen.definition, chosen.number
    if str(file) == "-":
        click.echo(definition, nl=False)
        return
    file.write_text(definition, encoding="utf-8")
    tell(_("{key}, version {number}, was written to {file}.", key=key, number=found, file=file.name))


@click.command("score")
@click.argument("card", type=_FILE)
@click.argument("answers", type=_FILE)
@click.option("--rule", type=click.Choice([rule.value for rule in Rule]), help="Score by a vendor's rule instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def score_answers(card: Path, answers: Path, *, rule: str | None, as_json: bool) -> None:
    """Score the ANSWERS (JSON) to a CARD (YAML) and print the computation line by line."""
    read, given = read_card(_text_of(card)), read_answers(_text_of(answers))
    language = _language()
    if rule is not None:
        chosen = Rule(rule)
        found = percentage_by(read, given, rule=chosen)
        if as_json:
            print_json({"rule": rule, "percentage": _percentage(found)})
        elif found is None:
            tell(_("{rule}: nothing was rated.", rule=RULE_LABELS[chosen].in_(language.value)))
        else:
            shown = percent_text(basis_points(found), language, digits=2)
            tell(_("{rule}: {score}", rule=RULE_LABELS[chosen].in_(language.value), score=shown))
        return
    result = score(read, given)
    rows = in_words(result, read, language=language.value)
    if as_json:
        print_json(
            {
                "quality": _percentage(result.quality),
                "final": _percentage(result.final),
                "passed": result.passed,
                "band": result.band,
                "sections": {item.key: _percentage(item.quality) for item in result.sections},
                "critical": [item.criterion for item in result.critical],
                "rows": [{**asdict(row), "kind": row.kind.value} for row in rows],
            }
        )
        return
    for row in rows:
        parts = (row.label, row.answer, row.value, row.weight, row.applied, row.points, row.note)
        click.echo("  ".join(part for part in parts if part))


@click.command("agreement")
@click.argument("file", type=_FILE)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    required=True,
    help="What the differences between ratings mean.",
)
@click.option("--no-guard", is_flag=True, help="Give coefficients below 20 items as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def agreement(file: Path, *, level: str, no_guard: bool, as_json: bool) -> None:
    """Tell how well raters agree: rows of FILE are items, columns are raters, an empty cell is a missing rating."""
    table, categories = read_ratings(_text_of(file), level=Level(level))
    found = agreement_report(table, level=Level(level), guard=not no_guard)
    warnings = [say(Text(item.msgid, item.params), _language()) for item in found.warnings]
    if as_json:
        print_json(_report_json(found, categories=categories, warnings=warnings))
        return
    tell(
        ngettext_(
            "{n} item was rated by at least two raters.",
            "{n} items were rated by at least two raters.",
            n=found.n_items,
        )
    )
    for name, estimate in found.estimates.items():
        click.echo(f"{name}: {_written(estimate)}")
    for warning in warnings:
        click.echo(warning, err=True)


def read_ratings(text: str, *, level: Level) -> tuple[NDArray[np.float64], dict[str, float]]:
    """Return the ratings of a CSV, items × raters with NaN for missing, and the numbers that words were given.

    Words are only for the nominal level. A first row is taken for names of raters when none of its cells could be a
    rating of that level and column: it holds words where the rows below hold numbers, or words that never recur.
    """
    rows = _rows(text)
    if rows and _is_heading(rows):
        rows = rows[1:]
    width = max((len(row) for row in rows), default=0)
    if not rows or width < 2:
        raise InvalidError(_("The file needs a row for each item and a column for each rater, at least two of them."))
    words: dict[str, float] = {}
    if level is Level.NOMINAL:
        known = sorted({cell for row in rows for cell in row if cell and _number(cell) is None})
        numbers = [value for row in rows for cell in row if (value := _number(cell)) is not None]
        first = max(numbers, default=-1.0) + 1
        words = {word: first + at for at, word in enumerate(known)}
    table = np.full((len(rows), width), np.nan)
    for at, row in enumerate(rows):
        for rater, cell in enumerate(row):
            if not cell:
                continue
            value = words.get(cell, _number(cell))
            if value is None or not np.isfinite(value):
                raise InvalidError(_("Line {line}: {value} is not a number.", line=at + 1, value=cell[:40]))
            table[at, rater] = value
    return table, words


def _rows(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        read = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise InvalidError(_("The file is not a CSV table.")) from error
    return [[cell.strip() for cell in row] for row in read if row]


def _is_heading(rows: list[list[str]]) -> bool:
    """Tell whether the first row names the raters."""
    named = [cell for cell in rows[0] if cell]
    if not named or any(_number(cell) is not None for cell in named):
        return False
    below = {cell for row in rows[1:] for cell in row if cell}
    return not below & set(named)


def _number(cell: str) -> float | None:
    """Read a rating with a decimal comma or point."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _report_json(found: AgreementReport, *, categories: dict[str, float], warnings: list[str]) -> dict[str, object]:
    told: dict[str, object] = {
        "level": found.level.value,
        "n_items": found.n_items,
        "n_raters": found.n_raters,
        "standing": found.standing.value,
        "warnings": warnings,
    }
    if categories:
        told["categories"] = categories
    for name, estimate in found.estimates.items():
        told[name] = estimate.value
        told[f"{name}_interval"] = None if estimate.low is None else [estimate.low, estimate.high]
        told[f"{name}_n_items"] = estimate.n_items
    return told


def _written(estimate: Estimate) -> str:
    language = _language()
    if estimate.value is None:
        return say(_("too few to say · n {n}", n=estimate.n_items), language)
    value = number_text(estimate.value, language, digits=3)
    if estimate.low is None or estimate.high is None:
        return say(_("{value} · n {n}", value=value, n=estimate.n_items), language)
    low, high = (number_text(bound, language, digits=3) for bound in (estimate.low, estimate.high))
    return say(_("{value} ({low} to {high}) · n {n}", value=value, low=low, high=high, n=estimate.n_items), language)


def _percentage(exact: Fraction | None) -> float | None:
    return None if exact is None else basis_points(exact) / 100


def _language() -> Language:
    return read_settings().language


def _text_of(file: Path) -> str:
    if file.stat().st_size > LARGEST_BYTES:
        raise InvalidError(_("{file} is larger than {n} MiB.", file=file.name, n=LARGEST_BYTES >> 20))
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError(_("{file} is not a text file in UTF-8.", file=file.name)) from error
