"""Customers' answers: what each was asked and said of an interaction; asked and silent is a row without an answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.interactions.models import Interaction, Source


class CustomerAnswer(Stored):
    """One customer's answers to one survey about one interaction; the provider's number keeps it from being stored twice."""

    __tablename__ = "customer_answers"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        CheckConstraint(
            "answered_at IS NOT NULL OR (csat_bp IS NULL AND nps IS NULL AND ces IS NULL AND resolved IS NULL)",
            name="silence_says_nothing",
        ),
        CheckConstraint("csat_bp IS NULL OR csat_bp BETWEEN 0 AND 10000", name="csat_in_range"),
        CheckConstraint(
            "(csat_bp IS NULL) = (csat_given IS NULL) AND (csat_bp IS NULL) = (csat_lowest IS NULL) "
            "AND (csat_bp IS NULL) = (csat_highest IS NULL)",
            name="csat_has_scale",
        ),
        CheckConstraint("csat_lowest IS NULL OR csat_lowest < csat_highest", name="scale_goes_up"),
        CheckConstraint("nps IS NULL OR nps BETWEEN 0 AND 10", name="nps_in_range"),
        CheckConstraint("ces IS NULL OR ces BETWEEN 1 AND 7", name="ces_in_range"),
        # Finds what waits for an interaction that has not come, and the low ones for picks and plans.
        Index("ix_customer_answers_reference_interaction", "reference", "interaction_id"),
        Index("ix_customer_answers_interaction_csat", "interaction_id", "csat_bp"),
    )

    #: The survey it comes from.
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    #: What the provider calls it; where it gave nothing, the reference of the interaction with that of its source.
    external_id: Mapped[str] = mapped_column(String(620))
    #: What the source of the interaction calls it, and that source where it was told, in lower case.
    reference: Mapped[str] = mapped_column(String(300))
    interaction_source: Mapped[str] = mapped_column(String(100), default="")
    #: Empty while the interaction has not come.
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"))
    #: Whether the customer was asked; whoever answers unasked counts in no response rate.
    invited: Mapped[bool] = mapped_column(default=True)
    #: Empty for a customer who was asked and did not answer.
    answered_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Satisfaction as it was given, the ends of its scale, and what that is in hundredths of a per cent of the scale.
    csat_given: Mapped[str | None] = mapped_column(String(20))
    csat_lowest: Mapped[int | None]
    csat_highest: Mapped[int | None]
    csat_bp: Mapped[int | None]
    #: Likelihood to recommend, 0 to 10.
    nps: Mapped[int | None]
    #: How easy it was made, 1 to 7; more is easier.
    ces: Mapped[int | None]
    #: Whether the customer says that the question was solved.
    resolved: Mapped[bool | None]
    #: In the customer's words, numbers hidden before it was stored.
    comment: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    language: Mapped[str] = mapped_column(String(2), default="")
    received_at: Mapped[datetime]
    #: When a corrected line last changed it.
    changed_at: Mapped[datetime | None]

    source: Mapped[Source] = relationship()
    interaction: Mapped[Interaction | None] = relationship()
