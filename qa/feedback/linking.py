"""Which interaction an answer is about: by the reference and the source it names, now or when the interaction comes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import aliased

from qa.act import Act
from qa.db import KEYS_AT_ONCE, execute_count
from qa.errors import ConflictError
from qa.feedback.models import CustomerAnswer
from qa.i18n import _
from qa.interactions.models import Interaction, Source


class Known(NamedTuple):
    """An interaction that a reference may mean."""

    id: int
    source_id: int
    #: Name of its source in lower case.
    source: str
    erased: bool


def known_by_reference(act: Act, references: Iterable[str]) -> Mapping[str, Sequence[Known]]:
    """Return the interactions that are called so, whatever their source."""
    found: dict[str, list[Known]] = defaultdict(list)
    wanted = sorted(set(references))
    for first in range(0, len(wanted), KEYS_AT_ONCE):
        asked = (
            select(
                Interaction.reference,
                Interaction.id,
                Interaction.source_id,
                func.lower(Source.name),
                Interaction.erased_at.is_not(None),
            )
            .join(Interaction.source)
            .where(Interaction.reference.in_(wanted[first : first + KEYS_AT_ONCE]))
            .order_by(Interaction.id)
        )
        for reference, number, source_id, source, erased in act.session.execute(asked):
            found[reference].append(Known(number, source_id, source, bool(erased)))
    return found


def linked_to(known: Sequence[Known], *, named: str, survey_id: int) -> Known | None:
    """Return which of the interactions is meant; none where it has not come.

    ``named`` is the source that the line names, in lower case; without one the survey's own source comes first. Raises
    ``ConflictError`` where several would do.
    """
    if named:
        return next((one for one in known if one.source == named), None)
    own = next((one for one in known if one.source_id == survey_id), None)
    if own is not None or not known:
        return own
    if len(known) > 1:
        raise ConflictError(
            _(
                "Several sources have an interaction with this reference. Add a column “source” that names the right one."
            )
        )
    return known[0]


def link_waiting(act: Act, interaction: Interaction) -> int:
    """Link the answers that waited for an interaction which has just come; returns how many."""
    name = act.session.scalar(select(func.lower(Source.name)).where(Source.id == interaction.source_id))
    other = aliased(Interaction)
    elsewhere = exists().where(other.reference == interaction.reference, other.id != interaction.id)
    return execute_count(
        act.session,
        update(CustomerAnswer)
        .where(
            CustomerAnswer.reference == interaction.reference,
            CustomerAnswer.interaction_id.is_(None),
            or_(
                CustomerAnswer.interaction_source == name,
                (CustomerAnswer.interaction_source == "")
                & or_(CustomerAnswer.source_id == interaction.source_id, ~elsewhere),
            ),
        )
        .values(interaction_id=interaction.id)
        .execution_options(synchronize_session=False),
    )
