"""Forms of coaching sessions: the plan, what is noted, what is agreed, and clips."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation
from qa.i18n import Language, Text, _
from qa.people.models import User
from qa.talks.actions import LONGEST_TEXT
from qa.talks.clips import LONGEST_REMARK, Stretch
from qa.talks.labels import OCCASION_LABELS
from qa.talks.models import Clip, Occasion, Talk
from qa.talks.noting import LONGEST_NOTE, LONGEST_REMARKS
from qa.talks.service import LONGEST_PLACE, Focus, When
from web.forms import ChecksField, DayField, PageForm, at_most, between, choices, label, required, unmarked

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_PLACE = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])(?:[.,]([0-9]))?")

USUAL_MINUTES = 30
USUAL_HOUR = time(10)
#: What is chosen for a clip that is to be heard in a session that is not planned yet.
NEW_TALK = "new"
#: An action's usual term.
USUAL_TERM = timedelta(days=14)


class TalkForm(PageForm):
    """The plan of a session."""

    revision = HiddenField()
    agents = ChecksField(
        label(_("Agents")),
        [unmarked()],
        description=label(_("One for a talk of two, several for a group. They are told, and find it on their page.")),
    )
    day = DayField(label(_("Day")), [required()])
    time = StringField(label(_("Time")), [required()])
    minutes = IntegerField(label(_("Minutes")), [required(), between(5, 480)])
    place = StringField(
        label(_("Place")), [at_most(LONGEST_PLACE)], description=label(_("A room, or the address of a video call."))
    )
    occasion = SelectField(
        label(_("Why this session")),
        [required()],
        description=label(
            _(
                "Say so where a low score is the reason: the next score is then usually higher, coached or not, and the comparison afterwards takes that off."
            )
        ),
    )
    focus = ChecksField(label(_("What it is about")), [unmarked()])
    clips = ChecksField(label(_("Clips")), [unmarked()])


class NoteForm(PageForm):
    """A note, private or shared."""

    revision = HiddenField()
    text = TextAreaField(label(_("Note")), [unmarked(), at_most(LONGEST_NOTE)])


class RemarksForm(PageForm):
    """What an agent says of a session."""

    revision = HiddenField()
    remarks = TextAreaField(label(_("Your remarks")), [unmarked(), at_most(LONGEST_REMARKS)])


class ActionForm(PageForm):
    """What is agreed."""

    owner = SelectField(label(_("Who")), [required()])
    text = StringField(label(_("What")), [required(_("Say what is to be done.")), at_most(LONGEST_TEXT)])
    due_on = DayField(label(_("Until when")), [required()])
    focus = SelectField(label(_("For which criterion")), [unmarked()])


class DropForm(PageForm):
    """Why something agreed is dropped."""

    reason = StringField(label(_("Why it is dropped")), [required(_("Say why it is dropped.")), at_most(LONGEST_TEXT)])


class ClipForm(PageForm):
    """A stretch of a conversation: places of sound, or the first and the last message."""

    begins = StringField(label(_("From")), [unmarked()])
    ends = StringField(label(_("To")), [unmarked()])
    remark = StringField(label(_("What to listen for")), [at_most(LONGEST_REMARK)])
    example = BooleanField(
        label(_("A good example for the team")),
        description=label(_("The team hears it once the agent allows that, and only while they do.")),
    )
    talk = SelectField(label(_("Session")), [unmarked()])


@dataclass(frozen=True, slots=True)
class CardChoices:
    """One scorecard with its criteria as choices; ``open`` where something of it is ticked."""

    name: str
    criteria: tuple[tuple[str, str, bool], ...]
    open: bool


def talk_form(
    act: Act,
    sent: Any,
    *,
    agents: Sequence[User],
    clips: Sequence[Clip],
    cards: Sequence[CardVersion],
    talk: Talk | None = None,
    evaluation: Evaluation | None = None,
    agent_id: int | None = None,
    clip_id: int | None = None,
) -> TalkForm:
    """Return the form with the plan as it is, or with what suits the evaluation it begins from."""
    plan = _plan_of(act, talk, evaluation=evaluation, agent_id=agent_id)
    form = TalkForm(sent, data={**plan, "clips": [str(clip_id)]} if clip_id else plan)
    form.agents.choices = choices((str(one.id), one.name) for one in agents)
    form.occasion.choices = choices((one.value, text) for one, text in OCCASION_LABELS.items())
    form.clips.choices = choices((str(one.id), one.remark or one.interaction.reference) for one in clips)
    form.focus.choices = choices(
        (focus_value((version.scorecard_id, criterion.key)), criterion.key)
        for version in cards
        for _section, criterion in card_of(version).criteria()
    )
    return form


def cards_to_choose(
    form: TalkForm, cards: Sequence[CardVersion], *, language: Language, first: int | None
) -> list[CardChoices]:
    """Return the criteria of every card; the card of number ``first`` and those with something ticked stand open on top."""
    ticked = set(form.focus.data or ())
    found = []
    for version in cards:
        card = card_of(version)
        rows = tuple(
            (
                value := focus_value((version.scorecard_id, criterion.key)),
                criterion.name.in_(language.value),
                value in ticked,
            )
            for _section, criterion in card.criteria()
        )
        opened = version.scorecard_id == first or any(chosen for _value, _name, chosen in rows)
        found.append(CardChoices(card.name.in_(language.value), rows, opened))
    return sorted(found, key=lambda one: not one.open)


def when_of(form: TalkForm, *, zone: str) -> When:
    """Return when and where; refused where the time is none."""
    typed = _TIME.fullmatch((form.time.data or "").strip())
    if typed is None:
        raise InvalidError(_("Give a time, such as 14:30."), field="time")
    at = datetime.combine(cast("date", form.day.data), time(int(typed[1]), int(typed[2])), tzinfo=ZoneInfo(zone))
    return When(at, int(form.minutes.data or 0), form.place.data or "")


def today(act: Act) -> date:
    """Return the reader's day."""
    return act.now.astimezone(ZoneInfo(act.time_zone)).date()


