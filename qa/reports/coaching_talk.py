"""The parts of a coaching report that come from talking: what was agreed, the agent's own words, disputes, the next meeting."""

from qa.i18n import _
from qa.reports import style as look
from qa.reports.blocks import Block, Gap
from qa.reports.coaching_findings import action_text, meeting_text
from qa.reports.content import CoachingReport, SelfScore
from qa.reports.labels import ACTION_STATES, DISPUTE_STATES
from qa.reports.parts import Scribe, together


def earlier_actions(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """What was agreed before, and its state."""
    if not report.earlier_actions:
        return []
    texts = [
        f"{action_text(action, scribe)}: {scribe.say(ACTION_STATES[action.state])}" for action in report.earlier_actions
    ]
    return [together([scribe.heading(_("Agreed earlier")), *scribe.items(texts)])]


def own_words(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """What the agent said: on evaluations, and of their own work."""
    if not report.own_words.strip() and not report.self_scores:
        return []
    parts: list[Block] = [scribe.heading(_("In your own words"))]
    parts += [scribe.body(text) for text in report.own_words.splitlines() if text.strip()]
    if report.self_scores:
        parts.append(scribe.muted(_("How you scored your own conversations; in no figure.")))
        parts += scribe.items([_self_score(item, scribe) for item in report.self_scores])
    return parts


def _self_score(item: SelfScore, scribe: Scribe) -> str:
    own, reviewer = ("–" if score is None else f"{scribe.number(score)} · n 1" for score in (item.own, item.reviewer))
    both = scribe.say(_("you gave {own}, the reviewer {reviewer}", own=own, reviewer=reviewer))
    text = f"{scribe.contact(item.contact)}: {both}"
    return f"{text}. {item.words}" if item.words else text


def disputes(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """The disputes and their terms."""
    if not report.disputes:
        return []
    texts = []
    for dispute in report.disputes:
        text = f"{dispute.criterion} ({scribe.contact(dispute.contact)}): {scribe.say(DISPUTE_STATES[dispute.state])}"
        if dispute.answer_by:
            text += ", " + scribe.say(_("answer due by {date}", date=dispute.answer_by))
        texts.append(f"{text}. {dispute.decision}" if dispute.decision else text)
    return [together([scribe.heading(_("Your disputes")), *scribe.items(texts)])]


def how_we_go_on(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """The plan, the next meeting, and the line on which the agent says that they have seen it."""
    parts: list[Block] = [scribe.heading(_("How we go on"))]
    if report.plan:
        texts = [f"{action_text(item, scribe)}: {scribe.say(ACTION_STATES[item.state])}" for item in report.plan]
        parts += [scribe.body(_("Agreed in this period:")), *scribe.items(texts)]
    meeting = report.next_meeting
    parts.append(scribe.body(meeting_text(meeting, scribe) if meeting else _("No next meeting is planned yet.")))
    seen = _("Seen by {agent} on ____________________. Seen does not mean agreed.", agent=report.agent)
    return [together([*parts, Gap(look.MEDIUM), scribe.body(seen)])]
