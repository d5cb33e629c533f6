"""Kudos: what was good in a conversation, in somebody's own words."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.interactions.models import Interaction
from qa.people.models import User


class Kudos(Stored):
    """One kind word of one person about one conversation of somebody else's."""

    __tablename__ = "kudos"
    __table_args__ = (
        UniqueConstraint("interaction_id", "giver_id"),
        CheckConstraint("giver_id <> agent_id", name="never_own"),
    )

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000), info={"personal": "text"})
    given_at: Mapped[datetime]

    interaction: Mapped[Interaction] = relationship()
    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
    giver: Mapped[User] = relationship(foreign_keys=[giver_id])
