"""Words from a transcription server on the company's own network that speaks OpenAI's interface."""

import http.client
import ipaddress
import json
import math
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import numpy as np
from babel import Locale, UnknownLocaleError
from numpy.typing import NDArray

from transcribe.audio import SPEECH_RATE
from transcribe.errors import N_, ModelError
from transcribe.recogniser import ReportWindow
from transcribe.types import Word

#: Seconds within which a connection must stand, and within which an answer must come.
CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 180.0
#: Seconds waited before each further attempt.
PAUSES = (1.0, 4.0)
#: Answers of a server that is busy or starting: worth another attempt.
PASSING = frozenset({429, 502, 503, 504})
#: No transcription of 30 s is longer.
LONGEST_ANSWER = 8 * 2**20
LONGEST_REASON = 200
PATH = "/v1/audio/transcriptions"

NO_ADDRESS = N_("The engine “server” needs an address such as http://speech.company.example:8000; {address} is none.")
OUTSIDE = N_(
    "The transcription server {host} ({address}) is outside the company's network, so nothing was sent to it. "
    "STEEKPROEF_ASR_SERVER_OUTSIDE=1 allows it."
)
NO_CONNECTION = N_("The transcription server {host} cannot be reached ({reason}). Is it running, is the address right?")
TOO_SLOW = N_("The transcription server {host} did not answer within {seconds} seconds.")
NOT_ALLOWED = N_("The transcription server {host} does not accept the key. Set the right STEEKPROEF_ASR_SERVER_KEY.")
REFUSED = N_("The transcription server {host} answered {status}: {reason}")
NO_WORD_TIMES = N_(
    "The transcription server {host} gives no times of words with the model {model}. Choose another one."
)
NOT_UNDERSTOOD = N_("The transcription server {host} answered something that is no transcription.")


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is and what it may be sent: ``outside`` allows addresses beyond private networks."""

    address: str
    key: str = ""
    outside: bool = False
    answer_seconds: float = ANSWER_SECONDS


class HttpEngine:
    """Asks a server for the words of each window; ``batch`` windows are asked for at a time."""

    engine = "server"
    #: What decodes behind the server is not known: speech that got no words is heard again by itself.
    checked = True

    def __init__(
        self, server: Server, *, model: str, batch: int = 1, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.model = model
        self.batch = batch
        self._server = server
        self._parts = parts_of(server)
        self._sleep = sleep

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Return the words of at most 30 s of mono 16 kHz speech, in order, timed from the start of ``samples``."""
        if not len(samples):
            return []
        answer = self._asked(samples, {"language": language} | ({"prompt": prompt} if prompt else {}))
        return self._words(answer, length_ms=len(samples) * 1000 // SPEECH_RATE)

    def recognise_many(
        self, pieces: Sequence[NDArray[np.float32]], *, language: str, prompt: str = "", report_window: ReportWindow
    ) -> list[list[Word]]:
        """Return the words of each of ``pieces``."""
        found: list[list[Word]] = []
        report_window(0)
        with ThreadPoolExecutor(max(1, self.batch)) as pool:
            for start in range(0, len(pieces), max(1, self.batch)):
                asked = [
                    pool.submit(self.recognise, pieces[place], language=language, prompt=prompt)
                    for place in range(start, min(start + max(1, self.batch), len(pieces)))
                ]
                for one in asked:
                    found.append(one.result())
                    if len(found) < len(pieces):
                        report_window(len(found))
        return found

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Return 1 for the language that the server heard, by its own name where it is not of ``among``.

        Equal parts where the server names none. Where only one is possible it is not asked: that costs a transcription.
        """
        if len(among) < 2:
            return dict.fromkeys(among, 1.0)
        heard = str(self._asked(samples, {}).get("language", "")).lower()
        if not heard:
            return dict.fromkeys(among, 1 / len(among))
        chances = {language: float(heard in {language, _english_name(language)}) for language in among}
        return chances if any(chances.values()) else chances | {heard: 1.0}

    def _asked(self, samples: NDArray[np.float32], fields: Mapping[str, str]) -> Mapping[str, object]:
        """Send one window and return the answer; a server that is busy or away is asked again."""
        asked = {
            "model": self.model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": "word",
            "temperature": "0",
        }
        content, kind = form(asked | dict(fields), sound=wave_file(samples))
        for pause in PAUSES:
            try:
                status, body = self._sent(content, kind=kind)
            except ModelError as error:
                if error.msgid not in {NO_CONNECTION, TOO_SLOW}:
                    raise
            else:
                if status not in PASSING:
                    return self._understood(status, body)
            self._sleep(pause)
        return self._understood(*self._sent(content, kind=kind))

    def _sent(self, content: bytes, *, kind: str) -> tuple[int, bytes]:
        secure = self._parts.scheme == "https"
        host, port = self._parts.hostname or "", self._parts.port or (443 if secure else 80)
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(host, port, timeout=CONNECT_SECONDS)
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {self._server.key}"} if self._server.key else {})
        try:
            connection.connect()
            # The address that was really reached counts, whatever a name resolved to before.
            reached = str(connection.sock.getpeername()[0])
            if not (self._server.outside or is_inside(reached)):
                raise ModelError(OUTSIDE, host=host, address=reached)
            connection.sock.settimeout(self._server.answer_seconds)
            connection.request("POST", self._parts.path.rstrip("/").removesuffix("/v1") + PATH, content, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(LONGEST_ANSWER)
        except TimeoutError as error:
            raise ModelError(TOO_SLOW, host=host, seconds=round(connection.sock.gettimeout() or 0)) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ModelError(NO_CONNECTION, host=self._parts.netloc, reason=reason) from error
        finally:
            connection.close()

    def _understood(self, status: int, body: bytes) -> Mapping[str, object]:
        host = self._parts.hostname
        if status in {401, 403}:
            raise ModelError(NOT_ALLOWED, host=host)
        try:
            answer: object = json.loads(body)
        except ValueError:
            answer = None
        if status != http.client.OK:
            raise ModelError(REFUSED, host=host, status=status, reason=_reason(answer, status=status))
        if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
            raise ModelError(NOT_UNDERSTOOD, host=host)
        return answer

    def _words(self, answer: Mapping[str, object], *, length_ms: int) -> list[Word]:
        listed: Any = answer.get("words")
        if not listed:
            if str(answer["text"]).strip():
                raise ModelError(NO_WORD_TIMES, host=self._parts.hostname, model=self.model)
            return []
        segments = answer.get("segments")
        words = []
        try:
            for one in list(listed):
                start, end = float(one["start"]), float(one["end"])
                if not (math.isfinite(start) and math.isfinite(end)):
                    raise ModelError(NOT_UNDERSTOOD, host=self._parts.hostname)
                start_ms = min(max(0, round(start * 1000)), length_ms)
                end_ms = min(max(start_ms, round(end * 1000)), length_ms)
                probability = one.get("probability", _probability_at(start, segments))
                if text := str(one["word"]).strip():
                    words.append(Word(text, start_ms, end_ms, min(1.0, max(0.0, float(probability)))))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ModelError(NOT_UNDERSTOOD, host=self._parts.hostname) from error
        return sorted(words, key=lambda word: word.start_ms)


def parts_of(server: Server) -> SplitResult:
    """Take the address apart; refuse, with a ``ModelError``, what is none and a number outside private networks."""
    try:
        parts = urlsplit(server.address)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known:
        raise ModelError(NO_ADDRESS, address=server.address or "–")
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts
    if not (server.outside or is_inside(host)):
        raise ModelError(OUTSIDE, host=host, address=host)
    return parts


def is_inside(address: str) -> bool:
    """Whether an IP address belongs to this machine or to a private network."""
    found = ipaddress.ip_address(address.split("%", 1)[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_private or (mapped or found).is_loopback)


def wave_file(samples: NDArray[np.float32]) -> bytes:
    """Mono 16 kHz sound as a 16-bit WAV file."""
    sound = np.clip(np.round(samples * 32_768), -32_768, 32_767).astype("<i2").tobytes()
    facts = b"".join(
        number.to_bytes(size, "little")
        for number, size in ((16, 4), (1, 2), (1, 2), (SPEECH_RATE, 4), (2 * SPEECH_RATE, 4), (2, 2), (16, 2))
    )
    body = b"WAVEfmt " + facts + b"data" + len(sound).to_bytes(4, "little") + sound
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def form(fields: Mapping[str, str], *, sound: bytes) -> tuple[bytes, str]:
    """Return fields and a sound file as multipart/form-data, and the content type that names its boundary."""
    boundary = uuid.uuid4().hex
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="window.wav"\r\n'
    lines += [(head + "Content-Type: audio/wav\r\n\r\n").encode(), sound, f"\r\n--{boundary}--\r\n".encode()]
    return b"".join(lines), f"multipart/form-data; boundary={boundary}"


def _reason(answer: object, *, status: int) -> str:
    """What a server says of an error: OpenAI's form, FastAPI's, or the usual meaning of the number."""
    found: object = answer
    for name in ("error", "message", "detail"):
        if isinstance(found, dict):
            found = found.get(name, found)
    text = found if isinstance(found, str) else http.client.responses.get(status, "")
    return " ".join(text.split())[:LONGEST_REASON]


def _probability_at(seconds: float, segments: object) -> float:
    """The mean probability of the segment that a word begins in; 1 where the server tells nothing of it."""
    for segment in segments if isinstance(segments, list) else []:
        if segment["start"] <= seconds <= segment["end"]:
            return math.exp(min(0.0, float(segment.get("avg_logprob", 0.0))))
    return 1.0


def _english_name(language: str) -> str:
    try:
        return str(Locale(language).get_language_name("en")).lower()
    except (UnknownLocaleError, ValueError):
        return language