def focus_value(focus: Focus) -> str:
    """Return a criterion of a card as a form sends it."""
    return f"{focus[0]}:{focus[1]}"


def focus_of(value: str) -> Focus:
    """Read a criterion of a card; what makes no sense is none that is known."""
    number, _colon, key = value.partition(":")
    return (int(number) if number.isdecimal() and len(number) < 19 else 0, key)


def numbers_of(values: Sequence[str] | None) -> list[int]:
    """Read numbers of rows; what is none is left out."""
    return [int(value) for value in values or () if value.isdecimal() and len(value) < 19]


def action_form(act: Act, sent: Any, talk: Talk, *, names: dict[Focus, str]) -> ActionForm:
    """Return the form with who takes part and what the session is about."""
    form = ActionForm(sent, data={"due_on": today(act) + USUAL_TERM, "owner": str(talk.agents[0].agent_id)})
    people = [*((one.agent_id, one.agent.name) for one in talk.agents), (talk.coach_id, talk.coach.name)]
    form.owner.choices = choices((str(number), name) for number, name in people)
    form.focus.choices = choices([("", "–"), *((focus_value(focus), name) for focus, name in names.items())])
    return form


def stretch_of(form: ClipForm, *, spoken: bool) -> Stretch:
    """Return the stretch that was typed or chosen."""
    begins, ends = form.begins.data or "", form.ends.data or ""
    if spoken:
        return Stretch(start_ms=place_ms(begins, field="begins"), end_ms=place_ms(ends, field="ends"))
    first, last = numbers_of([begins]), numbers_of([ends])
    return Stretch(first_turn=first[0] if first else None, last_turn=last[0] if last else None)


def place_ms(typed: str, *, field: str) -> int:
    """Read a place in a recording such as 02:13 or 1:02:13.5, in milliseconds."""
    found = _PLACE.fullmatch(typed.strip())
    if found is None:
        raise InvalidError(_("Give a place in the recording, such as 02:13."), field=field)
    hours, minutes, seconds, tenths = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + tenths * 100


def place_text(at_ms: int) -> str:
    """Write a place in a recording as `place_ms` reads it."""
    seconds, rest = divmod(at_ms, 1000)
    tenths = f".{rest // 100}" if rest >= 100 else ""
    return f"{seconds // 60:02}:{seconds % 60:02}{tenths}"


def talk_choices(talks: Sequence[Talk], *, said: dict[int, Text | str], leads: bool) -> list[tuple[str, Text | str]]:
    """Return the sessions a clip can go into, a new one for whoever ``leads`` sessions, and none."""
    known = [(str(one.id), said[one.id]) for one in talks]
    new = [(NEW_TALK, _("A new session, to be planned next"))] if leads else []
    return [("", _("None yet: it waits for one")), *known, *new]


def _plan_of(act: Act, talk: Talk | None, *, evaluation: Evaluation | None, agent_id: int | None) -> dict[str, object]:
    zone = ZoneInfo(act.time_zone)
    if talk is not None:
        at = talk.planned_at.astimezone(zone)
        return {
            "revision": str(talk.revision),
            "day": at.date(),
            "time": f"{at:%H:%M}",
            "minutes": talk.minutes,
            "place": talk.place,
            "occasion": talk.occasion.value,
            "focus": [focus_value((one.scorecard_id, one.criterion)) for one in talk.focus],
        }
    chosen = evaluation.agent_id if evaluation else agent_id
    return {
        "agents": [str(chosen)] if chosen else [],
        "day": act.now.astimezone(zone).date() + timedelta(days=1),
        "time": f"{USUAL_HOUR:%H:%M}",
        "minutes": USUAL_MINUTES,
        "occasion": (Occasion.LOW_SCORE if evaluation and evaluation.passed is False else Occasion.REGULAR).value,
    }
