"""How often somebody wants an e-mail about what waits for them."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from qa.db import Stored


class Rhythm(StrEnum):
    """How often; never is switched off."""

    DAY = "day"
    WEEK = "week"
    NEVER = "never"


class DigestChoice(Stored):
    """What somebody chose; who chose nothing gets one a week."""

    __tablename__ = "digest_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    rhythm: Mapped[Rhythm]
