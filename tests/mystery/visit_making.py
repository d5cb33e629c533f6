"""Programmes, visits, answers and files to test with."""

import struct
import wave
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.evaluations.marks import Mark
from qa.mystery import filling, service
from qa.mystery.models import Programme, Visit
from qa.mystery.pieces import Times
from qa.people.models import User
from scorecards.definition import Card, Criterion, Kind
from tests.makers import Makers


def acting_as(act: Act, user: User) -> Act:
    return replace(act, actor=user)


def programme(act: Act, *, name: str = "Moving house", card: str = "mystery-visit") -> Programme:
    """A programme with one scenario."""
    made = service.add_programme(act, name=name, version=Makers(act).card(card))
    service.add_scenario(
        act,
        made,
        facts=service.ScenarioFacts(
            "Report a move", "You move next month.", "When do I get the last invoice?", "Names the date."
        ),
    )
    return made


def planned(
    act: Act, make: Makers, *, shopper: User | None = None, agent: User | None = None, card: str = "mystery-visit"
) -> Visit:
    """A visit planned for an hour ago."""
    made = programme(act, card=card)
    plan = service.VisitPlan(
        shopper_id=(shopper or make.user(Role.SHOPPER)).id,
        agent_id=(agent or make.agent()).id,
        planned_for=act.now - timedelta(hours=1),
        location="Shop Utrecht",
    )
    return service.plan_visit(act, made.scenarios[0], plan=plan)


def best_mark(criterion: Criterion) -> Mark:
    """The highest mark a criterion has."""
    if criterion.kind is Kind.NUMERIC:
        best = max(criterion.options, key=lambda option: option.value)
        return Mark(number=str(best.start))
    return Mark(option=max(criterion.options, key=lambda option: option.value).key)


def best(card: Card) -> dict[str, Mark]:
    """The highest mark on every criterion that is scored."""
    return {
        criterion.key: best_mark(criterion)
        for _section, criterion in card.criteria()
        if criterion.kind is not Kind.TEXT and criterion.condition is None
    }


def fill_in(act: Act, visit: Visit) -> None:
    """Answer everything as well as can be, and note both times."""
    for key, mark in best(card_of(visit.card_version)).items():
        filling.save_answer(act, visit, criterion=key, mark=mark, revision=visit.revision + 1)
    times = Times(act.now - timedelta(minutes=50), act.now - timedelta(minutes=30))
    filling.save_times(act, visit, times=times, revision=visit.revision + 1)


def png() -> bytes:
    """A picture of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """The head of a picture of 640 by 480 dots, with a comment before its frame."""
    return (
        b"\xff\xd8\xff\xfe\x00\x06mild" + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 480, 640) + b"\x01\x01\x11\x00"
    )


def sound(path: Path, *, seconds: int = 2) -> Path:
    """A recording of silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * seconds))
    return path


def written(path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(data)
    return path
