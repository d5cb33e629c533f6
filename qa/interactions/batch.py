"""Taking in many files: each recording and each conversation in a transaction of its own, so that the rest goes on."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import InvalidError, RefusedError
from qa.i18n import _
from qa.interactions.arrival import Arrival, Outcome
from qa.interactions.conversations import add_conversation, add_ready_transcript
from qa.interactions.folder import ByHand, FoundRecording, Manner, find_among, find_recordings
from qa.interactions.kinds import Channel
from qa.interactions.models import Source
from qa.interactions.reading.chats import ChatOptions, read_chats
from qa.interactions.reading.file_names import name_rule
from qa.interactions.reading.mapping import ColumnMapping, mapping_from_json
from qa.interactions.reading.moments import zone_named
from qa.interactions.reading.transcripts import read_transcript
from qa.interactions.reading.values import IncomingConversation, IncomingRecordingFacts, Problem
from qa.interactions.recordings import RecordingFacts, add_recording, sha256_of
from qa.interactions.sources import DEFAULT, TableKind, kept_mapping, source_named
from qa.people.models import User

#: Each call opens a transaction that is committed when it is left, and rolled back when it is left by a refusal.
Opener = Callable[[], AbstractContextManager[Act]]

CHATS = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".eml", ".mbox", ".mbx"})
MAPPING_END = ".mapping.json"
#: A WhatsApp chat that rested for longer goes on as another conversation.
RESTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Given:
    """What is stated with the files; what is left empty comes from the source or lies beside the files."""

    source: str = DEFAULT
    metadata: Path | None = None
    metadata_name: str = ""
    mapping: ColumnMapping | None = None
    language: str = ""
    channel: Channel = Channel.CHAT
    by_hand: ByHand | None = None


@dataclass(slots=True)
class Summary:
    """How many of the files and conversations went which way."""

    counts: Counter[Arrival] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.counts[outcome.arrival] += 1

    @property
    def any_good(self) -> bool:
        """Tell whether something was taken in or known."""
        return any(count for arrival, count in self.counts.items() if arrival is not Arrival.REFUSED)

    def as_json(self) -> dict[str, int]:
        """Return the counts by name, zero included."""
        return {arrival.value: self.counts[arrival] for arrival in Arrival}


def read_mapping(path: Path) -> ColumnMapping:
    """Return the mapping in a JSON file; raises ``InvalidError`` that names the file."""
    try:
        return mapping_from_json(json.loads(path.read_text(encoding="utf-8-sig")))
    except json.JSONDecodeError as error:
        sentence = _("{file}, line {line}: this is not valid JSON.", file=path.name, line=str(error.lineno))
    except (OSError, UnicodeDecodeError):
        sentence = _("{file}: this is not a text file in UTF-8 that can be read.", file=path.name)
    except InvalidError as error:
        sentence = _("{file}: {sentence}", file=path.name, sentence=error.sentence)
    raise InvalidError(sentence)


def ingest_recordings(opener: Opener, paths: Iterable[Path], *, given: Given) -> Iterator[Outcome]:
    """Take in recordings and ready transcripts, and yield what became of each.

    Raises ``NotFoundError`` where there is no such source.
    """
    found, problems = find_recordings(paths, manner=_manner(opener, given=given))
    yield from _recordings(opener, found, problems, given=given)


def ingest_sent_recordings(opener: Opener, files: Mapping[str, Path], *, root: Path, given: Given) -> Iterator[Outcome]:
    """Take in recordings that were sent in under their own names and lie in ``root`` under ours."""
    found, problems = find_among(files, root=root, manner=_manner(opener, given=given))
    yield from _recordings(opener, found, problems, given=given)


def _manner(opener: Opener, *, given: Given) -> Manner:
    with opener() as act:
        source = source_named(act, given.source)
        return Manner(
            zone=zone_named(source.time_zone),
            rule=name_rule(source.name_rule) if source.name_rule else None,
            metadata=given.metadata,
            metadata_name=given.metadata_name,
            mapping=given.mapping or kept_mapping(source, TableKind.RECORDINGS),
            by_hand=given.by_hand,
        )


def _recordings(
    opener: Opener, found: Iterable[FoundRecording], problems: Iterable[Problem], *, given: Given
) -> Iterator[Outcome]:
    for problem in problems:
        yield Outcome(problem.file, Arrival.REFUSED, sentence=problem.sentence, line=problem.line)
    together = list(found)
    left = Counter(one.facts.reference for one in together)
    for one in together:
        left[one.facts.reference] -= 1
        more = bool(one.facts.reference) and left[one.facts.reference] > 0
        yield _taken(
            opener, partial(_add, one=one, given=given, more=more), file=one.told_by or one.name, line=one.facts.line,
            name=one.name,
        )  # fmt: skip


def ingest_chats(opener: Opener, paths: Iterable[Path], *, given: Given) -> Iterator[Outcome]:
    """Take in the conversations of files in any known format, and yield what became of each conversation.

    Raises ``NotFoundError`` where there is no such source.
    """
    yield from ingest_sent_chats(opener, _chat_files(paths), given=given)


def ingest_sent_chats(opener: Opener, files: Iterable[tuple[Path, str]], *, given: Given) -> Iterator[Outcome]:
    """Take in the conversations of files, each given with the name it has towards the user."""
    with opener() as act:
        source = source_named(act, given.source)
        options = _chat_options(act, source, given=given)
    for path, name in files:
        if not path.is_file():
            yield Outcome(name, Arrival.REFUSED, sentence=_("There is no such file or folder. Check the name."))
            continue
        yield from _chats_of(opener, path, name=name, given=given, options=options)


def _chats_of(opener: Opener, path: Path, *, name: str, given: Given, options: ChatOptions) -> Iterator[Outcome]:
    beside = path.with_name(path.stem + MAPPING_END)
    try:
        mapping = options.mapping
        if given.mapping is None and beside.is_file():
            mapping = read_mapping(beside)
        data = path.read_bytes()
    except InvalidError as error:
        yield Outcome(name, Arrival.REFUSED, sentence=error.sentence)
        return
    except OSError:
        yield Outcome(name, Arrival.REFUSED, sentence=_("The file cannot be read. Check who may read it."))
        return
    reading = read_chats(data, file=name, options=replace(options, mapping=mapping))
    for problem in reading.problems:
        yield Outcome(problem.file, Arrival.REFUSED, sentence=problem.sentence, line=problem.line)
    for conversation in reading.items:
        stated = replace(conversation, language=conversation.language or given.language)
        yield _taken(
            opener, partial(_add_chat, conversation=stated, given=given, file=name), file=name,
            line=conversation.line, name=conversation.reference,
        )  # fmt: skip


def _taken(opener: Opener, add: Callable[[Act], Outcome], *, file: str, line: int | None, name: str) -> Outcome:
    """Add one thing in a transaction of its own; a refusal names the file it is told in and, where that is another, it."""
    try:
        with opener() as act:
            return add(act)
    except RefusedError as error:
        sentence = error.sentence
    except IntegrityError:
        sentence = _("Something with this reference arrived at the same moment. Send it once more.")
    except OSError:
        sentence = _("The file cannot be read. Check who may read it.")
    if file != name and name not in str(sentence):
        sentence = _("{name}: {sentence}", name=name[:200], sentence=sentence)
    return Outcome(file, Arrival.REFUSED, sentence=sentence, line=line)


def _add(act: Act, one: FoundRecording, *, given: Given, more: bool) -> Outcome:
    source = source_named(act, given.source)
    facts = _facts(one, given=given, more=more)
    if not one.is_transcript:
        return add_recording(act, one.path, name=one.name, facts=facts, source=source)
    reading = read_transcript(
        one.path.read_bytes(),
        file=one.name,
        language=facts.language,
        speakers=one.speakers.read_bytes() if one.speakers else None,
        speakers_file=one.speakers.name if one.speakers else "",
    )
    if reading.problems:
        raise InvalidError(reading.problems[0].sentence)
    return add_ready_transcript(act, reading.items[0], facts=facts, source=source, file=one.name)


def _facts(one: FoundRecording, *, given: Given, more: bool) -> RecordingFacts:
    told: IncomingRecordingFacts = one.facts
    # What was typed by hand has no reference of its own: the name and the content tell one file from another.
    reference = told.reference or f"{one.name[:200]} {sha256_of(one.path)[:12]}"
    return RecordingFacts(
        reference=reference,
        agent=told.agent_reference,
        started_at=told.started_at,
        direction=told.direction,
        queue=told.queue,
        language=told.language or given.language,
        customer=told.customer_reference,
        transfers=told.transfers,
        place=told.place,
        more=more,
        beside=sha256_of(one.beside) if one.beside else "",
    )


def _add_chat(act: Act, conversation: IncomingConversation, *, given: Given, file: str) -> Outcome:
    return add_conversation(act, conversation, source=source_named(act, given.source), file=file)


def _chat_options(act: Act, source: Source, *, given: Given) -> ChatOptions:
    """Staff are told from customers by the names and the e-mail domains that the product knows."""
    agents = act.session.execute(select(User.name, User.email).where(User.role == Role.AGENT)).all()
    domains = [part.strip().lower() for part in act.settings.own_domains.split(",") if part.strip()]
    return ChatOptions(
        time_zone=source.time_zone,
        channel=given.channel,
        mapping=given.mapping or kept_mapping(source, TableKind.CHATS),
        known_names=tuple(name for name, _email in agents),
        own_domains=tuple(domains or sorted({email.rpartition("@")[2] for _name, email in agents if email})),
        new_after=RESTS,
    )


def _chat_files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for place in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in place.relative_to(path).parts)
            inside = place.resolve().is_relative_to(path.resolve())
            if place.is_file() and inside and not hidden and _is_chat(place):
                yield place, place.relative_to(path).as_posix()


def _is_chat(place: Path) -> bool:
    return place.suffix.lower() in CHATS and not place.name.endswith(MAPPING_END)


def summarised(outcomes: Sequence[Outcome]) -> Summary:
    """Count the outcomes."""
    summary = Summary()
    for outcome in outcomes:
        summary.add(outcome)
    return summary
