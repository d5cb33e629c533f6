"""Facts of recordings from what lies beside them: a CSV, a JSON file, or one metadata file for each recording."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.reading.cells import parse_direction, parse_language, parse_truth
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.json_values import load_json, object_of, objects_of, text_of, texts_of
from qa.interactions.reading.mapping import DEFAULT_ZONE, ColumnMapping, Guess, Wanted, check_mapping, guess_mapping
from qa.interactions.reading.moments import DateOrder, parse_moment, zone_named
from qa.interactions.reading.parts import place_of
from qa.interactions.reading.tables import read_table
from qa.interactions.reading.values import IncomingRecordingFacts, Problem, Reading, storable

#: What a file of metadata may tell, and by which headers it is known.
RECORDING_COLUMNS = (
    Wanted(
        "file",
        ("file name", "filename", "bestand", "bestandsnaam", "recording file", "opname", "audio", "path", "pad", "audio file",
         "recording", "wav", "opnamebestand"),
        required=True,
    ),
    Wanted(
        "reference",
        ("recording id", "opname id", "call id", "gesprek id", "id", "uuid", "call uuid", "uniqueid", "linkedid", "referentie",
         "kenmerk", "contact id", "interaction id", "conversation id", "gespreksnummer"),
    ),
    Wanted(
        "agent",
        ("agent id", "agent name", "medewerker", "medewerker id", "medewerkernummer", "personeelsnummer", "user", "gebruiker",
         "employee", "employee id", "operator", "extension", "toestel", "adviseur", "agent email", "naam medewerker"),
        required=True,
    ),
    Wanted(
        "started_at",
        ("started at", "start time", "start", "begin", "begintijd", "starttijd", "timestamp", "calldate", "date time", "datetime",
         "datum tijd", "datum en tijd", "date", "datum", "tijdstip", "call date", "call start"),
        required=True,
    ),
    Wanted("clock", ("time of day", "tijd", "time", "uur", "kloktijd")),
    Wanted("direction", ("richting", "call direction", "direction of call", "in out", "type", "soort gesprek")),
    Wanted("queue", ("wachtrij", "skill", "department", "afdeling", "group", "groep", "queue name", "campaign", "campagne")),
    Wanted("language", ("taal", "lang", "locale")),
    Wanted("offset", ("offset seconds", "start offset", "seconds after start", "seconden na begin", "verschuiving", "begint na")),
    Wanted("part", ("part number", "deel", "deelnummer", "segment", "segment number", "volgnummer deel")),
    Wanted("parts", ("number of parts", "aantal delen", "segments", "total parts")),
    Wanted("party", ("partij", "role", "rol", "leg", "side", "kant")),
    Wanted("customer", ("customer id", "klant", "klantnummer", "customer reference", "caller", "caller id", "ani", "beller")),
    Wanted(
        "transfers",
        ("number of transfers", "transfer count", "transferred", "doorverbonden", "aantal doorverbindingen", "doorverbindingen"),
    ),
)  # fmt: skip

#: Names of a JSON field by what is wanted; Genesys Cloud's own names are among them.
_JSON_FIELDS: Mapping[str, tuple[str, ...]] = {
    "file": ("file", "fileName", "filename", "filePath", "path"),
    "reference": ("reference", "recordingId", "id", "callId", "conversationId"),
    "agent": ("agent", "agentId", "agent_id", "agentName", "agentEmail", "userId", "user"),
    "started_at": ("started_at", "startTime", "start_time", "startedAt", "conversationStart", "timestamp", "date"),
    "direction": ("direction", "initialDirection", "originatingDirection", "callDirection"),
    "queue": ("queue", "queueName", "queueId", "department"),
    "language": ("language", "languageId", "locale"),
    "customer": ("customer", "customerId", "customer_reference", "externalContactId"),
    "transfers": ("transfers", "nTransferred", "transferCount"),
    "offset": ("offset", "offsetSeconds", "startOffset"),
    "part": ("part", "partNumber", "segment"),
    "parts": ("parts", "partCount", "segments"),
    "party": ("party", "role", "side"),
}

#: A column that tells of more was taken for something that it is not.
MOST_TRANSFERS = 10
_METADATA_SUFFIX = "_metadata.json"


def guess_recording_mapping(data: bytes, *, file: str, time_zone: str = DEFAULT_ZONE) -> Guess:
    """Return the mapping that the headers of a CSV beside recordings suggest; raises ``InvalidError``."""
    return guess_mapping(read_table(data, file=file), wanted=RECORDING_COLUMNS, time_zone=time_zone)


def read_recordings_csv(
    data: bytes, *, file: str, mapping: ColumnMapping | None = None, time_zone: str = DEFAULT_ZONE
) -> Reading[IncomingRecordingFacts]:
    """Return the facts of each row; without a mapping the columns are guessed and times are in ``time_zone``."""
    try:
        table = read_table(data, file=file, delimiter=mapping.delimiter if mapping else "")
        mapping = mapping or guess_mapping(table, wanted=RECORDING_COLUMNS, time_zone=time_zone).mapping
        check_mapping(mapping, headers=table.headers, wanted=RECORDING_COLUMNS)
        order = mapping.order_in(table, names=("started_at",))
        zone = zone_named(mapping.time_zone)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    problems = list(table.problems)
    items = []
    for row in table.rows:
        if row.fault is not None:
            problems.append(Problem(file, row.line, row.fault))
            continue
        try:
            items.append(replace(facts_of(mapping.apply(row), zone=zone, order=order), line=row.line))
        except InvalidError as error:
            problems.append(Problem(file, row.line, error.sentence))
    return Reading(tuple(items), tuple(problems))


def read_recordings_json(
    data: bytes, *, file: str, zone: ZoneInfo, files: Sequence[str] = ()
) -> Reading[IncomingRecordingFacts]:
    """Return the facts in a JSON file: a list, a list under ``recordings``, or one object for one recording.

    One object without a file's name, such as Genesys Cloud's ``…_metadata.json``, belongs to the recording
    among ``files`` (paths) with the same name before the suffix, in the same folder.
    """
    try:
        value = load_json(decode(data).text)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    listed = objects_of(value) or objects_of(object_of(value).get("recordings"))
    if not listed and isinstance(value, dict) and isinstance(value.get("files"), list):
        listed = [value]
    elif not listed and isinstance(value, dict):
        listed = [{**value, "file": text_of(value, *_JSON_FIELDS["file"]) or _sibling(file, files=files)}]
    if not listed:
        sentence = _("This JSON holds no recordings. Write a list of objects with file, agent and started_at.")
        return Reading(problems=(Problem(file, None, sentence),))
    items, problems = [], []
    for number, one in enumerate(listed, start=1):
        try:
            items += [facts_of(_json_facts(part), zone=zone) for part in _files_of(one)]
        except InvalidError as error:
            sentence = _("Recording {number}: {sentence}", number=number, sentence=error.sentence)
            problems.append(Problem(file, None, sentence))
    return Reading(tuple(items), tuple(problems))


def facts_of(
    found: Mapping[str, str], *, zone: ZoneInfo, order: DateOrder = DateOrder.DAY_FIRST
) -> IncomingRecordingFacts:
    """Return the facts from texts by wanted name; the reference is the file where no other is given.

    Raises ``InvalidError`` where file, agent or start are missing or cannot be read.
    """
    file = found.get("file", "").strip().replace("\\", "/")
    agent = found.get("agent", "").strip()
    if not file:
        raise InvalidError(_("The name of the recording's file is missing. Fill it in as it stands in the folder."))
    if ".." in file.split("/"):
        raise InvalidError(
            _("The name of the recording's file leads out of the folder. Write it as it stands in the folder.")
        )
    if not agent:
        raise InvalidError(_("The agent is missing. Fill in the agent's staff number, e-mail address or name."))
    started = f"{found.get('started_at', '').strip()} {found.get('clock', '').strip()}".strip()
    return IncomingRecordingFacts(
        reference=storable(found.get("reference", "").strip() or file),
        file=storable(file),
        agent_reference=storable(agent),
        started_at=parse_moment(started, zone=zone, order=order),
        direction=parse_direction(found.get("direction", "")),
        queue=storable(found.get("queue", "").strip()),
        language=parse_language(found.get("language", "")),
        customer_reference=storable(found.get("customer", "").strip()),
        transfers=_transfers(found.get("transfers", "")),
        place=place_of(found),
    )


def _files_of(one: Mapping[str, object]) -> list[dict[str, object]]:
    """Return one object for each file of a conversation; several under ``files`` share what stands around them."""
    listed = one.get("files")
    parts = objects_of(listed) or [{"file": name} for name in texts_of(listed)]
    if not parts:
        return [dict(one)]
    around = {name: value for name, value in one.items() if name != "files"}
    shared = text_of(one, *_JSON_FIELDS["reference"]) or text_of(parts[0], *_JSON_FIELDS["file"])
    return [{**around, **part, "reference": shared} for part in parts]


def _json_facts(one: Mapping[str, object]) -> dict[str, str]:
    facts = {name: text_of(one, *fields) for name, fields in _JSON_FIELDS.items()}
    people = objects_of(one.get("users")) or objects_of(one.get("agents"))
    listed = texts_of(one.get("userIds")) or texts_of(one.get("agentIds"))
    if not facts["transfers"]:
        # Each agent after the first one came by a transfer.
        facts["transfers"] = str(max(0, len(people) - 1, len(set(listed)) - 1))
    if not facts["agent"]:
        facts["agent"] = text_of(people[0], "email", "id", "name") if people else next(iter(listed), "")
    if not facts["queue"]:
        facts["queue"] = next(iter(texts_of(one.get("queueIds"))), "")
    # Genesys gives a language by an identifier of its own, which says nothing outside it.
    if not re.fullmatch(r"[A-Za-z]{2,10}(?:[-_][A-Za-z0-9]{2,8})?", facts["language"]):
        facts["language"] = ""
    return facts


def _transfers(text: str) -> int:
    """Return how many transfers a cell tells of, or one where it only says yes; what means nothing tells of none."""
    word = text.strip().removesuffix(".0")
    if word.isdecimal():
        return min(int(word[:4]), MOST_TRANSFERS)
    try:
        return int(parse_truth(word))
    except InvalidError:
        return 0


def _sibling(file: str, *, files: Sequence[str]) -> str:
    """Return the recording a metadata file belongs to, or nothing where none or more than one fits."""
    path = PurePosixPath(file.replace("\\", "/"))
    stem = path.name.removesuffix(_METADATA_SUFFIX) if path.name.endswith(_METADATA_SUFFIX) else path.stem
    fitting = [
        other
        for other in files
        if PurePosixPath(other).parent == path.parent and PurePosixPath(other).stem == stem and other != path.as_posix()
    ]
    return fitting[0] if len(fitting) == 1 else ""
