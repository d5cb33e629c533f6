"""The parts of a coaching report about the work itself: what went well, what to try, what was not the agent's."""

from qa.i18n import Text, _, ngettext_
from qa.reports.blocks import Block
from qa.reports.content import (
    Action,
    BeyondControl,
    CoachingReport,
    CriticalError,
    DevelopmentPoint,
    Meeting,
    Signal,
    Strength,
)
from qa.reports.labels import ERROR_CLASSES
from qa.reports.parts import Scribe, together
from scorecards.definition import ErrorClass


def strengths(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """What went well, first of all."""
    parts = [scribe.heading(_("What went well"))]
    if not report.strengths:
        parts.append(scribe.body(_("No examples were noted in this period.")))
        return [together(parts)]
    first, *rest = [_strength(item, scribe) for item in report.strengths]
    return [together([*parts, *first]), *(together(item) for item in rest)]


def _strength(item: Strength, scribe: Scribe) -> list[Block]:
    parts: list[Block] = [scribe.subheading(item.criterion)]
    if item.remark:
        parts.append(scribe.body(item.remark))
    return scribe.quote(item.quote, above=parts) if item.quote else parts


def in_short(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """The development points on the first page, in a line each."""
    if not report.points:
        return []
    texts = [(point.criterion, action_text(point.action, scribe) if point.action else "") for point in report.points]
    parts = [scribe.heading(_("What to try next, in short")), *scribe.numbered(texts)]
    if report.next_meeting:
        parts.append(scribe.muted(meeting_text(report.next_meeting, scribe)))
    return [together(parts)]


def action_text(action: Action, scribe: Scribe) -> str:
    """Return what was agreed, who does it and until when."""
    ends = [action.owner] if action.owner else []
    if action.due:
        ends.append(scribe.say(_("by {date}", date=action.due)))
    return action.text + (f" ({', '.join(ends)})" if ends else "")


def points(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """The development points with their examples."""
    heading = scribe.heading(_("What to try next, with examples") if report.points else _("What to try next"))
    if not report.points:
        return [together([heading, scribe.body(_("There are no development points for this period."))])]
    first, *rest = [_point(point, scribe, place=place) for place, point in enumerate(report.points, start=1)]
    return [together([heading, *first]), *(together(point) for point in rest)]


def _point(point: DevelopmentPoint, scribe: Scribe, *, place: int) -> list[Block]:
    parts: list[Block] = [scribe.subheading(f"{place}. {point.criterion}")]
    if point.remark:
        parts.append(scribe.body(point.remark))
    if point.quote:
        parts = scribe.quote(point.quote, above=parts)
    if point.better:
        parts.append(scribe.labelled(_("What better looks like:"), point.better))
    if point.action:
        parts.append(scribe.labelled(_("Agreed:"), action_text(point.action, scribe)))
    return parts


def critical_errors(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """Critical errors, apart from the score, by their class."""
    if not report.critical_errors:
        return []
    # The heading stays with the first error.
    opening: list[Block] = [
        scribe.heading(_("Critical errors")),
        scribe.muted(_("These stand apart from the score. What each one did to the outcome is said with it.")),
    ]
    parts: list[Block] = []
    for kind in ErrorClass:
        of_kind = [error for error in report.critical_errors if error.error_class is kind]
        if of_kind:
            first, *rest = [critical(error, scribe) for error in of_kind]
            parts.append(together([*opening, scribe.subheading(ERROR_CLASSES[kind]), *first]))
            parts += [together(error) for error in rest]
            opening = []
    return parts


def critical(error: CriticalError, scribe: Scribe) -> list[Block]:
    """Return one critical error: what it did, where, and whether it was heard."""
    parts: list[Block] = [scribe.labelled(error.criterion, error.effect)]
    parts += scribe.quote(error.quote) if error.quote else [scribe.muted(scribe.contact(error.contact))]
    if error.unheard:
        parts.append(scribe.muted(_("The reviewer confirmed this without playing the evidence.")))
    return parts


def beyond_control(report: CoachingReport, scribe: Scribe) -> list[Block]:
    """What lay with the organisation: never a development point."""
    if not report.beyond_control and not report.waits:
        return []
    parts: list[Block] = [scribe.heading(_("What you did not control"))]
    if report.beyond_control:
        about = _("These causes lie with the organisation. They are no development points and go to your supervisor.")
        parts += [scribe.body(about), *scribe.items([_cause(item, scribe) for item in report.beyond_control])]
    if report.waits:
        waits = " · ".join(f"{item.name}: {signal_text(item, scribe)} (n {item.n})" for item in report.waits)
        parts.append(scribe.body(_("What customers had to wait for in your conversations: {waits}.", waits=waits)))
    return [together(parts)]


def _cause(item: BeyondControl, scribe: Scribe) -> str:
    text = f"{item.cause.label.in_(scribe.language)}: {item.criterion}"
    if item.contacts:
        seen = scribe.say(ngettext_("seen in {n} interaction", "seen in {n} interactions", n=len(item.contacts)))
        text += f" · {seen} ({', '.join(contact.reference for contact in item.contacts)})"
    return f"{text}. {item.remark}" if item.remark else text


def signal_text(signal: Signal, scribe: Scribe) -> str:
    """Return a signal's value with its unit."""
    if signal.value is None:
        return "–"
    return f"{scribe.number(signal.value, digits=signal.digits)} {signal.unit}".strip()


def meeting_text(meeting: Meeting, scribe: Scribe) -> Text:
    """Say when and where the next session is."""
    moment = scribe.moment(meeting.at)
    if meeting.place:
        return _("Next meeting: {moment}, {place}", moment=moment, place=meeting.place)
    return _("Next meeting: {moment}", moment=moment)
