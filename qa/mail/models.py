"""Which e-mails were sent; neither address nor text is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from qa.db import Stored


class SentMail(Stored):
    """An e-mail that a server took, under the key that keeps it from being sent twice."""

    __tablename__ = "sent_mails"

    key: Mapped[str] = mapped_column(String(200), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    sent_at: Mapped[datetime]
