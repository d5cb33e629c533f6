"""Several recordings of one conversation: what joins, what waits, what is refused, and where each part lies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, InvalidError
from qa.evaluations.models import EvaluationKind
from qa.evaluations.service import assign
from qa.interactions.arrival import Arrival, Outcome
from qa.interactions.batch import Given, Opener, ingest_recordings
from qa.interactions.folder import ByHand
from qa.interactions.kinds import AuthorRole, InteractionState
from qa.interactions.models import Interaction, Recording
from qa.interactions.parts import agent_side, missing, places
from qa.interactions.queueing import transcribe_now, waits_until
from qa.interactions.reading.file_names import facts_from_name, name_rule
from qa.interactions.reading.metadata import read_recordings_json
from qa.interactions.reading.parts import MOST_PARTS, parse_offset, parse_part, parse_party, side_in_name
from qa.interactions.reading.values import PartFacts
from qa.interactions.recordings import RecordingFacts, add_part, add_recording
from qa.jobs.models import Job, JobState
from qa.jobs.queries import transcription_of
from qa.privacy.erasure import erase_interaction
from tests.conftest import NOW
from tests.interactions.sounds import write_call
from tests.makers import Makers

BEGAN = datetime(2026, 11, 10, 9, tzinfo=UTC)
FACTS = RecordingFacts("r-1", "a1", BEGAN)


@pytest.fixture
def opener(act: Act) -> Opener:
    """Opens a savepoint each time, as a transaction would be opened and ended."""

    @contextmanager
    def opened() -> Iterator[Act]:
        with act.session.begin_nested():
            yield act

    return opened


@pytest.fixture
def folder(tmp_path: Path, make: Makers) -> Path:
    """An empty folder; agent and source are known."""
    make.agent(reference="a1", name="Noor")
    make.source(agent_channel=0)
    (tmp_path / "calls").mkdir()
    return tmp_path / "calls"


def take(opener: Opener, *paths: Path, **given: object) -> list[Outcome]:
    return list(ingest_recordings(opener, paths, given=Given(source="telephone", **given)))  # type: ignore[arg-type]


def call(act: Act) -> Interaction:
    """The only conversation there is."""
    return act.session.scalars(select(Interaction)).one()


def laid(interaction: Interaction) -> list[tuple[str, int, int | None]]:
    return [(place.recording.file_name, place.start_ms, place.recording.side) for place in places(interaction)]


def waiting(act: Act) -> list[timedelta]:
    """How long each piece of work that waits still waits."""
    return [job.not_before - act.now for job in act.session.scalars(select(Job).where(Job.state == JobState.QUEUED))]


def test_rows_of_one_reference_are_one_conversation_with_their_starts(opener: Opener, folder: Path, act: Act) -> None:
    for number in (1, 2, 3):
        write_call(folder / f"{number}.wav", hertz=300 + number)
    (folder / "metadata.csv").write_text(
        "file,reference,agent,started_at,offset\n2.wav,C1,a1,2026-11-10 10:05,\n1.wav,C1,a1,2026-11-10 10:00,\n"
        "3.wav,C1,a1,2026-11-10 10:00,6:00\n",
        encoding="utf-8",
    )
    assert [one.arrival for one in take(opener, folder)] == [Arrival.ADDED, Arrival.JOINED, Arrival.JOINED]
    found = call(act)
    assert laid(found) == [("1.wav", 0, None), ("2.wav", 300_000, None), ("3.wav", 360_000, None)]
    assert (found.started_at, found.duration_ms) == (BEGAN, 362_000)
    assert waiting(act) == [timedelta(0)]
    assert {one.arrival for one in take(opener, folder)} == {Arrival.KNOWN}


def test_numbered_parts_follow_each_other_and_a_missing_one_is_waited_for(
    opener: Opener, folder: Path, act: Act
) -> None:
    head = "file,reference,agent,started_at,part\n"
    write_call(folder / "three.wav", hertz=310)
    write_call(folder / "one.wav", hertz=320)
    lines = [f"{name}.wav,C1,a1,2026-11-10 10:00,{part}\n" for name, part in (("three", "3 of 3"), ("one", "1/3"))]
    (folder / "metadata.csv").write_text(head + "".join(lines), encoding="utf-8")
    take(opener, folder)
    found = call(act)
    assert [str(one.text) for one in missing(found.recordings)] == ["Part 2 of 3 of this conversation has not come."]
    assert waiting(act) == [timedelta(minutes=30)]
    assert waits_until(act, found) == NOW + timedelta(minutes=30)
    write_call(folder / "two.wav", hertz=330)
    (folder / "metadata.csv").write_text(head + "".join(lines) + "two.wav,C1,a1,2026-11-10 10:00,2\n", encoding="utf-8")
    assert [one.arrival for one in take(opener, folder)].count(Arrival.JOINED) == 1
    assert laid(found) == [("one.wav", 0, None), ("two.wav", 2000, None), ("three.wav", 4000, None)]
    assert missing(found.recordings) == []
    assert waiting(act) == [timedelta(0)]


def test_the_wait_can_be_cut_short(folder: Path, act: Act, make: Makers) -> None:
    facts = replace(FACTS, place=PartFacts(number=1, total=2))
    add_recording(act, write_call(folder / "1.wav"), name="1.wav", facts=facts, source=make.source())
    transcribe_now(act, call(act))
    assert waiting(act) == [timedelta(0)]
    call(act).state = InteractionState.READY
    with pytest.raises(ConflictError, match="waits for nothing"):
        transcribe_now(act, call(act))


def test_a_pair_in_a_folder_is_one_call_whoever_comes_first(opener: Opener, folder: Path, act: Act) -> None:
    by_hand = ByHand("a1", BEGAN)
    write_call(folder / "q-17-in.wav", hertz=310)
    (first,) = take(opener, folder, by_hand=by_hand)
    assert first.arrival is Arrival.ADDED
    call(act).state = InteractionState.READY
    job = transcription_of(act, call(act).id)
    assert job is not None
    job.state = JobState.DONE
    write_call(folder / "q-17-out.wav", hertz=320)
    assert {one.arrival for one in take(opener, folder, by_hand=by_hand)} == {Arrival.KNOWN, Arrival.JOINED}
    found = call(act)
    assert laid(found) == [("q-17-in.wav", 0, 0), ("q-17-out.wav", 0, 1)]
    assert (found.state, waiting(act)) == (InteractionState.RECEIVED, [timedelta(0)])
    assert transcription_of(act, found.id) is not job


def test_a_table_that_names_the_call_means_both_files_of_its_pair(opener: Opener, folder: Path, act: Act) -> None:
    write_call(folder / "q-in.wav", hertz=310)
    write_call(folder / "q-out.wav", hertz=320)
    (folder / "cdr.csv").write_text("file,agent,started_at\nq.wav,a1,2026-11-10 10:00\n", encoding="utf-8")
    assert [one.arrival for one in take(opener, folder)] == [Arrival.ADDED, Arrival.JOINED]
    assert call(act).reference == "q.wav"
    assert laid(call(act)) == [("q-in.wav", 0, 0), ("q-out.wav", 0, 1)]


def test_files_that_only_look_like_a_pair_stay_apart(opener: Opener, folder: Path, act: Act) -> None:
    write_call(folder / "q-in.wav", hertz=310)
    write_call(folder / "q-out.wav", hertz=320)
    (folder / "m.csv").write_text(
        "file,agent,started_at,direction\nq-in.wav,a1,2026-11-10 10:00,in\nq-out.wav,a1,2026-11-10 10:00,out\n",
        encoding="utf-8",
    )
    assert [one.arrival for one in take(opener, folder)] == [Arrival.ADDED, Arrival.ADDED]
    assert len(act.session.scalars(select(Interaction)).all()) == 2


def test_half_a_pair_waits_for_the_other_half(opener: Opener, folder: Path, act: Act, make: Makers) -> None:
    make.source().name_rule = "{agent}_{date:%Y%m%d-%H%M%S}-{party}"
    write_call(folder / "a1_20261110-100000-in.wav", hertz=310)
    take(opener, folder)
    assert [str(one.text) for one in missing(call(act).recordings)] == [
        "The recording a1_20261110-100000-in.wav holds one party only; that of the other has not come."
    ]
    assert waiting(act) == [timedelta(minutes=30)]
    write_call(folder / "a1_20261110-100000-out.wav", hertz=320)
    take(opener, folder)
    assert (call(act).reference, waiting(act)) == ("a1_20261110-100000", [timedelta(0)])


def test_a_told_party_lies_on_the_side_of_the_source(folder: Path, act: Act, make: Makers) -> None:
    source = make.source("right", agent_channel=1)
    for party in (AuthorRole.AGENT, AuthorRole.CUSTOMER):
        path = write_call(folder / f"{party}.wav", hertz=300 if party is AuthorRole.AGENT else 400)
        facts = replace(FACTS, place=PartFacts(party=party))
        add_recording(act, path, name=path.name, facts=facts, source=source)
    assert [place[2] for place in laid(call(act))] == [0, 1]
    assert [place[0] for place in laid(call(act))] == ["customer.wav", "agent.wav"]
    assert agent_side(call(act)) == 1
    source.agent_channel = None
    assert agent_side(call(act)) == 1


def test_work_that_runs_is_followed_by_new_work(folder: Path, act: Act, make: Makers) -> None:
    source = make.source()
    add_recording(act, write_call(folder / "1.wav"), name="1.wav", facts=FACTS, source=source)
    first = transcription_of(act, call(act).id)
    assert first is not None
    first.state, first.token = JobState.RUNNING, "t"
    later = replace(FACTS, started_at=BEGAN + timedelta(minutes=2))
    add_recording(act, write_call(folder / "2.wav", hertz=500), name="2.wav", facts=later, source=source)
    second = transcription_of(act, call(act).id)
    assert second is not None
    assert (second.key, second.state, first.state) == (
        f"interaction-{call(act).id}-2",
        JobState.QUEUED,
        JobState.RUNNING,
    )


def refused(act: Act, path: Path, *, place: PartFacts | None = None, **facts: object) -> str:
    """Try to add a part, and return the sentence that refuses it; nothing is stored then."""
    before = len(act.session.scalars(select(Recording)).all())
    told = replace(FACTS, place=place or PartFacts(), **facts)  # type: ignore[arg-type]
    with pytest.raises((ConflictError, InvalidError)) as error, act.session.begin_nested():
        add_part(act, call(act), path, name=path.name, facts=told)
    act.session.expire_all()
    assert len(act.session.scalars(select(Recording)).all()) == before
    return str(error.value.sentence)


def test_what_cannot_join_is_refused_in_a_sentence(folder: Path, act: Act, make: Makers) -> None:
    place = PartFacts(number=1, total=2, side=0)
    told = replace(FACTS, place=place)
    add_recording(act, write_call(folder / "1.wav"), name="1.wav", facts=told, source=make.source())
    other = write_call(folder / "other.wav", hertz=700)
    assert "Part 1 of the conversation r-1 is already there" in refused(act, other, place=place)
    assert "would last 601 minutes; at most 240" in refused(act, other, place=PartFacts(offset_ms=36_000_000))
    assert "lies in the future" in refused(act, other, started_at=NOW + timedelta(days=9))
    add_part(act, call(act), other, name="other.wav", facts=replace(FACTS, place=PartFacts(side=1)))
    again = write_call(folder / "again.wav", hertz=800)
    assert "already has a recording of this party" in refused(act, again, place=PartFacts(side=1))
    assert add_part(act, call(act), other, name="x.wav", facts=FACTS).arrival is Arrival.KNOWN


def test_nothing_joins_what_is_with_a_reviewer_or_was_erased(folder: Path, act: Act, make: Makers) -> None:
    add_recording(act, write_call(folder / "1.wav"), name="1.wav", facts=FACTS, source=make.source())
    path = write_call(folder / "2.wav", hertz=700)
    reviewer = make.user(Role.REVIEWER)
    given = assign(act, call(act), reviewer=reviewer, version=make.card(), kind=EvaluationKind.TARGETED)
    assert "is with a reviewer or was evaluated" in refused(act, path)
    act.session.delete(given)
    act.session.flush()
    erase_interaction(act, call(act))
    assert "was erased" in refused(act, path)


def test_a_reference_of_a_conversation_without_sound_is_refused(folder: Path, act: Act, make: Makers) -> None:
    known = make.interaction(agent=make.agent(reference="a9"))
    facts = replace(FACTS, reference=known.reference)
    path = write_call(folder / "1.wav")
    with pytest.raises(ConflictError, match="belongs to a conversation without a recording"):
        add_recording(act, path, name="1.wav", facts=facts, source=make.source())


def test_fifty_parts_come_in_and_too_many_are_refused(
    folder: Path, act: Act, make: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make.source()
    for number in range(1, 51):
        path = write_call(folder / f"{number}.wav", hertz=300 + number, seconds=0.2)
        facts = replace(FACTS, place=PartFacts(number=number, total=50))
        add_recording(act, path, name=path.name, facts=facts, source=source)
    assert [start for _name, start, _side in laid(call(act))] == [number * 200 for number in range(50)]
    assert waiting(act) == [timedelta(0)]
    monkeypatch.setattr("qa.interactions.growing.MOST_PARTS", 50)
    assert "already has 50 recordings" in refused(act, write_call(folder / "x.wav", hertz=900))
    assert MOST_PARTS > 50


def test_erasing_takes_every_part(folder: Path, act: Act, make: Makers) -> None:
    for number in (1, 2):
        path = write_call(folder / f"{number}.wav", hertz=300 + number)
        facts = replace(FACTS, place=PartFacts(number=number, total=2))
        add_recording(act, path, name=f"Yusuf {number}.wav", facts=facts, source=make.source())
    keys = [recording.blob_key for recording in call(act).recordings]
    erase_interaction(act, call(act))
    assert [act.blobs.has(key) for key in keys] == [False, False]
    assert {recording.file_name for recording in call(act).recordings} == {""}


def test_json_names_several_files_of_one_conversation() -> None:
    told = {
        "reference": "C1",
        "agent": "a1",
        "started_at": "2026-11-10T09:00:00Z",
        "files": [{"file": "a.wav", "party": "agent"}, {"file": "b.wav", "offset": 12.5, "party": "customer"}],
    }
    read = read_recordings_json(json.dumps(told).encode(), file="m.json", zone=ZoneInfo("UTC"))
    assert read.problems == ()
    assert [(one.file, one.reference, one.place.offset_ms, one.place.party) for one in read.items] == [
        ("a.wav", "C1", None, AuthorRole.AGENT),
        ("b.wav", "C1", 12_500, AuthorRole.CUSTOMER),
    ]
    plain = {"agent": "a1", "started_at": "2026-11-10T09:00:00Z", "files": ["a.wav", "b.wav"]}
    read = read_recordings_json(json.dumps([plain]).encode(), file="m.json", zone=ZoneInfo("UTC"))
    assert [(one.file, one.reference) for one in read.items] == [("a.wav", "a.wav"), ("b.wav", "a.wav")]


def test_a_rule_reads_parts_and_parties_out_of_names() -> None:
    rule = name_rule("{agent}_{date:%Y%m%d-%H%M%S}_{part}_{party}")
    names = ["x/a1_20261110-100000_1of2_in.wav", "x/a1_20261110-100000_2of2_klant.wav"]
    found = [facts_from_name(name, rule=rule, zone=ZoneInfo("UTC")) for name in names]
    assert {one.reference for one in found} == {"x/a1_20261110-100000"}
    assert [one.place for one in found] == [
        PartFacts(None, 1, 2, 0, None),
        PartFacts(None, 2, 2, None, AuthorRole.CUSTOMER),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("", None), ("312.5", 312_500), ("312,5", 312_500), ("5:12", 312_000), ("1:05:12.25", 3_912_250)],
)
def test_offsets_are_seconds_or_a_clock(written: str, meant: int | None) -> None:
    assert parse_offset(written) == meant


def test_what_is_written_wrongly_says_how_to_write_it() -> None:
    with pytest.raises(InvalidError, match="offset “later” cannot be read"):
        parse_offset("later")
    for wrong in ("0", "3 of 2", "two", "65"):
        with pytest.raises(InvalidError, match=r"part “.*” cannot be read"):
            parse_part(wrong)
    with pytest.raises(InvalidError, match="party “nobody” is not known"):
        parse_party("nobody")
    assert side_in_name("map/x-OUT.wav") == ("map/x.wav", 1, "map/x-IN.wav")
    assert side_in_name("logging.wav") is None
