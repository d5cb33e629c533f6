"""Legal holds; one that was lifted stays as a row that says so."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.interactions.models import Interaction
from qa.people.models import User


class LegalHold(Stored):
    """An interaction of which nothing may be erased, from a moment until it is lifted; an interaction has one at a time."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint("lifted_at IS NOT NULL OR lifted_by_id IS NULL", name="lifted_has_time"),
        Index(
            "uq_legal_holds_one_standing",
            "interaction_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(1000), info={"personal": "text"})
    placed_at: Mapped[datetime]
    #: Empty where a command of the machine's owner placed it.
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lift_reason: Mapped[str] = mapped_column(String(1000), default="", info={"personal": "text"})

    interaction: Mapped[Interaction] = relationship()
    placed_by: Mapped[User | None] = relationship(foreign_keys=[placed_by_id])
    lifted_by: Mapped[User | None] = relationship(foreign_keys=[lifted_by_id])
