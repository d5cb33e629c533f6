"""What-if: past evaluations scored again under a draft, shown and as a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.cards.queries import card_of, get_draft
from qa.csv_out import csv_bytes
from qa.db import KEYS_AT_ONCE
from qa.evaluations.handler import ask_what_if, found_of, what_if_job
from qa.evaluations.whatif import changed_rows, count_scored, what_if
from qa.i18n import Text, _, ngettext_, percent_text, say
from qa.jobs.models import Job, JobState
from qa.people.models import User
from scorecards.checks import check
from scorecards.definition import Card
from scorecards.results import basis_points
from scorecards.whatif import ChangedContact, NotCarried, Shift, WhatIf
from web.cards.forms import DaysForm
from web.cards.places import told
from web.door import allowed
from web.forms import choices
from web.jobs.shown import shown_job

rescored = Blueprint("rescored", __name__)

DAYS = (30, 90, 180, 365, 730)
_USUAL = 90
#: More evaluations than this are scored again by the worker, with its progress on the page.
AT_ONCE = 10_000
#: How many evaluations and agents the page names; the file names all.
_NAMED, _AGENTS = 100, 50

REASONS: dict[NotCarried, Text] = {
    NotCarried.NEW: _("New: no earlier evaluation has an answer."),
    NotCarried.REMOVED: _("No longer on the card: the answers are left out."),
    NotCarried.OPTION_GONE: _("The answer that was given is no longer there."),
    NotCarried.MUST_ANSWER: _("Was not applicable, which the draft does not allow."),
}


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """One agent or section; percentages as text, the difference in points."""

    name: str
    n: int
    before: str
    after: str
    difference: str
    rises: bool | None


@dataclass(frozen=True, slots=True)
class RowShown:
    """One evaluation that would change."""

    id: int
    agent: str
    before: str
    after: str
    passed_before: bool | None
    passed_after: bool | None
    flips: bool


@dataclass(frozen=True, slots=True)
class LostShown:
    """One criterion that could not be carried over, and in how many evaluations."""

    name: str
    reason: Text
    n: int


@rescored.get("/<int:version_id>/what-if")
@allowed(Permission.CARD_DESIGN)
def show(act: Act, version_id: int) -> ResponseReturnValue:
    """Show what would have become of past evaluations under the draft."""
    draft = get_draft(act, version_id)
    card = card_of(draft)
    problems = told(check(card), language=g.language)
    form, days = _days(request.args)
    long = not problems and count_scored(act, draft, days=days) > AT_ONCE
    job = what_if_job(act, draft, days=days) if long else None
    found = _found(act, draft, days=days, job=job) if job or not (problems or long) else None
    return render_template(
        "cards/what_if.html",
        version=draft,
        card=card,
        problems=problems,
        form=form,
        days=days,
        found=found,
        job=shown_job(job) if job and found is None else None,
        whole=True,
        **(_shown(act, card, found) if found else {}),
    )


@rescored.post("/<int:version_id>/what-if")
@allowed(Permission.CARD_DESIGN)
def ask(act: Act, version_id: int) -> ResponseReturnValue:
    """Have a long history scored again by the worker."""
    draft = get_draft(act, version_id)
    _form, days = _days(request.form)
    if not check(card_of(draft)):
        ask_what_if(act, draft, days=days)
    return redirect(url_for("cards.rescored.show", version_id=draft.id, days=days), 303)


@rescored.get("/<int:version_id>/what-if.csv")
@allowed(Permission.CARD_DESIGN)
def export(act: Act, version_id: int) -> ResponseReturnValue:
    """Send every evaluation that would change as a CSV file."""
    draft = get_draft(act, version_id)
    _form, days = _days(request.args)
    rows = list(changed_rows(act, draft, days=days))
    names = _names(act, {row.agent for row in rows})
    heads = [
        say(head, g.language)
        for head in (
            _("Evaluation"),
            _("Agent"),
            _("Score now"),
            _("Score under the draft"),
            _("Passed now"),
            _("Passed under the draft"),
        )
    ]
    response = make_response(
        csv_bytes(
            heads,
            (
                (
                    row.id,
                    names[row.agent],
                    _plain(row.before_bp),
                    _plain(row.after_bp),
                    _verdict(row.passed_before),
                    _verdict(row.passed_after),
                )
                for row in rows
            ),
        )
    )
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"what-if-{draft.scorecard.key}-v{draft.number}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(act: Act, draft: CardVersion, *, days: int, job: Job | None) -> WhatIf | None:
    if job is None:
        return what_if(act, draft, days=days)
    return found_of(job.result) if job.state is JobState.DONE and job.result else None


def _days(sent: Mapping[str, str]) -> tuple[DaysForm, int]:
    typed = sent.get("days", "")
    days = int(typed) if typed.isdecimal() and len(typed) < 5 and int(typed) in DAYS else _USUAL
    form = DaysForm(data={"days": str(days)})
    form.days.choices = choices((str(one), ngettext_("{n} day", "{n} days", n=one)) for one in DAYS)
    return form, days


def _shown(act: Act, card: Card, found: WhatIf) -> dict[str, object]:
    spoken = g.language.value
    named = found.named[:_NAMED]
    by_shift = sorted(found.agents.items(), key=lambda item: -abs(item[1].after_bp - item[1].before_bp))[:_AGENTS]
    names = _names(act, {row.agent for row in named} | {agent for agent, _shift in by_shift})
    criteria = {key: one.name.in_(spoken) for key, one in ((one.key, one) for _section, one in card.criteria())}
    return {
        "total": _shift("", found.total),
        "sections": [
            _shift(section.name.in_(spoken), found.sections[section.key])
            for section in card.sections
            if section.key in found.sections
        ],
        "agents": [_shift(names[agent], shift) for agent, shift in by_shift if shift.n],
        "agent_count": len(found.agents),
        "lost": [
            LostShown(criteria.get(key, key), REASONS[reason], n)
            for (key, reason), n in sorted(found.not_carried.items(), key=lambda item: -item[1])
        ],
        "rows": [_row(row, names) for row in named],
    }


def _names(act: Act, agents: Iterable[int]) -> dict[int, str]:
    keys, found = sorted(agents), dict[int, str]()
    for at in range(0, len(keys), KEYS_AT_ONCE):
        rows = act.session.execute(select(User.id, User.name).where(User.id.in_(keys[at : at + KEYS_AT_ONCE])))
        found.update((number, name) for number, name in rows)
    return found


def _shift(name: str, shift: Shift) -> ShiftShown:
    difference = basis_points(Fraction(shift.after - shift.before, 100 * shift.n)) if shift.n else 0
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return ShiftShown(
        name,
        shift.n,
        percent_text(shift.before_bp, g.language),
        percent_text(shift.after_bp, g.language),
        sign + percent_text(abs(difference), g.language).removesuffix(" %"),
        None if difference == 0 else difference > 0,
    )


def _row(row: ChangedContact, names: dict[int, str]) -> RowShown:
    return RowShown(
        row.id,
        names[row.agent],
        _percentage(row.before_bp),
        _percentage(row.after_bp),
        row.passed_before,
        row.passed_after,
        row.flips,
    )


def _percentage(points: int | None) -> str:
    return "–" if points is None else percent_text(points, g.language)


def _plain(points: int | None) -> float | None:
    return None if points is None else points / 100


def _verdict(passed: bool | None) -> str:
    return "" if passed is None else say(_("yes") if passed else _("no"), g.language)
