"""One entry of the audit log; the database itself refuses to change or delete one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from qa.db import Stored


class AuditEntry(Stored):
    """Who did what to which thing, when; ``hash`` covers the entry and the hash before it."""

    __tablename__ = "audit_entries"

    at: Mapped[datetime] = mapped_column(index=True)
    #: Empty when the product itself acted (a job, a command of the machine's owner).
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    #: Numbers and names of states only; never names, texts or numbers of customers.
    data: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
