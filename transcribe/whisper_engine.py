"""Words by openai-whisper: one encoder pass for each window, words timed by cross-attention."""

import hashlib
import pickle
import urllib.error
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe import whisper_files as files
from transcribe.alignment import timed_words
from transcribe.audio import SPEECH_RATE
from transcribe.errors import ModelError
from transcribe.types import Word

#: A window of the encoder: 30 s, always.
WINDOW = 30 * SPEECH_RATE
#: Seconds a timestamp token.
SECONDS_A_STAMP = 0.02
#: Tried one after the other until the text looks sound.
TEMPERATURES = (0.0, 0.2, 0.4)
#: Whisper's own limits: a text less probable, or packing better than this, is tried again or is silence.
LEAST_LOGPROB = -1.0
MOST_COMPRESSION = 2.4
NO_SPEECH = 0.6
#: What is left of a window after the last word that is worth another pass, in samples.
WORTH_A_PASS = SPEECH_RATE
#: Encoded windows kept in memory (1 to 8 MB each).
KEPT_WINDOWS = 4


@dataclass(frozen=True, slots=True)
class _Segment:
    """A piece of text between two timestamps, in seconds of the window."""

    start: float
    end: float
    tokens: tuple[int, ...]


class WhisperEngine:
    """A loaded Whisper model. Not safe for use by several threads at once."""

    engine = "openai-whisper"

    def __init__(self, network: Any, *, model: str, beam_size: int | None = None) -> None:
        self.model = model
        self.beam_size = beam_size
        self._network = network
        self._kept: dict[bytes, Any] = {}
        tokenizer_of(network, language="en")  # the vocabulary is read once, here

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Return the words of mono 16 kHz ``samples``, at most 30 s of it, timed from their start."""
        words: list[Word] = []
        start = 0
        while len(samples) - start >= WORTH_A_PASS or (start == 0 and len(samples)):
            rest = samples[start : start + WINDOW]
            heard, done = self._one_pass(rest, language=language, prompt=prompt)
            offset_ms = start * 1000 // SPEECH_RATE
            words += [
                Word(word.text, word.start_ms + offset_ms, word.end_ms + offset_ms, word.probability) for word in heard
            ]
            start += done
        return words

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Return the probability of each language of ``among`` in at most 30 s of speech."""
        if len(among) < 2 or not self._network.is_multilingual:
            return dict.fromkeys(among, 1.0 / max(1, len(among)))
        import torch  # noqa: PLC0415

        with torch.inference_mode():
            _, found = self._network.detect_language(self._encoded(samples))
        total = sum(found.get(language, 0.0) for language in among) or 1.0
        return {language: found.get(language, 0.0) / total for language in among}

    def _encoded(self, samples: NDArray[np.float32]) -> Any:
        """Return the encoder's output for one window; windows that voted on the language are kept for their words."""
        key = hashlib.blake2b(samples.tobytes()).digest()
        if key not in self._kept:
            while len(self._kept) >= KEPT_WINDOWS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = self._encode(samples)
        return self._kept[key]

    def _encode(self, samples: NDArray[np.float32]) -> Any:
        import torch  # noqa: PLC0415
        from whisper.audio import log_mel_spectrogram, pad_or_trim  # noqa: PLC0415

        mel = log_mel_spectrogram(pad_or_trim(samples, WINDOW), self._network.dims.n_mels)
        with torch.inference_mode():
            return self._network.encoder(mel[None].to(self._network.device, self._dtype))[0]

    @property
    def _dtype(self) -> Any:
        import torch  # noqa: PLC0415

        return torch.float32 if self._network.device.type == "cpu" else torch.float16

    def _one_pass(self, samples: NDArray[np.float32], *, language: str, prompt: str) -> tuple[list[Word], int]:
        """Return the words of one window and how many samples of it are dealt with."""
        tokenizer = tokenizer_of(self._network, language=language)
        encoded = self._encoded(samples)
        result = self._decoded(encoded, language=language, prompt=prompt)
        if result.no_speech_prob > NO_SPEECH and result.avg_logprob < LEAST_LOGPROB:
            return [], len(samples)
        seconds = len(samples) / SPEECH_RATE
        segments, finished = _segments(result.tokens, first_stamp=tokenizer.timestamp_begin, seconds=seconds)
        tokens = [token for segment in segments for token in segment.tokens]
        words = self._timed(tokens, encoded=encoded, tokenizer=tokenizer, seconds=seconds)
        if finished or not segments:
            return words, len(samples)
        return words, max(WORTH_A_PASS, int(segments[-1].end * SPEECH_RATE))

    def _decoded(self, encoded: Any, *, language: str, prompt: str) -> Any:
        """Decode greedily, then warmer, until a text is neither improbable nor repeating itself."""
        import torch  # noqa: PLC0415
        from whisper.decoding import DecodingOptions, decode  # noqa: PLC0415

        best: Any = None
        for temperature in TEMPERATURES:
            options = DecodingOptions(
                language=language,
                temperature=temperature,
                beam_size=self.beam_size if temperature == 0.0 else None,
                prompt=prompt or None,
                fp16=self._dtype == torch.float16,
            )
            result = decode(self._network, encoded, options)
            if result.no_speech_prob > NO_SPEECH and result.avg_logprob < LEAST_LOGPROB:
                return result
            if result.compression_ratio <= MOST_COMPRESSION and result.avg_logprob >= LEAST_LOGPROB:
                return result
            if best is None or result.avg_logprob > best.avg_logprob:
                best = result
        return best

    def _timed(self, tokens: Sequence[int], *, encoded: Any, tokenizer: Any, seconds: float) -> list[Word]:
        words = []
        for word in timed_words(self._network, encoded=encoded, tokens=tokens, tokenizer=tokenizer, seconds=seconds):
            start_ms, end_ms = round(word.start * 1000), round(word.end * 1000)
            if word.text.strip():
                words.append(Word(word.text.strip(), start_ms, max(start_ms, end_ms), word.probability))
        return words


