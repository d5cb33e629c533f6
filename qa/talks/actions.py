"""What is agreed in a session: who does what until when, and what became of it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.i18n import _
from qa.talks.models import ActionState, Talk, TalkAction, TalkState

LONGEST_TEXT = 1_000
LONGEST_TERM = timedelta(days=366)


def agree(
    act: Act, talk: Talk, *, owner_id: int, text: str, due_on: date, focus: tuple[int, str] | None = None
) -> TalkAction:
    """Write down an action of the coach or of one of the agents."""
    act.require(Permission.TALK_LEAD)
    if talk.state is TalkState.CANCELLED:
        raise ConflictError(_("This session was called off; nothing can be agreed in it."))
    if owner_id not in {talk.coach_id, *(one.agent_id for one in talk.agents)}:
        raise InvalidError(_("Choose somebody who takes part in the session."), field="owner")
    if not text.strip():
        raise InvalidError(_("Say what is to be done."), field="text")
    if len(text) > LONGEST_TEXT:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_TEXT), field="text")
    today = act.now.astimezone(ZoneInfo(act.settings.time_zone)).date()
    if not min(today, talk.planned_at.date()) <= due_on <= today + LONGEST_TERM:
        raise InvalidError(_("Choose a day within the coming year."), field="due_on")
    if focus is not None and focus not in {(one.scorecard_id, one.criterion) for one in talk.focus}:
        raise InvalidError(_("Choose one of the session's criteria."), field="focus")
    made = TalkAction(
        talk_id=talk.id,
        owner_id=owner_id,
        text=text.strip(),
        due_on=due_on,
        scorecard_id=focus[0] if focus else None,
        criterion=focus[1] if focus else None,
        agreed_at=act.now,
    )
    act.session.add(made)
    act.session.flush()
    audit.record(act, "action.agreed", made, talk=talk.id)
    return made


def carry_out(act: Act, action: TalkAction) -> None:
    """Tick an action off; its owner does so, or a supervisor for them."""
    _may_close(act, action)
    _close(act, action, ActionState.DONE)


def drop(act: Act, action: TalkAction, *, reason: str) -> None:
    """Say that an action is not done any more, and why."""
    _may_close(act, action)
    if not reason.strip():
        raise InvalidError(_("Say why it is dropped."), field="reason")
    if len(reason) > LONGEST_TEXT:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_TEXT), field="reason")
    _close(act, action, ActionState.DROPPED)
    action.reason = reason.strip()


def reopen(act: Act, action: TalkAction) -> None:
    """Put back what was ticked off or dropped by mistake."""
    _may_close(act, action)
    if action.state is ActionState.OPEN:
        raise ConflictError(_("This action is still to be done."))
    action.state = ActionState.OPEN
    action.closed_at = action.closed_by_id = None
    action.reason = ""
    audit.record(act, "action.reopened", action)


def may_close(act: Act, action: TalkAction) -> bool:
    """Tell whether the actor may say what became of the action."""
    return action.owner_id == act.person().id or act.may(Permission.TALK_LEAD)


def _may_close(act: Act, action: TalkAction) -> None:
    if not may_close(act, action):
        raise ForbiddenError(_("Only who is to do it, or a supervisor, can say what became of it."))


def _close(act: Act, action: TalkAction, state: ActionState) -> None:
    if action.state is not ActionState.OPEN:
        raise ConflictError(_("Somebody already said what became of this action."))
    action.state, action.closed_at, action.closed_by_id = state, act.now, act.person().id
    audit.record(act, f"action.{state.value}", action)
