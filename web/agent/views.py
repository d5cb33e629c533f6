"""The agent's own page: a letter about a period, with the way to every example and to how it was drawn."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.coaching.letter import letter_of, own_evaluations
from qa.coaching.queries import list_reports
from qa.coaching.shared import Shared
from qa.disputes.models import UNSETTLED
from qa.disputes.queries import disputed_among, judge_by, list_disputes
from qa.estimate.charts import FEWEST_POINTS
from qa.estimate.figure import Figure
from qa.evaluations.models import EvaluationState
from qa.i18n import Text, _, number_text
from qa.insight.standing import course_of_agent
from qa.interactions.kinds import CHANNEL_LABELS
from qa.kudos.models import Kudos
from qa.kudos.service import kudos_for
from qa.people.models import User
from qa.pulse.queries import round_to_answer
from qa.reports.content import Change, CoachingReport
from qa.revisions.queries import corrected_among
from qa.sampling.period import period_label
from qa.sampling.plans import period_of_draw
from qa.self_evaluations.queries import asked_self_evaluations
from qa.talks.agreed import NextSession, next_session
from qa.talks.queries import open_actions, talks_to_read
from web.coaching.views import days
from web.door import allowed
from web.periods import course_rows, steps, stretch_asked, stretch_name

pages = Blueprint("agent", __name__)


@pages.get("/me")
@allowed(Permission.EVALUATION_ACKNOWLEDGE)
def home(act: Act) -> ResponseReturnValue:
    """Show the agent the letter of a period."""
    agent = act.person()
    stretch = stretch_asked(act, request.args.get("period", ""), agent_id=agent.id)
    # The letter, the chart and the customers' answers rest on the same peers.
    shared = Shared(stretch)
    letter = letter_of(act, agent, stretch, language=agent.language, shared=shared)
    shown = own_evaluations(act, agent, stretch=stretch, unread=True)
    numbers = [item.id for item in shown]
    open_disputes = list_disputes(act, states=UNSETTLED)
    return render_template(
        "agent/home.html",
        letter=letter,
        period=stretch_name(stretch),
        steps=steps(act, stretch),
        change=change_said(letter.content, before=stretch_name(stretch.before)),
        new=[item for item in shown if item.state is EvaluationState.RELEASED],
        evaluations=[item for item in shown if stretch.holds(item.interaction.started_at)],
        asked=asked_self_evaluations(act),
        open_disputes=open_disputes,
        due={item.id: judge_by(act, item) for item in open_disputes},
        now=act.now,
        disputed=disputed_among(act, numbers),
        corrected=corrected_among(act, numbers),
        reports=list_reports(act, agent_id=agent.id),
        channels=CHANNEL_LABELS,
        draws=[(draw, period_label(period_of_draw(draw), g.language)) for draw in letter.draws],
        days=days,
        course=course_of_agent(act, agent, stretch, peers=shared.spreads(act).of()),
        course_rows=course_rows,
        fewest_points=FEWEST_POINTS,
        voice=shared.voice(act, agent),
        coaching=coaching_of(act, agent),
        pulse=round_to_answer(act),
        notes={note.draw_id: note for note in letter.content.draws},
    )


@dataclass(frozen=True, slots=True)
class Coaching:
    """What an agent's coaching has for them now."""

    next: NextSession | None
    to_read: int
    actions: int
    newest: Kudos | None


def coaching_of(act: Act, agent: User) -> Coaching:
    """Return the next session, what is to be read and done, and the newest kudos."""
    given = kudos_for(act, agent.id, limit=1)
    return Coaching(
        next=next_session(act, agent, after=act.now),
        to_read=len(talks_to_read(act)),
        actions=len(open_actions(act, of=agent.id)),
        newest=given[0] if given else None,
    )


def change_said(content: CoachingReport, *, before: str) -> Text:
    """Say in plain words how the period stands beside the one before it."""
    if content.previous is None:
        return _("There is nothing from {before} to compare with.", before=before)
    earlier = _figure(content.previous.figure, content)
    match content.change:
        case Change.BETTER:
            return _(
                "That is higher than in {before} ({earlier}), by more than chance.", before=before, earlier=earlier
            )
        case Change.WORSE:
            return _("That is lower than in {before} ({earlier}), by more than chance.", before=before, earlier=earlier)
        case Change.WITHIN_CHANCE:
            return _(
                "That does not clearly differ from {before} ({earlier}): another draw could have given the opposite.",
                before=before,
                earlier=earlier,
            )
        case _:
            return _("There are too few to compare with {before}.", before=before)


def _figure(figure: Figure, content: CoachingReport) -> Text:
    return _("{value}, n {n}", value=number_text(round(figure.value or 0), content.language), n=figure.n)
