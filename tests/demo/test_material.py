"""The demo company's material as it ships: calls, contacts and the truth about them."""

import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import av
import pytest

import qa.demo
from benchmarks.demo_material.calls import script
from benchmarks.demo_material.plan import plan
from benchmarks.demo_voice.grammar import grammar
from qa.demo.truth import read_truth
from qa.interactions.reading.csv_chats import read_csv_chats
from qa.interactions.reading.email import read_email
from qa.interactions.reading.jsonl import read_jsonl
from qa.interactions.reading.mapping import ColumnMapping
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Reading
from qa.interactions.reading.whatsapp import read_whatsapp
from qa.interactions.reading.zendesk import read_zendesk
from transcribe.types import Role

MATERIAL = Path(qa.demo.__file__).parent / "material"
MANIFEST: dict[str, Any] = json.loads((MATERIAL / "manifest.json").read_text(encoding="utf-8"))
ZONE = ZoneInfo(MANIFEST["time_zone"])
RECORDINGS: list[dict[str, Any]] = MANIFEST["recordings"]
CHAT_FILES: list[dict[str, Any]] = MANIFEST["chats"]
STAFF = {name: agent["reference"] for agent in MANIFEST["agents"] for name in (agent["full_name"], agent["email"])}

recording = pytest.mark.parametrize("listed", RECORDINGS, ids=[one["reference"] for one in RECORDINGS])


def decoded_ms(path: Path) -> tuple[int, int]:
    """Return how many milliseconds of sound the file really holds, and in how many channels."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(audio=0))
        return samples * 1000 // stream.rate, stream.channels


def read(listed: dict[str, Any]) -> Reading[IncomingConversation]:
    """Read a file of contacts with the product's own reader."""
    data, file = (MATERIAL / listed["file"]).read_bytes(), listed["file"]
    match listed["format"]:
        case "jsonl":
            return read_jsonl(data, file=file, zone=ZONE)
        case "csv":
            mapping = json.loads((MATERIAL / listed["mapping"]).read_text(encoding="utf-8"))
            return read_csv_chats(data, file=file, mapping=ColumnMapping(**mapping))
        case "whatsapp":
            return read_whatsapp(data, file=file, zone=ZONE, agents=list(STAFF))
        case "zendesk":
            return read_zendesk(data, file=file, zone=ZONE)
        case "mbox":
            return read_email(data, file=file, zone=ZONE, own_domains=listed["own_domains"])
        case other:
            raise AssertionError(other)


def what_was_written(conversation: IncomingConversation) -> list[tuple[str, bool, str, datetime | None]]:
    return [
        # A mailbox ends every letter with an empty line.
        (message.author_role.value, message.internal, message.text.rstrip("\n"), message.sent_at)
        for message in conversation.messages
        if message.author_role.value != "system"
    ]


def test_there_are_thirteen_calls_in_each_language_of_which_eight_are_mono() -> None:
    assert Counter(one["language"] for one in RECORDINGS) == {"nl": 13, "en": 13}
    mono = [one for one in RECORDINGS if read_truth(MATERIAL / one["truth"]).channels == ("mix",)]
    assert Counter(one["language"] for one in mono) == {"nl": 4, "en": 4}


def test_every_format_that_telephone_systems_export_is_there() -> None:
    suffixes = {Path(one["file"]).suffix for one in RECORDINGS}
    assert suffixes == {".wav", ".mp3", ".ogg", ".flac", ".m4a"}


def test_hold_noise_overlap_and_leak_all_occur() -> None:
    conditions = {condition for one in RECORDINGS for condition in one["conditions"]}
    assert conditions == {"hold", "noise", "overlap", "leak", "long"}


@recording
def test_a_recording_can_be_decoded_whole_and_lasts_one_to_three_minutes(listed: dict[str, Any]) -> None:
    length_ms, channels = decoded_ms(MATERIAL / listed["file"])
    truth = read_truth(MATERIAL / listed["truth"])
    assert 60_000 <= length_ms <= 180_000
    assert length_ms == pytest.approx(truth.duration_ms, abs=150)
    assert channels == len(truth.channels)


@recording
def test_the_truth_of_a_recording_agrees_with_itself(listed: dict[str, Any]) -> None:
    truth = read_truth(MATERIAL / listed["truth"])
    assert (truth.reference, truth.language) == (listed["reference"], listed["language"])
    assert truth.duration_ms == listed["duration_ms"]
    assert {turn.role for turn in truth.turns} == {Role.AGENT, Role.CUSTOMER}
    assert bool(truth.holds) == ("hold" in listed["conditions"])
    for role in (Role.AGENT, Role.CUSTOMER):
        words = [word for turn in truth.turns if turn.role is role for word in turn.words]
        assert all(0 <= word.start_ms <= word.end_ms <= truth.duration_ms for word in words)
        assert words == sorted(words, key=lambda word: word.start_ms)


