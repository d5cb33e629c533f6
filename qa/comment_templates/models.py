"""Comment templates: a text in one or both languages, its place on a scorecard, and whose it is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import Scorecard
from qa.db import Stored
from qa.people.models import User
from scorecards.words import Words


class CommentTemplate(Stored):
    """A text for comments; its place is a criterion's key, so that it outlives the versions of the card."""

    __tablename__ = "comment_templates"
    __table_args__ = (
        CheckConstraint("criterion IS NULL OR scorecard_id IS NOT NULL", name="criterion_has_card"),
        CheckConstraint("length(text_en) > 0 OR length(text_nl) > 0", name="has_text"),
    )

    #: Empty for a shared one.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    #: Empty for any criterion of any card.
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecards.id"), index=True)
    #: Empty for any criterion of the card.
    criterion: Mapped[str | None] = mapped_column(String(60))
    text_en: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    text_nl: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: How often it was put into a comment, by whomever.
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    owner: Mapped[User | None] = relationship()
    scorecard: Mapped[Scorecard | None] = relationship()

    @property
    def shared(self) -> bool:
        """Whether everybody who scores may use it."""
        return self.owner_id is None

    @property
    def texts(self) -> Words:
        """The text in both languages; one of them may be empty."""
        return Words(self.text_en, self.text_nl)
