"""The demo's recordings and messages, taken in by the same services as a company's own, with dates moved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from qa.act import Act
from qa.demo.company import MATERIAL, Shift, manifest
from qa.interactions.arrival import Outcome
from qa.interactions.conversations import add_conversation, add_ready_transcript
from qa.interactions.kinds import Channel
from qa.interactions.reading.chats import ChatOptions, read_chats
from qa.interactions.reading.json_values import load_json
from qa.interactions.reading.mapping import mapping_from_json
from qa.interactions.reading.metadata import read_recordings_csv
from qa.interactions.reading.transcripts import read_transcript
from qa.interactions.reading.values import IncomingConversation, Problem
from qa.interactions.recordings import RecordingFacts, add_recording
from qa.interactions.sources import source_named


class MaterialError(RuntimeError):
    """The material that comes with the product does not read as it should: the installation is damaged."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem.text) for problem in problems))


def take_recordings(act: Act, shift: Shift) -> Iterator[Outcome]:
    """Take in every recording of the material, from its folders with their tables of facts."""
    for source in manifest()["sources"]:
        folder = MATERIAL / source["folder"]
        table = MATERIAL / source["metadata"]
        reading = read_recordings_csv(table.read_bytes(), file=table.name, time_zone=manifest()["time_zone"])
        if reading.problems:
            raise MaterialError(reading.problems)
        for facts in reading.items:
            yield add_recording(
                act,
                folder / facts.file,
                name=facts.file,
                facts=RecordingFacts(
                    reference=facts.reference,
                    agent=facts.agent_reference,
                    started_at=shift.moved(facts.started_at),
                    direction=facts.direction,
                    queue=facts.queue,
                    language=facts.language,
                ),
                source=source_named(act, source["name"]),
            )


def take_messages(act: Act, shift: Shift) -> Iterator[Outcome]:
    """Take in every chat, message thread, e-mail and ready transcript of the material."""
    source = source_named(act, "messages")
    for entry in manifest()["chats"]:
        path = MATERIAL / entry["file"]
        if path.suffix == ".vtt":
            yield _ready(act, entry, path, shift=shift)
            continue
        for conversation in _conversations(path, entry):
            yield add_conversation(act, _moved(conversation, entry, shift=shift), source=source, file=path.name)


def _conversations(path: Path, entry: dict[str, object]) -> tuple[IncomingConversation, ...]:
    mapping = path.with_suffix(".mapping.json")
    listed = entry["conversations"]
    assert isinstance(listed, list)
    names = {agent["reference"]: agent["full_name"] for agent in manifest()["agents"]}
    reading = read_chats(
        path.read_bytes(),
        file=path.name,
        options=ChatOptions(
            time_zone=manifest()["time_zone"],
            channel=Channel(str(entry["channel"])),
            mapping=mapping_from_json(load_json(mapping.read_text(encoding="utf-8"))) if mapping.exists() else None,
            agents=tuple(names[one["agent"]] for one in listed),
            own_domains=("noordwind.example",),
        ),
    )
    if reading.problems:
        raise MaterialError(reading.problems)
    return reading.items


def _moved(conversation: IncomingConversation, entry: dict[str, object], *, shift: Shift) -> IncomingConversation:
    return replace(
        conversation,
        started_at=shift.moved(conversation.started_at),
        language=conversation.language or str(entry["language"]),
        messages=tuple(
            replace(message, sent_at=shift.moved(message.sent_at) if message.sent_at else None)
            for message in conversation.messages
        ),
    )


def _ready(act: Act, entry: dict[str, object], path: Path, *, shift: Shift) -> Outcome:
    listed = entry["conversations"]
    assert isinstance(listed, list)
    facts = listed[0]
    reading = read_transcript(path.read_bytes(), file=path.name, language=str(entry["language"]))
    if reading.problems:
        raise MaterialError(reading.problems)
    started = datetime.fromisoformat(facts["started_at"])
    if started.tzinfo is None:
        started = started.replace(tzinfo=ZoneInfo(manifest()["time_zone"]))
    return add_ready_transcript(
        act,
        reading.items[0],
        facts=RecordingFacts(facts["reference"], facts["agent"], shift.moved(started), language=str(entry["language"])),
        source=source_named(act, "messages"),
        file=path.name,
    )
