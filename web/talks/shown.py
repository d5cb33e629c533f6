"""Coaching sessions as pages show them: criteria by name, clips with what is said in them, effects in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import g

from qa.act import Act
from qa.cards.queries import card_of, newest_offered
from qa.estimate.coaching_effect import FEWEST_COACHED, Effect, Outcome, Silence, Together
from qa.estimate.figure import GUARD
from qa.estimate.pooling import FEWEST_AGENTS
from qa.i18n import Language, Text, _, number_text, say
from qa.interactions.kinds import AUTHOR_LABELS
from qa.talks.clips import has_sound, said_in
from qa.talks.effects import FocusEffect
from qa.talks.models import Clip
from qa.talks.service import Focus
from qa.talks.worked import WEEKS


@dataclass(frozen=True, slots=True)
class ClipShown:
    """A clip with its words: (speaker, what they say); ``own`` where the reader did this work."""

    clip: Clip
    lines: tuple[tuple[str, str], ...]
    sound: bool
    own: bool


def clips_shown(act: Act, clips: Iterable[Clip]) -> list[ClipShown]:
    """Return the clips with what is said in them."""
    return [
        ClipShown(
            clip,
            tuple((say(AUTHOR_LABELS[role], g.language), text) for role, text in said_in(act, clip)),
            has_sound(clip),
            clip.interaction.agent_id == act.person().id,
        )
        for clip in clips
    ]


def criterion_names(act: Act, wanted: Iterable[Focus], *, language: Language) -> dict[Focus, str]:
    """Return the criteria by name, as their cards call them now; one that a card no longer has keeps its key."""
    chosen = list(wanted)
    names: dict[Focus, str] = {}
    for scorecard_id in {number for number, _key in chosen}:
        version = newest_offered(act, scorecard_id)
        for _section, criterion in card_of(version).criteria() if version else ():
            names[scorecard_id, criterion.key] = criterion.name.in_(language.value)
    return {focus: names.get(focus, focus[1]) for focus in chosen}


SILENCES: dict[Silence, Text] = {
    Silence.FEW_BEFORE: _(
        "Too few to say: fewer than {n} conversations were drawn in the {weeks} weeks before.", n=GUARD, weeks=WEEKS
    ),
    Silence.FEW_AFTER: _("Too few to say: fewer than {n} conversations have been drawn since.", n=GUARD),
    Silence.FEW_PEERS: _(
        "Nothing to compare with: fewer than {n} colleagues were scored on this in the same weeks without being coached on it.",
        n=FEWEST_AGENTS,
    ),
    Silence.NO_SPREAD: _("Nothing to compare: everybody scored the same throughout."),
}


def effect_said(one: FocusEffect) -> list[Text]:
    """Say in plain sentences what may be concluded, and what may not."""
    found = one.found
    if isinstance(found, Silence):
        return [SILENCES[found]]
    sentences = [
        _(
            "The score on this changed by {own} points. In the same weeks that of {n} colleagues who were not coached on it changed by {others}.",
            own=signed(found.own_change),
            others=signed(found.peers_change),
            n=found.peers,
        )
    ]
    if round(found.regression) > 0:
        sentences.append(
            _(
                "This session followed a low score. After a low score the next is usually higher, coached or not: about {part} points of the change would be expected without any coaching, and are taken off.",
                part=number_text(round(found.regression), g.language),
            )
        )
    elif one.picked_low:
        sentences.append(
            _(
                "This session followed a low score. Over these weeks the score was hardly lower than that of others, so next to nothing is taken off for it."
            )
        )
    sentences.append(_left(found))
    if not one.complete:
        sentences.append(_("The {weeks} weeks after the session are not over: this can still change.", weeks=WEEKS))
    return sentences


def _left(found: Effect) -> Text:
    ends = {"value": signed(found.value), "low": signed(found.low), "high": signed(found.high)}
    if found.outcome is Outcome.HIGHER:
        return _(
            "What is left is {value} points, very probably between {low} and {high}: more than chance. It fits coaching that helped; something else that changed for this agent alone can be behind it too.",
            **ends,
        )
    if found.outcome is Outcome.LOWER:
        return _(
            "What is left is {value} points, very probably between {low} and {high}: more than chance. Something made it harder, which need not be the coaching.",
            **ends,
        )
    return _(
        "What is left is {value} points, and can be anything between {low} and {high}. That can be chance: it shows neither that the coaching helped nor that it did not.",
        **ends,
    )


#: What the team's page says of each mean.
OUTCOMES: dict[Outcome, Text] = {
    Outcome.HIGHER: _("Better afterwards, by more than chance"),
    Outcome.LOWER: _("Worse afterwards, by more than chance"),
    Outcome.CHANCE: _("Could be chance: says neither yes nor no"),
}

OUTCOME_SHAPES: dict[Outcome, str] = {Outcome.HIGHER: "pass", Outcome.LOWER: "caution", Outcome.CHANCE: "none"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the team's table: what, of how many agents it is told, and what followed."""

    name: str | Text
    coached: int | None
    found: Together | None

    @property
    def value(self) -> str:
        """The mean and its interval in points."""
        if self.found is None:
            return ""
        ends = (self.found.value, self.found.low, self.found.high)
        value, low, high = (signed(one) for one in ends)
        return say(_("{value} points, between {low} and {high}", value=value, low=low, high=high), g.language)

    @property
    def word(self) -> Text:
        """What may be concluded."""
        if self.found is None:
            return _("Too few to say: needs {n} agents or more", n=FEWEST_COACHED)
        return OUTCOMES[self.found.outcome]

    @property
    def shape(self) -> str:
        """The mark beside the word."""
        return "none" if self.found is None else OUTCOME_SHAPES[self.found.outcome]


def rows_of(found: Sequence[tuple[str | Text, int | None, Together | None]]) -> list[Row]:
    """Return the lines of a table, those that say something first."""
    rows = [Row(name, coached, mean) for name, coached, mean in found]
    return sorted(rows, key=lambda row: (row.found is None, -(row.found.agents if row.found else 0)))


def signed(value: float) -> str:
    """Return points with their sign; a whole number is all that any sample of this trade can carry."""
    whole = round(value)
    return f"+{whole}" if whole > 0 else f"−{-whole}" if whole < 0 else "0"
