"""The job that transcribes: a shipped call through the real chain, and a card number that nobody may keep."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, select, text

from qa import handlers, migrate
from qa.act import Act
from qa.db import transaction
from qa.demo.truth import measure, read_truth
from qa.errors import InvalidError
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction, Recording
from qa.interactions.recordings import RecordingFacts, add_recording
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.transcripts.handler import options_of
from qa.transcripts.heard import as_heard
from qa.transcripts.models import Transcript
from qa.transcripts.redaction import kinds_to_hide, redact_transcript
from qa.transcripts.service import store_transcript
from tests.conftest import NOW, Stored
from tests.interactions.sounds import write_call
from tests.makers import Makers
from tests.transcribe.scripted_whisper import write_scripted_whisper
from transcribe.audio import decode
from transcribe.types import Reason, Removed, Role, Turn, Word
from transcribe.types import Transcript as Heard

ROOT = Path(__file__).parents[2]
MATERIAL = ROOT / "qa" / "demo" / "material"
CLIP = ROOT / "tests" / "transcribe" / "clips" / "parties-en.ogg"
FACTS = RecordingFacts("r-1", "a1", datetime(2026, 11, 10, 9, tzinfo=UTC))


def said(text: str, *, language: str = "nl") -> Heard:
    """Make a transcript of one turn, half a second a word."""
    words = tuple(Word(word, at * 500, at * 500 + 400) for at, word in enumerate(text.split()))
    return Heard(language, 60_000, (Turn("channel 1", Role.CUSTOMER, 0, 30_000, words),))


def test_a_card_number_becomes_one_word_and_its_sound_is_silenced() -> None:
    text = "mijn kaart is 4111 1111 1111 1111, de cvc is 123. dank u"
    found = redact_transcript(said(text), settings=Settings())
    (turn,) = found.transcript.turns
    assert turn.text == "mijn kaart is [kaartnummer], de cvc is [veiligheidscode van de kaart]. dank u"
    assert turn.words[3].start_ms == 1500
    assert [(span.start_ms, span.end_ms) for span in found.silenced] == [(1300, 3600), (4800, 5600)]


def test_a_label_is_in_the_language_of_its_turn_which_is_kept(act: Act, make: Makers) -> None:
    dutch = said("mijn kaart is 4111 1111 1111 1111")
    english = replace(said("my card is 4111 1111 1111 1111").turns[0], language="en")
    found = redact_transcript(replace(dutch, turns=(*dutch.turns, english)), settings=Settings()).transcript
    assert [turn.text for turn in found.turns] == ["mijn kaart is [kaartnummer]", "my card is [card number]"]
    kept = store_transcript(act, make.interaction(), found)
    assert (kept.language, [turn.language for turn in kept.turns]) == ("nl", [None, "en"])
    assert [turn.language for turn in as_heard(kept).turns] == [None, "en"]


def test_a_card_number_is_hidden_in_words_that_were_left_out_too() -> None:
    gone = Removed("4111 1111 1111 1111", 0, 900, Reason.REPEATED)
    found = redact_transcript(replace(said("dank u"), removed=(gone,)), settings=Settings())
    assert [left.text for left in found.transcript.removed] == ["[kaartnummer]"]


def test_what_was_left_out_is_stored_with_its_reason(act: Act, make: Makers) -> None:
    removed = (Removed("Ondertiteling", 100, 900, Reason.PHANTOM, 1), Removed("ja", 1_000, 1_200, Reason.REPEATED))
    heard = replace(said("dank u"), removed=removed)
    stored_one = store_transcript(act, make.interaction(), heard)
    act.session.expire_all()
    assert as_heard(stored_one).removed == removed


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_transcripts_keep_their_turns_when_the_place_for_such_words_comes_and_goes(
    stored: Stored, engine: Engine
) -> None:
    with stored() as make:
        make.transcript(make.interaction(), [("agent", "hallo")])
    for move in (partial(migrate.downgrade, engine, revision="0002"), partial(migrate.upgrade, engine)):
        move()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM turns")).scalar_one() == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT removed FROM transcripts")).scalar_one() == "[]"


def test_a_source_says_which_words_and_how_many_people_are_expected(act: Act, make: Makers) -> None:
    make.source(max_speakers=3, vocabulary="Zonnepaneel")

    found = options_of(act, make.interaction(transfers=1))

    assert (found.prompt, found.max_speakers) == ("Zonnepaneel", 4)
    assert options_of(act, make.interaction(transfers=30)).max_speakers == 20


def test_what_the_setting_does_not_name_stays() -> None:
    call = said("bel 06 12345678 of schrijf naar NL91 ABNA 0417 1643 00")
    found = redact_transcript(call, settings=Settings())
    assert found.transcript.turns[0].text == "bel 06 12345678 of schrijf naar [bankrekening]"
    assert found.silenced == ()
    assert redact_transcript(call, settings=Settings(redact="none")).transcript == call
    assert (
        "phone"
        in redact_transcript(said("phone 06 12345678"), settings=Settings(redact="phone")).transcript.turns[0].text
    )


def test_an_unknown_name_in_the_setting_is_refused() -> None:
    with pytest.raises(InvalidError, match="everything"):
        kinds_to_hide(Settings(redact="card,everything"))


def transcribed(
    stored: Stored, path: Path, *, settings: Settings, engine: Engine, blobs: LocalFolder
) -> JobState | None:
    """Take the recording in and do its job."""
    handlers.load()
    with stored() as make:
        make.agent(reference="a1")
        source = make.source(agent_channel=0)
        add_recording(make.act, path, name=path.name, facts=FACTS, source=source)
        job = make.act.session.scalars(select(Job.id)).one()
    return ledger.run(Bench(engine, settings, blobs, lambda: NOW), job)


@pytest.mark.speech
@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_shipped_call_is_heard_almost_whole_and_can_be_played(
    stored: Stored, settings: Settings, engine: Engine, blobs: LocalFolder
) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    path = MATERIAL / "recordings" / "pbx-en" / "en-0003.mp3"
    assert transcribed(stored, path, settings=settings, engine=engine, blobs=blobs) is JobState.DONE
    with transaction(engine, reading=True) as session:
        call = session.scalars(select(Interaction)).one()
        assert (call.state, call.language) == (InteractionState.READY, "en")
        heard = as_heard(session.scalars(select(Transcript)).one())
        recording = session.scalars(select(Recording)).one()
        measured = measure(read_truth(MATERIAL / "truth" / "recordings" / "en-0003.json"), heard)
        assert measured.word_error_rate is not None
        assert measured.word_error_rate <= 0.12
        assert measured.turns_right == measured.turns
        assert recording.playable_key is not None
        assert decode(blobs.path(recording.playable_key)).duration_ms == pytest.approx(recording.duration_ms, abs=50)
        assert recording.peaks is not None
        assert len(recording.peaks["channels"]) == 2


@pytest.mark.speech
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_card_number_is_neither_read_nor_heard(
    stored: Stored, settings: Settings, engine: Engine, blobs: LocalFolder, *, tmp_path: Path
) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    script = [("my", 0.1, 0.3), ("card", 0.3, 0.6), ("4111111111111111", 0.8, 2.4), ("thanks", 2.8, 3.2)]
    model = write_scripted_whisper(tmp_path / "scripted.pt", script, language="en")
    own = Settings(
        data_dir=settings.data_dir, database_url=settings.database_url, asr_model=str(model), asr_languages="en"
    )
    assert transcribed(stored, CLIP, settings=own, engine=engine, blobs=blobs) is JobState.DONE
    with transaction(engine, reading=True) as session:
        turns = session.scalars(select(Transcript)).one().turns
        recording = session.scalars(select(Recording)).one()
        kept = " ".join(turn.text + str(turn.words) for turn in turns)
        assert "4111" not in kept
        hidden = [word for turn in turns for word in turn.words if "[card number]" in str(word[0])]
        assert hidden
        assert recording.playable_key is not None
        sound = decode(blobs.path(recording.playable_key)).array()
    for _text, start_ms, end_ms, *_more in hidden:
        stretch = sound[:, start_ms * 16 : end_ms * 16]
        assert float(np.abs(stretch).max()) < 0.01
    assert float(np.abs(sound).max()) > 0.05


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_model_that_is_not_there_leaves_a_sentence_and_the_recording(
    stored: Stored, settings: Settings, engine: Engine, blobs: LocalFolder, *, tmp_path: Path
) -> None:
    own = Settings(data_dir=settings.data_dir, database_url=settings.database_url, asr_model="/nowhere/model.pt")
    path = write_call(tmp_path / "call.wav")
    assert transcribed(stored, path, settings=own, engine=engine, blobs=blobs) is JobState.FAILED
    with transaction(engine, reading=True) as session:
        assert session.scalars(select(Interaction)).one().state is InteractionState.FAILED
        assert "model.pt" in str(session.scalars(select(Job)).one().error)
        assert blobs.has(session.scalars(select(Recording.blob_key)).one())
