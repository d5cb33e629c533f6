"""The job that transcribes a conversation in parts: one transcript, one playable file, and parts that join meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, select

from qa import handlers
from qa.act import Act
from qa.db import transaction
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.interactions.parts import places
from qa.interactions.reading.values import PartFacts
from qa.interactions.recordings import RecordingFacts, add_recording
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench, Work
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.transcripts import handler
from qa.transcripts.models import Transcript
from tests.conftest import NOW, Stored
from tests.makers import Makers
from tests.transcribe.scripted_whisper import write_scripted_whisper
from tests.transcribe.sounds import write
from transcribe.audio import decode
from transcribe.joining import Joined

pytestmark = pytest.mark.speech

CLIP = Path(__file__).parents[1] / "transcribe" / "clips" / "parties-en.ogg"
FACTS = RecordingFacts("r-1", "a1", datetime(2026, 11, 10, 9, tzinfo=UTC))
CUT_MS = 6_000


@pytest.fixture
def scripted(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a recogniser that says three words of every stretch of speech."""
    pytest.importorskip("whisper", exc_type=ImportError)
    script = [("good", 0.1, 0.3), ("morning", 0.4, 0.8), ("there", 0.9, 1.2)]
    model = write_scripted_whisper(tmp_path / "scripted.pt", script, language="en")
    return replace(settings, asr_model=str(model), asr_languages="en")


@pytest.fixture
def bench(engine: Engine, scripted: Settings, blobs: LocalFolder) -> Bench:
    """Where the jobs are done."""
    handlers.load()
    return Bench(engine, scripted, blobs, lambda: NOW)


@pytest.fixture
def halves(tmp_path: Path) -> tuple[Path, Path]:
    """A stereo call in two files of another codec each."""
    array = decode(CLIP).array()
    first = write(tmp_path / "one.wav", array[:, : CUT_MS * 16], codec="pcm_mulaw")
    return first, write(tmp_path / "two.wav", array[:, CUT_MS * 16 :])


def add(make: Makers, path: Path, place: PartFacts | None = None) -> None:
    facts = replace(FACTS, place=place or PartFacts())
    add_recording(make.act, path, name=path.name, facts=facts, source=make.source(agent_channel=0))


def done(bench: Bench) -> list[JobState | None]:
    """Do every job that is due."""
    return [ledger.run(bench, number) for number in ledger.due(bench)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_two_parts_become_one_transcript_and_one_playable_file(
    stored: Stored, bench: Bench, halves: tuple[Path, Path]
) -> None:
    with stored() as make:
        make.agent(reference="a1")
        add(make, halves[1], PartFacts(offset_ms=CUT_MS + 20_000, number=3, total=3))
        add(make, halves[0], PartFacts(offset_ms=0, number=1))
    bench = replace(bench, clock=lambda: NOW + timedelta(minutes=31))
    assert done(bench) == [JobState.DONE]
    with transaction(bench.engine, reading=True) as session:
        call = session.scalars(select(Interaction)).one()
        transcript = session.scalars(select(Transcript)).one()
        length = decode(CLIP).duration_ms
        assert call.state is InteractionState.READY
        assert call.duration_ms == pytest.approx(length + 20_000, abs=5)
        gaps = [(one["start_ms"], one["end_ms"]) for one in transcript.events if one["kind"] == "unrecorded"]
        assert gaps == [(CUT_MS, CUT_MS + 20_000)]
        assert any((turn.start_ms or 0) > CUT_MS + 20_000 for turn in transcript.turns)
        assert not any(CUT_MS < (turn.start_ms or 0) < CUT_MS + 20_000 for turn in transcript.turns)
        assert "Part {number} of {total}" in transcript.warnings[0]["msgid"]
        first, second = call.recordings
        assert second.playable_key is None
        assert first.playable_key is not None
        played = decode(bench.blobs.path(first.playable_key)).array()
        assert played.shape[1] * 1000 // 16_000 == pytest.approx(length + 20_000, abs=50)
        assert not (np.abs(played[:, (CUT_MS + 500) * 16 : (CUT_MS + 19_500) * 16]) > 0.01).any()
        assert [place.end_ms - place.start_ms for place in places(call)] == pytest.approx(
            [CUT_MS, length - CUT_MS], abs=2
        )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_part_that_joins_after_the_transcript_makes_it_anew(
    stored: Stored, bench: Bench, halves: tuple[Path, Path]
) -> None:
    with stored() as make:
        make.agent(reference="a1")
        add(make, halves[0])
    assert done(bench) == [JobState.DONE]
    with transaction(bench.engine, reading=True) as session:
        before = session.scalars(select(Interaction)).one().recordings[0].playable_key
    with stored() as make:
        add(make, halves[1], PartFacts(offset_ms=CUT_MS))
    assert done(bench) == [JobState.DONE]
    with transaction(bench.engine, reading=True) as session:
        call = session.scalars(select(Interaction)).one()
        assert [one.number for one in session.scalars(select(Transcript).order_by(Transcript.number))] == [1, 2]
        assert call.duration_ms == pytest.approx(decode(CLIP).duration_ms, abs=5)
        assert call.recordings[0].playable_key != before
    assert before is not None
    assert not bench.blobs.has(before)


def test_what_was_found_is_dropped_when_a_part_joined_meanwhile(
    stored: Stored, bench: Bench, halves: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored() as make:
        make.agent(reference="a1")
        add(make, halves[0])
    real = handler._joined

    def joining(work: Work, task: handler._Task) -> Joined:
        found = real(work, task)
        if len(task.parts) == 1:
            with transaction(bench.engine) as session:
                add(Makers(Act(session, NOW, bench.settings, bench.blobs)), halves[1], PartFacts(offset_ms=CUT_MS))
        return found

    monkeypatch.setattr(handler, "_joined", joining)
    assert done(bench) == [JobState.DONE]
    with transaction(bench.engine, reading=True) as session:
        assert session.scalars(select(Transcript)).all() == []
        assert session.scalars(select(Interaction.state)).one() is InteractionState.RECEIVED
    assert done(bench) == [JobState.DONE]
    with transaction(bench.engine, reading=True) as session:
        call = session.scalars(select(Interaction)).one()
        assert (call.state, len(call.recordings)) == (InteractionState.READY, 2)
        assert session.scalars(select(Transcript)).one().number == 1
        assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}
