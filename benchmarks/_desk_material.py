"""Two calls of an hour for the measurement of the desk: one with a long transcript, one with none of its turns."""

import io
import random
import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.service import add_version, publish
from qa.evaluations.models import EvaluationKind
from qa.evaluations.service import assign
from qa.interactions.kinds import AuthorRole, Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Recording, Source
from qa.people.models import User, UserState
from qa.people.signin import open_sign_in
from qa.transcripts.models import Transcript, Turn
from scorecards.shipped import shipped_card
from transcribe.types import Doubt

TURNS = 1_500
DURATION_MS = 60 * 60 * 1000
PEAKS_PER_SECOND = 20
RATE = 8_000
SEED = 20_26
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
WORDS = [
    "yes",
    "no",
    "the",
    "invoice",
    "parcel",
    "address",
    "please",
    "moment",
    "because",
    "twice",
    "thank",
    "look",
    "order",
    "café",
    "customer",
    "number",
    "wait",
]


@dataclass(frozen=True, slots=True)
class Made:
    """The numbers of both evaluations, how many words the long one has, and the token of a browser that is signed in."""

    long: int
    empty: int
    words: int
    token: str


def make_desks(act: Act) -> Made:
    """Give one reviewer both calls under the phone card."""
    version = add_version(act, shipped_card("phone-service"))
    publish(act, version)
    reviewer, agent = _person("reviewer", Role.REVIEWER), _person("agent", Role.AGENT)
    source = Source(name="pbx", agent_channel=0)
    act.session.add_all([reviewer, agent, source])
    act.session.flush()
    act.blobs.put("playable/hour.wav", _quiet())
    dice = random.Random(SEED)
    turns = _turns(dice)
    long, empty = (
        _evaluation(act, name, turns=said, version=version, people=(reviewer, agent), source=source, dice=dice)
        for name, said in (("long", turns), ("empty", []))
    )
    words = sum(len(turn.words or []) for turn in turns)
    return Made(long, empty, words, open_sign_in(act, reviewer))


def _person(name: str, role: Role) -> User:
    return User(
        name=name.title(),
        email=f"{name}@example.org",
        role=role,
        reference=name,
        state=UserState.ACTIVE,
        password_hash="none",
        created_at=NOW,
    )


def _evaluation(
    act: Act,
    name: str,
    *,
    turns: list[Turn],
    version: CardVersion,
    people: tuple[User, User],
    source: Source,
    dice: random.Random,
) -> int:
    interaction = Interaction(
        source_id=source.id,
        reference=name,
        stable_key=name.ljust(64, "0"),
        direction=Direction.INBOUND,
        state=InteractionState.READY,
        channel=Channel.PHONE,
        agent_id=people[1].id,
        language="en",
        started_at=NOW,
        received_at=NOW,
        duration_ms=DURATION_MS,
    )
    act.session.add(interaction)
    act.session.flush()
    act.session.add_all([_recording(interaction, name, dice), _transcript(interaction, turns)])
    act.session.flush()
    return assign(act, interaction, reviewer=people[0], version=version, kind=EvaluationKind.TARGETED).id


def _recording(interaction: Interaction, name: str, dice: random.Random) -> Recording:
    count = DURATION_MS // 1000 * PEAKS_PER_SECOND
    return Recording(
        interaction_id=interaction.id,
        sha256=name.ljust(64, "0"),
        file_name=f"{name}.wav",
        size_bytes=1,
        codec="pcm_u8",
        channels=2,
        sample_rate=RATE,
        duration_ms=DURATION_MS,
        blob_key="playable/hour.wav",
        playable_key="playable/hour.wav",
        playable_type="audio/wav",
        peaks={
            "per_second": PEAKS_PER_SECOND,
            "channels": [[dice.randrange(100) for _at in range(count)] for _side in range(2)],
        },
    )


def _transcript(interaction: Interaction, turns: list[Turn]) -> Transcript:
    return Transcript(interaction_id=interaction.id, language="en", warnings=[], events=[], created_at=NOW, turns=turns)


def _turns(dice: random.Random) -> list[Turn]:
    """Two people in turn, each 3 to 20 words at a time; one word in thirty is doubtful."""
    each_ms = DURATION_MS // TURNS
    made = []
    for place in range(TURNS):
        count = dice.randint(3, 20)
        step = each_ms // count
        words: list[Any] = []
        for at in range(count):
            start_ms = place * each_ms + at * step
            doubts = [Doubt.LOW_PROBABILITY.value] if dice.random() < 1 / 30 else []
            words.append([dice.choice(WORDS), start_ms, start_ms + step, 0.9, doubts])
        made.append(
            Turn(
                position=place,
                role=AuthorRole.AGENT if place % 2 == 0 else AuthorRole.CUSTOMER,
                text=" ".join(word[0] for word in words),
                start_ms=place * each_ms,
                end_ms=(place + 1) * each_ms,
                words=words,
            )
        )
    return made


def _quiet() -> bytes:
    """An hour without a sound, which browsers play like any other."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(1)
        target.setframerate(RATE)
        target.writeframes(b"\x80" * (DURATION_MS // 1000 * RATE))
    return kept.getvalue()
