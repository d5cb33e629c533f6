"""Makers: each makes one stored thing with sensible values, so that a test states only what matters to it."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion, VersionState
from qa.cards.service import add_version, publish
from qa.feedback.models import CustomerAnswer
from qa.interactions.kinds import AuthorRole, Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Recording, Source
from qa.people.models import Team, User, UserState
from qa.transcripts.models import Transcript, Turn
from scorecards.shipped import shipped_card


@dataclass
class Makers:
    """Makes things inside the act's transaction."""

    act: Act
    _number: "count[int]" = field(default_factory=lambda: count(1))

    def _next(self) -> int:
        return next(self._number)

    def team(self, name: str | None = None) -> Team:
        """Make a team."""
        made = Team(name=name or f"Team {self._next()}")
        self.act.session.add(made)
        self.act.session.flush()
        return made

    def user(
        self, role: Role = Role.AGENT, *, name: str | None = None, team: Team | None = None, **values: object
    ) -> User:
        """Make an active user; the password hash is no real one, so nobody can sign in with a password."""
        number = self._next()
        given = {
            "email": f"{role.value}{number}@example.org",
            "reference": f"a{number}" if role is Role.AGENT else None,
            "state": UserState.ACTIVE,
            "password_hash": "none",
            "created_at": self.act.now,
            **values,
        }
        made = User(
            name=name or f"{role.value.title()} {number}", role=role, team_id=team.id if team else None, **given
        )
        self.act.session.add(made)
        self.act.session.flush()
        return made

    def agent(self, name: str | None = None, *, team: Team | None = None, **values: object) -> User:
        """Make an agent."""
        return self.user(Role.AGENT, name=name, team=team, **values)

    def source(self, name: str = "telephone", **values: object) -> Source:
        """Return the source of that name, made if it is not there."""
        found = self.act.session.scalar(select(Source).where(Source.name == name))
        if found is None:
            found = Source(name=name, **values)
            self.act.session.add(found)
            self.act.session.flush()
        return found

    def card(self, key: str = "phone-service") -> CardVersion:
        """Return the published version of a card that comes with the product, published if it is not."""
        found = add_version(self.act, shipped_card(key))
        return publish(self.act, found) if found.state is VersionState.DRAFT else found

    def interaction(
        self,
        *,
        agent: User | None = None,
        channel: Channel = Channel.PHONE,
        days_ago: int = 3,
        duration_ms: int = 90_000,
        **values: object,
    ) -> Interaction:
        """Make a ready interaction, without a transcript."""
        who = agent or self.agent()
        number = self._next()
        source = self.source()
        reference = f"ref-{number}"
        given = {
            "source_id": source.id,
            "reference": reference,
            "stable_key": hashlib.sha256(f"{source.name}\x1f{reference}".encode()).hexdigest(),
            "direction": Direction.INBOUND,
            "state": InteractionState.READY,
            "team_id": who.team_id,
            "language": "en",
            "started_at": self.act.now - timedelta(days=days_ago),
            "received_at": self.act.now,
            **values,
        }
        made = Interaction(channel=channel, agent_id=who.id, duration_ms=duration_ms, **given)
        self.act.session.add(made)
        self.act.session.flush()
        return made

    def recording(self, interaction: Interaction, **values: object) -> Recording:
        """Make the row of a recording; its bytes are not stored."""
        number = self._next()
        given = {
            "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
            "file_name": f"call-{number}.wav",
            "size_bytes": 1000,
            "codec": "pcm_s16le",
            "channels": 2,
            "sample_rate": 8000,
            "duration_ms": interaction.duration_ms or 60_000,
            "blob_key": f"recordings/{number}",
            **values,
        }
        made = Recording(interaction_id=interaction.id, **given)
        self.act.session.add(made)
        self.act.session.flush()
        return made

    def answer(self, interaction: Interaction, *, csat: int | None = None, **values: object) -> CustomerAnswer:
        """Make a customer's answer, satisfaction from 1 to 5; with ``answered_at=None`` one who was asked and is silent."""
        given = {
            "source_id": interaction.source_id,
            "external_id": f"answer-{self._next()}",
            "reference": interaction.reference,
            "answered_at": interaction.started_at + timedelta(hours=5),
            "received_at": self.act.now,
            **values,
        }
        if csat is not None:
            given |= {"csat_given": str(csat), "csat_lowest": 1, "csat_highest": 5, "csat_bp": (csat - 1) * 2500}
        made = CustomerAnswer(interaction_id=interaction.id, **given)
        self.act.session.add(made)
        self.act.session.flush()
        return made

    def transcript(self, interaction: Interaction, said: list[tuple[str, str]] | None = None) -> Transcript:
        """Make a transcript of (role, sentence) turns, four seconds each."""
        made = Transcript(
            interaction_id=interaction.id,
            language=interaction.language or "en",
            engine="openai-whisper",
            model="demo-voice",
            warnings=[],
            events=[],
            created_at=self.act.now,
        )
        lines = said or [
            ("agent", "Good morning, how can I help you?"),
            ("customer", "My parcel did not arrive."),
            ("agent", "I am sorry to hear that, I will send a new one today."),
        ]
        for position, (role, sentence) in enumerate(lines):
            words = sentence.split()
            start = position * 4000
            step = 4000 // max(1, len(words))
            made.turns.append(
                Turn(
                    position=position,
                    role=AuthorRole(role),
                    text=sentence,
                    start_ms=start,
                    end_ms=start + 4000,
                    words=[[word, start + i * step, start + (i + 1) * step, 0.9, []] for i, word in enumerate(words)],
                )
            )
        self.act.session.add(made)
        self.act.session.flush()
        return made
