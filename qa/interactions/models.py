"""Sources, interactions and their recordings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.people.models import Team, User


class Source(Stored):
    """Where interactions come from and how its files are to be read."""

    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    #: Which channel of a stereo recording is the agent: 0 left, 1 right; empty where it is not known.
    agent_channel: Mapped[int | None]
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Amsterdam")
    #: Language of its interactions where it is always the same; empty means it is heard.
    language: Mapped[str | None] = mapped_column(String(2))
    #: Names and products that the recogniser should expect.
    vocabulary: Mapped[str] = mapped_column(String(2000), default="")
    #: How many people a mono recording holds at most; each transfer of a call adds one.
    max_speakers: Mapped[int] = mapped_column(default=2, server_default="2")
    #: Pattern of file names, such as ``{agent}_{started_at:%Y%m%d-%H%M%S}``.
    name_rule: Mapped[str | None] = mapped_column(String(300))
    #: Column mapping of its tables.
    mapping: Mapped[dict[str, Any] | None]


class Interaction(Stored):
    """One contact between a customer and the company, over whatever channel."""

    __tablename__ = "interactions"
    __table_args__ = (
        UniqueConstraint("source_id", "reference"),
        CheckConstraint("duration_ms IS NULL OR duration_ms >= 0", name="duration_not_negative"),
        Index("ix_interactions_agent_started", "agent_id", "started_at"),
        Index("ix_interactions_team_started", "team_id", "started_at"),
        # Find what is past its term among all that was erased before.
        *(
            Index(f"ix_interactions_{name}_kept", "started_at", sqlite_where=text(kept), postgresql_where=text(kept))
            for name, kept in (("words", "erased_at IS NULL"), ("sound", "sound_erased_at IS NULL"))
        ),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    #: What the source calls it.
    reference: Mapped[str] = mapped_column(String(300))
    #: Under which name it takes part in draws; made once from source and reference, never changed.
    stable_key: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[Channel] = mapped_column(index=True)
    direction: Mapped[Direction] = mapped_column(default=Direction.UNKNOWN)
    state: Mapped[InteractionState] = mapped_column(default=InteractionState.RECEIVED, index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: The agent's team at the time.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    queue: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str | None] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(500), default="", info={"personal": "text"})
    customer_reference: Mapped[str] = mapped_column(String(200), default="", info={"personal": "reference"})
    started_at: Mapped[datetime] = mapped_column(index=True)
    duration_ms: Mapped[int | None]
    #: How often it was put through, as far as what came with it says.
    transfers: Mapped[int] = mapped_column(default=0, server_default="0")
    received_at: Mapped[datetime]
    #: When what is personal in it was erased; from then on it takes part in no draw.
    erased_at: Mapped[datetime | None]
    #: When its sound was erased, which may be before its words.
    sound_erased_at: Mapped[datetime | None]

    source: Mapped[Source] = relationship()
    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
    team: Mapped[Team | None] = relationship()
    recordings: Mapped[list["Recording"]] = relationship(
        back_populates="interaction", order_by="Recording.position", cascade="all, delete-orphan"
    )


class Recording(Stored):
    """One sound file of an interaction; the same bytes are never stored twice.

    Several files of one interaction are its parts. The first of them also holds what browsers play: all parts joined.
    """

    __tablename__ = "recordings"
    __table_args__ = (CheckConstraint("size_bytes > 0", name="not_empty"),)

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    #: Content digest of the file as it came.
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(300), info={"personal": "text"})
    size_bytes: Mapped[int]
    codec: Mapped[str] = mapped_column(String(40))
    channels: Mapped[int]
    sample_rate: Mapped[int]
    duration_ms: Mapped[int]
    #: When this file begins, and how long after the start of the conversation; empty where nobody told.
    started_at: Mapped[datetime | None]
    offset_ms: Mapped[int | None]
    #: Which part it is, from 1, and of how many; empty where nobody told.
    part: Mapped[int | None]
    parts: Mapped[int | None]
    #: Channel (0 left, 1 right) of a file that holds one party only, and that party where it was told.
    side: Mapped[int | None]
    party: Mapped[str] = mapped_column(String(20), default="", server_default="")
    #: Key of the file as it came, and of the form browsers play (holds muted), made by the transcription.
    blob_key: Mapped[str] = mapped_column(String(200))
    playable_key: Mapped[str | None] = mapped_column(String(200))
    playable_type: Mapped[str | None] = mapped_column(String(60))
    #: Waveform, 0-100 per channel, so many a second; speech spans [[start_ms, end_ms], …] per channel.
    peaks: Mapped[dict[str, Any] | None]

    interaction: Mapped[Interaction] = relationship(back_populates="recordings")
