"""What lies on the desk to be scored, whoever scores it and why."""

from dataclasses import dataclass
from datetime import datetime

from qa.evaluations.marks import Marks
from qa.evaluations.merging import Draft
from qa.evaluations.models import Evaluation
from qa.interactions.models import Interaction
from scorecards.definition import Card


@dataclass(frozen=True, slots=True)
class Subject:
    """What is scored: a card on an interaction, with what is stored of it so far."""

    #: Names the browser's own copy of a draft.
    key: str
    interaction: Interaction
    card: Card
    marks: Marks
    summary: str
    revision: int
    saved_at: datetime | None
    #: The evaluation that what is played is kept with; none where it is kept with none.
    listened: Evaluation | None = None

    @property
    def draft(self) -> Draft:
        """What is stored of it."""
        return Draft(self.marks, self.summary)
