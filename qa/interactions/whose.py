"""Whose conversation it is, and whether a reader may know: agents can be hidden from reviewers, or are for a calibration."""

import re
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true

from qa.act import Act
from qa.auth.roles import Role
from qa.disputes.visibility import judged_by
from qa.evaluations.models import Evaluation, Probe
from qa.i18n import Text, _
from qa.interactions.models import Interaction
from qa.people.models import User

#: A shorter part of a name is more often a part of something else.
SHORTEST_PART = 3


def every_agent_hidden(act: Act) -> bool:
    """Tell whether the reader is told no agent at all, so that no list names, filters or orders by one."""
    return act.settings.hide_agents and _reviews(act)


def may_know_agent(act: Act, interaction: Interaction) -> bool:
    """Tell whether the reader may know whose interaction it is.

    The one place that decides it: reviewers may not where the setting hides agents, nor where they have the interaction
    for a calibration only.
    """
    if not _reviews(act):
        return True
    if act.settings.hide_agents:
        return False
    return act.session.scalar(_counting(act.person().id).where(Interaction.id == interaction.id)) is not None


def known_agents_among(act: Act, interactions: Iterable[Interaction]) -> set[int]:
    """Return of which of the interactions the reader may know whose they are, as `may_know_agent` tells of each."""
    numbers = [one.id for one in interactions]
    if every_agent_hidden(act):
        return set()
    asked = select(Interaction.id).where(Interaction.id.in_(numbers), known_agents(act))
    return set(act.session.scalars(asked)) if _reviews(act) else set(numbers)


def with_known_agents(act: Act, asked: Select[Interaction]) -> Select[Interaction]:
    """Leave out what the reader has for a calibration only: a list tells whose each is, and that it is of somebody's."""
    return asked.where(known_agents(act))


def known_agents(act: Act) -> ColumnElement[bool]:
    """Hold for interactions that the reader has not for a calibration only."""
    return exists(_counting(act.person().id).correlate(Interaction)) if _reviews(act) else true()


def agent_name(act: Act, interaction: Interaction) -> str | Text:
    """Return the agent's name, or a word in its place."""
    return interaction.agent.name if may_know_agent(act, interaction) else _("an agent")


def reference_of(act: Act, interaction: Interaction) -> str | Text:
    """Return what the interaction is called; where that names an agent who is hidden, our own number."""
    told = reference_for_all(interaction)
    return told if told == interaction.reference or not may_know_agent(act, interaction) else interaction.reference


def reference_for_all(interaction: Interaction) -> str | Text:
    """Return what the interaction is called in what is passed round, where nobody is told whose it is."""
    if not _names(interaction.reference, interaction.agent):
        return interaction.reference
    return _("interaction {number}", number=str(interaction.id))


def without_agent(act: Act, interaction: Interaction, text: Text) -> Text:
    """Return a sentence about the interaction; the name of a file that names a hidden agent is left out."""
    telling = [key for key, said in text.params.items() if isinstance(said, str) and _names(said, interaction.agent)]
    if not telling or may_know_agent(act, interaction):
        return text
    return replace(text, params={**text.params, **dict.fromkeys(telling, "…")})


def references_that_tell(act: Act, asked: Select[Interaction], *, words: str) -> list[int]:
    """Return which interactions have the words in a reference that names their agent, for who is told no agent."""
    found = asked.with_only_columns(Interaction.id, Interaction.reference, User).where(
        Interaction.reference.icontains(words, autoescape=True)
    )
    return [number for number, reference, agent in act.session.execute(found) if _names(reference, agent)]


def _reviews(act: Act) -> bool:
    return act.actor is not None and act.actor.role is Role.REVIEWER


def _counting(reviewer_id: int) -> Select[int]:
    """Select what gives a reviewer an interaction besides a calibration: a score that counts or seems to, or a dispute."""
    return select(Evaluation.id).where(
        Evaluation.interaction_id == Interaction.id,
        or_(
            and_(
                Evaluation.reviewer_id == reviewer_id,
                or_(Evaluation.probe.is_(None), Evaluation.probe != Probe.CALIBRATION),
            ),
            Evaluation.id.in_(judged_by(reviewer_id)),
        ),
    )


def _names(said: str, agent: User) -> bool:
    """Whether a text holds part of the agent's name, or what systems call them."""
    folded = said.casefold()
    parts = (part for part in re.split(r"\W+", agent.name.casefold()) if len(part) >= SHORTEST_PART)
    return any(part in folded for part in parts) or any(_stands_in(call, folded) for call in _called(agent))


def _called(agent: User) -> Iterable[str]:
    if agent.reference:
        yield agent.reference.casefold()
    if agent.email:
        yield agent.email.casefold()
        yield agent.email.casefold().partition("@")[0]


def _stands_in(call: str, folded: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(call)}(?![^\W_])", folded) is not None
