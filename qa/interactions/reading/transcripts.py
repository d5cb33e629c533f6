"""Ready transcripts of recordings, in the formats of others and in our own, with RTTM for speakers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.values import Problem, Reading
from transcribe.errors import FormatError
from transcribe.formats import contact_lens, ctm, genesys, own_json, plain, rttm, srt, vtt, whisper_json
from transcribe.types import Role, Transcript


class TranscriptFormat(StrEnum):
    """In what form a transcript is written."""

    VTT = "vtt"
    SRT = "srt"
    WHISPER_JSON = "whisper_json"
    OWN_JSON = "own_json"
    CONTACT_LENS = "contact_lens"
    GENESYS = "genesys"
    CTM = "ctm"
    PLAIN = "plain"


def guess_transcript_format(data: bytes, *, file: str) -> TranscriptFormat:
    """Return the format that the file's name or beginning tells; raises ``InvalidError`` where it tells none."""
    text = decode(data).text.lstrip("\ufeff \r\n\t")
    suffix = file.rpartition(".")[2].casefold()
    if text.startswith("WEBVTT") or suffix == "vtt":
        return TranscriptFormat.VTT
    if suffix == "srt":
        return TranscriptFormat.SRT
    if text.startswith("{"):
        return _guess_json(text)
    if suffix == "ctm":
        return TranscriptFormat.CTM
    if suffix == "txt":
        return TranscriptFormat.PLAIN
    raise InvalidError(
        _(
            "This is no transcript of a known form. Use WebVTT, SRT, CTM, the JSON of Whisper, Amazon Connect Contact "
            "Lens or Genesys Cloud, or RTTM with one of these."
        )
    )


def _guess_json(text: str) -> TranscriptFormat:
    """Tell by the keys of the document; one that is damaged is read, and refused with its line, as our own."""
    try:
        keys = set(json.loads(text))
    except (ValueError, RecursionError):
        keys = {key for key in ("segments", "Transcript", "transcripts") if f'"{key}"' in text}
    if "segments" in keys:
        return TranscriptFormat.WHISPER_JSON
    if "Transcript" in keys:
        return TranscriptFormat.CONTACT_LENS
    if "transcripts" in keys:
        return TranscriptFormat.GENESYS
    return TranscriptFormat.OWN_JSON


def read_transcript(
    data: bytes,
    *,
    file: str,
    form: TranscriptFormat | None = None,
    language: str = "",
    speakers: bytes | None = None,
    speakers_file: str = "",
    roles: Mapping[str, Role] | None = None,
) -> Reading[Transcript]:
    """Return the one transcript of the file; without ``form`` it is guessed.

    ``speakers`` is an RTTM table that says who speaks when; ``roles`` gives the party of a speaker by name, over what
    the name itself tells.
    """
    reading = file
    try:
        form = form or guess_transcript_format(data, file=file)
        transcript = _read(decode(data).text, form=form, name=file, language=language)
        if speakers is not None:
            reading = speakers_file
            transcript = rttm.attach(transcript, rttm.read(decode(speakers).text, name=speakers_file))
    except InvalidError as error:
        return Reading(problems=(Problem(reading, None, error.sentence),))
    except FormatError as error:
        return Reading(problems=(Problem(reading, None, Text(error.msgid, error.params)),))
    if roles:
        turns = tuple(replace(turn, role=roles.get(turn.speaker, turn.role)) for turn in transcript.turns)
        transcript = replace(transcript, turns=turns)
    return Reading((transcript,))


def _read(text: str, *, form: TranscriptFormat, name: str, language: str) -> Transcript:
    if form is TranscriptFormat.OWN_JSON:
        return own_json.read(text, name=name)
    readers: dict[TranscriptFormat, Callable[..., Transcript]] = {
        TranscriptFormat.VTT: vtt.read,
        TranscriptFormat.SRT: srt.read,
        TranscriptFormat.WHISPER_JSON: whisper_json.read,
        TranscriptFormat.CONTACT_LENS: contact_lens.read,
        TranscriptFormat.GENESYS: genesys.read,
        TranscriptFormat.CTM: ctm.read,
        TranscriptFormat.PLAIN: plain.read,
    }
    return readers[form](text, name=name, language=language)