def tokenizer_of(network: Any, *, language: str) -> Any:
    """Return Whisper's tokenizer for a language."""
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415

    with warnings.catch_warnings():
        # The package reads its vocabulary from a file that it never closes.
        warnings.simplefilter("ignore", ResourceWarning)
        return get_tokenizer(network.is_multilingual, num_languages=network.num_languages, language=language)


def _segments(tokens: Sequence[int], *, first_stamp: int, seconds: float) -> tuple[list[_Segment], bool]:
    """Cut decoded tokens at their timestamps; the flag says whether the text came to its end."""
    segments: list[_Segment] = []
    start = 0.0
    text: list[int] = []
    for token in tokens:
        if token < first_stamp:
            text.append(token)
            continue
        stamp = min(seconds, (token - first_stamp) * SECONDS_A_STAMP)
        if text:
            segments.append(_Segment(start, max(start, stamp), tuple(text)))
            text = []
        start = stamp
    if text:
        # The decoder stopped without a closing timestamp; a window holds whole stretches of speech, so this is its end.
        segments.append(_Segment(start, seconds, tuple(text)))
    closed = bool(tokens) and tokens[-1] >= first_stamp and (len(tokens) < 2 or tokens[-2] < first_stamp)
    return segments, closed or bool(text)


def load_whisper(
    name: str,
    *,
    folder: Path | None = None,
    cache: Path | None = None,
    threads: int | None = None,
    device: str = "cpu",
    beam_size: int | None = None,
) -> WhisperEngine:
    """Load a Whisper model by official name, by path (``.pt`` or ``.pt.xz``) or as ``demo-voice``.

    Official models are looked for, and kept, in ``folder``; packed ones are unpacked in ``cache``. ``threads`` limits
    torch in the whole process. Raises ``ModelError`` when the model is missing, damaged or of another kind.
    """
    import torch  # noqa: PLC0415

    if threads is not None:
        torch.set_num_threads(threads)
    import whisper  # noqa: PLC0415

    known: dict[str, str] = whisper._MODELS  # noqa: SLF001 - the only place of the table
    if name in known:
        network = _downloaded(name, address=known[name], folder=folder or files.default_folder(), device=device)
        return WhisperEngine(network, model=name, beam_size=beam_size)
    path = files.DEMO_VOICE_PATH if name == files.DEMO_VOICE else Path(name)
    if not path.exists() and path.name == name and not path.suffix:
        raise ModelError(files.UNKNOWN, name=name, known=", ".join([*known, files.DEMO_VOICE]))
    with files.unpacked(path, cache=cache) as plain:
        network = _loaded(plain, shown=path, device=device)
        official = None if name == files.DEMO_VOICE else files.official_name(plain, known)
    if official:
        # Given a path, whisper takes the heads of an unknown model, which makes word times worse.
        network.set_alignment_heads(whisper._ALIGNMENT_HEADS[official])  # noqa: SLF001
    return WhisperEngine(network, model=path.name.removesuffix(".xz").removesuffix(".pt"), beam_size=beam_size)


def _loaded(path: Path, *, shown: Path, device: str) -> Any:
    import whisper  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # What torch remarks about a foreign file is said below in one sentence.
            warnings.simplefilter("ignore")
            return whisper.load_model(str(path), device=device)
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(files.FOREIGN, path=str(shown)) from error
    except (RuntimeError, EOFError, pickle.UnpicklingError, ValueError) as error:
        wanted = files.FOREIGN if "state_dict" in str(error) or "Weights only" in str(error) else files.DAMAGED
        raise ModelError(wanted, path=str(shown)) from error


def _downloaded(name: str, *, address: str, folder: Path, device: str) -> Any:
    import whisper  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # A file with another checksum is fetched again; when that fails the sentence below says so.
            warnings.simplefilter("ignore")
            return whisper.load_model(name, device=device, download_root=str(folder))
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        file = address.rsplit("/", 1)[-1]
        raise ModelError(files.OFFLINE, name=name, file=file, folder=str(folder)) from error
    except OSError as error:
        raise ModelError(files.FULL, name=name, folder=str(folder), reason=error.strerror or str(error)) from error
    except RuntimeError as error:
        raise ModelError(files.DAMAGED, path=str(folder / address.rsplit("/", 1)[-1])) from error
