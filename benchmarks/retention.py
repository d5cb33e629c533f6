"""How long the nightly run takes: calls past their terms, each with two recordings' files, 30 turns and an answer, in SQLite.

Figures: calls erased, seconds for the whole, calls a second, the longest transaction, which others wait for, and seconds for
the counts of the page before the run and after it, when nothing is left.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from qa import migrate
from qa.act import Act
from qa.auth.roles import Role
from qa.db import make_engine, transaction
from qa.feedback.models import CustomerAnswer
from qa.interactions.kinds import AuthorRole, Channel, InteractionState
from qa.interactions.models import Interaction, Recording, Source
from qa.people.models import User, UserState
from qa.privacy.due import due
from qa.privacy.sweep import erase_some
from qa.privacy.terms import Kept
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.transcripts.models import Transcript, Turn

CALLS = 2_000
TURNS = 30
AT_ONCE = 200
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def run(*, size: int = CALLS) -> dict[str, float]:
    """Make the calls, erase them, and tell what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(data_dir=place, database_url=f"sqlite:///{place / 'kept.db'}", secret_key="measured")
        engine = make_engine(settings.database)
        migrate.upgrade(engine)
        blobs = LocalFolder(place / "files")
        for first in range(0, size, AT_ONCE):
            with _act(engine, settings, blobs) as act:
                _make(act, range(first, min(size, first + AT_ONCE)))
        before, due_then = _counted(engine, settings, blobs)
        started, longest = time.perf_counter(), 0.0
        for kind in Kept:
            last: int | None = 0
            while last is not None:
                began = time.perf_counter()
                with _act(engine, settings, blobs) as act:
                    last = erase_some(act, kind, after=last, job_id=1)
                longest = max(longest, time.perf_counter() - began)
        seconds = time.perf_counter() - started
        after, due_now = _counted(engine, settings, blobs)
        engine.dispose()
    return {
        "calls": due_then,
        "left": due_now,
        "seconds": round(seconds, 2),
        "calls_a_second": round(size / seconds, 1),
        "longest_transaction_seconds": round(longest, 3),
        "page_before_seconds": round(before, 3),
        "page_after_seconds": round(after, 3),
    }


@contextmanager
def _act(engine: Engine, settings: Settings, blobs: LocalFolder) -> Iterator[Act]:
    with transaction(engine) as session:
        yield Act(session, NOW, settings, blobs)


def _counted(engine: Engine, settings: Settings, blobs: LocalFolder) -> tuple[float, int]:
    """Return how long the counts of the page take, and how many calls' texts are due."""
    with _act(engine, settings, blobs) as act:
        began = time.perf_counter()
        found = {kind: due(act, kind).erased for kind in Kept}
        return time.perf_counter() - began, found[Kept.TEXTS]


def _make(act: Act, numbers: range) -> None:
    session = act.session
    if numbers.start == 0:
        session.add(Source(name="pbx"))
        session.add(
            User(
                name="A",
                role=Role.AGENT,
                email="a@example.org",
                state=UserState.ACTIVE,
                password_hash="none",
                created_at=NOW,
                reference="a",
            )
        )
        session.flush()
    for number in numbers:
        name = hashlib.sha256(str(number).encode()).hexdigest()
        started_at = NOW - timedelta(days=800, minutes=number)
        for folder in ("recordings", "playable"):
            act.blobs.put(f"{folder}/{name}", b"sound")
        call = Interaction(
            source_id=1,
            agent_id=1,
            reference=name,
            stable_key=name,
            channel=Channel.PHONE,
            state=InteractionState.READY,
            started_at=started_at,
            received_at=started_at,
            duration_ms=120_000,
        )
        call.recordings.append(
            Recording(
                sha256=name,
                file_name="call.wav",
                size_bytes=5,
                codec="pcm",
                channels=2,
                sample_rate=8000,
                duration_ms=120_000,
                blob_key=f"recordings/{name}",
                playable_key=f"playable/{name}",
            )
        )
        session.add(call)
        session.flush()
        said = Transcript(interaction_id=call.id, language="en", warnings=[], events=[], created_at=started_at)
        said.turns = [
            Turn(
                position=place, role=AuthorRole.CUSTOMER, text="My parcel did not arrive.", words=[["My", 0, 9, 1, []]]
            )
            for place in range(TURNS)
        ]
        answer = CustomerAnswer(
            source_id=1,
            external_id=name,
            reference=name,
            interaction_id=call.id,
            answered_at=started_at,
            received_at=NOW,
        )
        session.add_all([said, answer])