@recording
def test_the_metadata_beside_a_recording_names_it(listed: dict[str, Any]) -> None:
    beside = (MATERIAL / listed["file"]).parent / "metadata.csv"
    rows = {row["reference"]: row for row in csv.DictReader(beside.read_text(encoding="utf-8").splitlines())}
    row = rows[listed["reference"]]
    assert (row["file"], row["agent"]) == (Path(listed["file"]).name, listed["agent"])
    assert datetime.fromisoformat(row["started_at"]) == datetime.fromisoformat(listed["started_at"])


def test_the_calls_lie_on_working_days_of_the_four_weeks_after_the_base_monday() -> None:
    base = date.fromisoformat(MANIFEST["base_monday"])
    assert base.weekday() == 0
    for one in RECORDINGS:
        day = datetime.fromisoformat(one["started_at"]).date()
        assert day.weekday() < 5
        assert base <= day < base + timedelta(weeks=4)


def test_two_calls_of_another_source_have_the_agent_on_the_right() -> None:
    sources = {source["name"]: source["channels"] for source in MANIFEST["sources"]}
    turned = [one for one in RECORDINGS if sources[one["source"]] == ["customer", "agent"]]
    assert len(turned) == 2


def test_everything_together_is_small() -> None:
    assert sum(path.stat().st_size for path in MATERIAL.rglob("*") if path.is_file()) < 9_000_000


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sentence_of_a_call_is_one_the_demo_voice_was_taught(language: str) -> None:
    for one in RECORDINGS:
        if one["language"] == language:
            for turn in read_truth(MATERIAL / one["truth"]).turns:
                # A turn is one or more sentences; each ends with its mark.
                text = turn.text.replace("? ", "?|").replace(". ", ".|")
                assert [sentence for sentence in text.split("|") if not grammar(language).can_say(sentence)] == []


def test_the_scripts_hold_only_sentences_of_the_grammar_whatever_the_seed() -> None:
    for call in plan().calls:
        for seed in range(5):
            assert script(call, seed=seed, longer=5)


def test_the_agents_really_differ() -> None:
    calls = {(call.agent.reference, call.outcome) for call in plan().calls}
    assert ("a103", "solved") not in calls
    assert ("a202", "promised") in calls
    silent = [call for call in plan().calls if call.agent.reference == "a102"]
    for call in silent:
        first = script(call, seed=1, longer=0)[0]
        assert first is not None
        assert first.role == "customer"


def test_there_are_sixty_contacts_in_each_language_over_six_formats() -> None:
    counts: Counter[str] = Counter()
    for listed in CHAT_FILES:
        counts[listed["language"]] += len(listed["conversations"])
        assert (MATERIAL / listed["file"]).stat().st_size > 0
    assert counts == {"nl": 60, "en": 60}
    assert {listed["format"] for listed in CHAT_FILES} == {"jsonl", "csv", "whatsapp", "zendesk", "mbox", "webvtt"}


@pytest.mark.parametrize(
    "listed",
    [one for one in CHAT_FILES if one["format"] != "webvtt"],
    ids=[one["file"] for one in CHAT_FILES if one["format"] != "webvtt"],
)
def test_every_message_is_read_back_as_it_was_written(listed: dict[str, Any]) -> None:
    whole = (MATERIAL / "truth" / "chats" / f"{listed['language']}.jsonl").read_bytes()
    truth = {one.reference: one for one in read_jsonl(whole, file="truth", zone=ZONE).items}
    found = read(listed)
    assert found.problems == ()
    assert [one.reference for one in found.items] == [one["reference"] for one in listed["conversations"]]
    for conversation in found.items:
        assert what_was_written(conversation) == what_was_written(truth[conversation.reference])
        agent = conversation.agent_reference
        assert STAFF.get(agent, agent) == truth[conversation.reference].agent_reference


def test_contacts_have_six_to_sixteen_messages_bots_and_notes_among_them() -> None:
    messages: list[IncomingMessage] = []
    for language in ("nl", "en"):
        whole = (MATERIAL / "truth" / "chats" / f"{language}.jsonl").read_bytes()
        for one in read_jsonl(whole, file="truth", zone=ZONE).items:
            assert 6 <= len(one.messages) <= 16
            messages += one.messages
    assert any(message.internal for message in messages)
    assert any(message.author_role.value == "bot" for message in messages)
