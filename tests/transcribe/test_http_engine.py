"""A transcription server of the company: asked through a real connection, answering through the demo voice."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transcribe.sounds import noise
from transcribe.audio import decode
from transcribe.errors import CancelledError, ModelError
from transcribe.gate import gate
from transcribe.http_engine import HttpEngine, Server, is_inside, wave_file
from transcribe.samples import whole
from transcribe.types import Word

CLIPS = Path(__file__).parent / "clips"
Answer = Callable[[dict[str, bytes]], tuple[int, bytes]]


@dataclass
class Standing:
    """A server that is running: its address, what it was asked, and how it answers."""

    address: str
    answer: Answer
    asked: list[dict[str, bytes]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def engine(self, *, batch: int = 1, key: str = "", seconds: float = 60.0) -> HttpEngine:
        server = Server(self.address, key=key, answer_seconds=seconds)
        return HttpEngine(server, model="voice", batch=batch, sleep=self.slept.append)


@contextmanager
def standing(answer: Answer) -> Iterator[Standing]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            message = BytesParser().parsebytes(head + body)
            fields = {
                str(part.get_param("name", header="content-disposition")): bytes(part.get_payload(decode=True) or b"")
                for part in message.walk()
                if not part.is_multipart()
            }
            here.asked.append(fields)
            here.keys.append(self.headers["Authorization"])
            here.paths.append(self.path)
            status, content = here.answer(fields)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Standing(f"http://127.0.0.1:{server.server_port}", answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def saying(answer: object, *, status: int = 200) -> Answer:
    return lambda _fields: (status, json.dumps(answer).encode())


def word(text: str, start: float, end: float, **more: float) -> dict[str, object]:
    return {"word": text, "start": start, "end": end, **more}


def test_words_come_back_in_order_within_the_window_and_as_sure_as_the_server_says() -> None:
    answer = {
        "text": "good morning all",
        "words": [word(" morning", 0.5, 0.9), word("good", -0.1, 0.4, probability=0.75), word("all", 1.9, 9.0)],
        "segments": [{"start": 0.0, "end": 1.0, "avg_logprob": -0.5}],
    }
    with standing(saying(answer)) as here:
        words = here.engine(key="secret").recognise(noise(2.0), language="en", prompt="Northwind")
    assert [(one.text, one.start_ms, one.end_ms) for one in words] == [
        ("good", 0, 400), ("morning", 500, 900), ("all", 1900, 2000),
    ]  # fmt: skip
    assert [round(one.probability, 2) for one in words] == [0.75, 0.61, 1.0]
    (asked,) = here.asked
    assert {name: value.decode() for name, value in asked.items() if name != "file"} == {
        "model": "voice", "response_format": "verbose_json", "timestamp_granularities[]": "word", "temperature": "0",
        "language": "en", "prompt": "Northwind",
    }  # fmt: skip
    assert asked["file"] == wave_file(noise(2.0))
    assert (here.keys, here.paths) == (["Bearer secret"], ["/v1/audio/transcriptions"])


def test_the_sound_is_sent_as_it_is(tmp_path: Path) -> None:
    sound = noise(1.0)
    path = tmp_path / "window.wav"
    path.write_bytes(wave_file(sound))
    assert np.abs(decode(path).samples[0] - sound).max() <= 1 / 32_768


@pytest.mark.parametrize(("said", "expected"), [("Dutch", "nl"), ("en", "en"), ("dutch", "nl")])
def test_the_language_is_what_the_server_heard(said: str, expected: str) -> None:
    with standing(saying({"text": "", "language": said})) as here:
        chances = here.engine().detect_language(noise(1.0), among=("nl", "en"))
    assert chances == {"nl": float(expected == "nl"), "en": float(expected == "en")}
    assert "language" not in here.asked[0]


@pytest.mark.parametrize(
    ("said", "expected"), [("Welsh", {"nl": 0.0, "en": 0.0, "welsh": 1.0}), ("", {"nl": 0.5, "en": 0.5})]
)
def test_a_language_nobody_set_is_told_and_none_decides_nothing(said: str, expected: dict[str, float]) -> None:
    with standing(saying({"text": "", "language": said})) as here:
        assert here.engine().detect_language(noise(1.0), among=("nl", "en")) == expected


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (saying({}, status=401), "The transcription server 127.0.0.1 does not accept the key."),
        (saying({"error": {"message": "no such model"}}, status=404), "answered 404: no such model"),
        (saying({"detail": "model not loaded"}, status=500), "answered 500: model not loaded"),
        (lambda _: (418, b"<html>"), "answered 418: I'm a Teapot"),
        (lambda _: (200, b"<html>welcome</html>"), "answered something that is no transcription"),
        (saying(["text"]), "answered something that is no transcription"),
        (saying({"text": "hello"}), "gives no times of words with the model voice"),
        (saying({"text": "hello", "words": [{"word": "hello"}]}), "answered something that is no transcription"),
        (saying({"text": "hello", "words": [word("hello", float("nan"), 1.0)]}), "something that is no transcription"),
        (saying({"text": "hello", "words": "hello"}), "answered something that is no transcription"),
    ],
)
def test_an_answer_that_is_no_use_is_refused_in_words(answer: Answer, sentence: str) -> None:
    with standing(answer) as here, pytest.raises(ModelError) as refused:
        here.engine().recognise(noise(1.0), language="en")
    assert sentence in str(refused.value)
    assert (len(here.asked), here.slept) == (1, [])


def test_a_server_that_is_busy_is_asked_again() -> None:
    answers = iter([saying({}, status=503), saying({}, status=429), saying({"text": ""})])

    def answer(fields: dict[str, bytes]) -> tuple[int, bytes]:
        return next(answers)(fields)

    with standing(answer) as here:
        assert here.engine().recognise(noise(1.0), language="en") == []
    assert (len(here.asked), here.slept) == (3, [1.0, 4.0])


def test_a_server_that_stays_busy_is_given_up_with_its_reason() -> None:
    with standing(saying({"error": "overloaded"}, status=503)) as here, pytest.raises(ModelError) as refused:
        here.engine().recognise(noise(1.0), language="en")
    assert str(refused.value) == "The transcription server 127.0.0.1 answered 503: overloaded"


def test_a_server_that_is_not_there_says_so() -> None:
    with standing(saying({})) as here:
        engine = here.engine()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:\d+ cannot be reached \(Connection refused\)"):
        engine.recognise(noise(1.0), language="en")
    assert here.slept == [1.0, 4.0]


def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    done = threading.Event()

    def late(_fields: dict[str, bytes]) -> tuple[int, bytes]:
        done.wait(20)
        return 200, b"{}"

    with standing(late) as here:
        with pytest.raises(ModelError, match="did not answer within"):
            here.engine(seconds=0.1).recognise(noise(1.0), language="en")
        done.set()


@pytest.mark.parametrize(
    "address", ["", "speech", "ftp://10.0.0.1", "http://", "http://10.0.0.1:none", "http://[10.0.0.1]", "/v1"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ModelError, match="needs an address such as"):
        HttpEngine(Server(address), model="voice")


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "172.32.0.1", "193.0.0.1"])
def test_an_address_outside_is_refused_before_anything_is_sent(address: str) -> None:
    shown = f"[{address}]" if ":" in address else address
    assert not is_inside(address)
    with pytest.raises(ModelError, match="outside the company's network"):
        HttpEngine(Server(f"https://{shown}/v1"), model="voice")
    assert HttpEngine(Server(f"https://{shown}/v1", outside=True), model="voice").model == "voice"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "fd00::1", "fe80::1"])
def test_an_address_inside_is_allowed(address: str) -> None:
    assert is_inside(address)


def test_a_name_that_leads_outside_is_refused_once_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with standing(saying({"text": ""})) as here:
        monkeypatch.setattr("transcribe.http_engine.is_inside", lambda _address: False)
        named = HttpEngine(Server(here.address.replace("127.0.0.1", "localhost")), model="voice")
        with pytest.raises(ModelError, match=r"localhost \(127\.0\.0\.1\) is outside"):
            named.recognise(noise(1.0), language="en")
    assert here.asked == []


def test_many_windows_keep_their_order_and_tell_of_each() -> None:
    def answer(fields: dict[str, bytes]) -> tuple[int, bytes]:
        seconds = (len(fields["file"]) - 44) // 32_000
        return 200, json.dumps({"text": "x", "words": [word(f"{seconds} s", 0.0, 0.5)]}).encode()

    told: list[int] = []
    with standing(answer) as here:
        found = here.engine(batch=2).recognise_many(
            [noise(float(length)) for length in (3, 1, 2)], language="en", report_window=told.append
        )
    assert [[one.text for one in words] for words in found] == [["3 s"], ["1 s"], ["2 s"]]
    assert told == [0, 1, 2]


def test_it_stops_between_windows() -> None:
    def stop(done: int) -> None:
        if done == 1:
            raise CancelledError("Stopped.")

    with standing(saying({"text": ""})) as here, pytest.raises(CancelledError):
        here.engine().recognise_many([noise(1.0)] * 4, language="en", report_window=stop)
    assert len(here.asked) == 1


@pytest.mark.speech
def test_a_server_with_the_same_weights_says_the_same_words_at_the_same_times() -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    from transcribe.whisper_engine import load_whisper  # noqa: PLC0415 - only where it is installed

    voice = load_whisper("demo-voice", threads=1)
    sound = whole(gate(decode(CLIPS / "parties-nl.ogg").samples, sample_rate=16_000).samples[0])

    def heard(samples: NDArray[np.float32]) -> list[Word]:
        return voice.recognise(samples, language="nl")

    def answer(fields: dict[str, bytes]) -> tuple[int, bytes]:
        samples = np.frombuffer(BytesIO(fields["file"]).getvalue()[44:], "<i2").astype(np.float32) / np.float32(32_768)
        words = heard(samples)
        return 200, json.dumps({
            "text": " ".join(one.text for one in words),
            "words": [word(one.text, one.start_ms / 1000, one.end_ms / 1000, probability=one.probability)
                      for one in words],
        }).encode()  # fmt: skip

    with standing(answer) as here:
        found = here.engine().recognise(sound, language="nl")
    expected = heard(sound)
    assert [one.text for one in found] == [one.text for one in expected]
    # 16-bit sound is not quite the sound it was made from: one step of the encoder is forgiven.
    assert all(abs(one.start_ms - other.start_ms) <= 20 for one, other in zip(found, expected, strict=True))
