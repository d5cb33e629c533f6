"""Words by openai-whisper: one encoder pass for each window, words timed by cross-attention."""

import pickle
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe import whisper_files as files
from transcribe.alignment import TimedWord, timed_words
from transcribe.crossing import EncodedWindow, crossing_bytes, hearing
from transcribe.devices import CPU, torch_device
from transcribe.errors import ModelError
from transcribe.fetching import digest
from transcribe.languages import likeliest
from transcribe.passes import BATCH, DECODER_BYTES, KEPT_WINDOWS, WINDOW, Decoded, Kept, heard_alone, heard_together
from transcribe.recogniser import ReportWindow
from transcribe.types import Word

#: What the windows of one batch may take of memory in the encoder's widest layer.
ENCODER_BYTES = 128 * 2**20
#: What windows that voted on the language may hold of that until they are decoded.
WAITING_BYTES = DECODER_BYTES // 2


class WhisperEngine:
    """A loaded Whisper model. Not safe for use by several threads at once."""

    engine = "openai-whisper"

    def __init__(self, network: Any, *, model: str, beam_size: int | None = None, batch: int = BATCH) -> None:
        self.model = model
        self.beam_size = beam_size
        self.batch = batch
        self.network = network
        self._kept = Kept()
        tokenizer_of(network, language="en")  # the vocabulary is read once, here

    @property
    def checked(self) -> bool:
        """Batches are checked: speech that got no words in one is heard again by itself."""
        return self.batch > 1

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Return the words of mono 16 kHz ``samples``, at most 30 s of it, timed from their start."""
        return heard_alone(self, samples, language=language, prompt=prompt)

    def recognise_many(
        self, pieces: Sequence[NDArray[np.float32]], *, language: str, prompt: str = "", report_window: ReportWindow
    ) -> list[list[Word]]:
        """Return the words of each of ``pieces``; as many are decoded together as the setting and memory allow."""
        # The package's decoder takes beams for one window at a time.
        most = 1 if self.beam_size else min(self.batch, DECODER_BYTES // crossing_bytes(self.network))
        return heard_together(
            self, pieces, language=language, prompt=prompt, most=max(1, most), report_window=report_window
        )

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Return the probability of each of ``among``, and of a likelier other, in at most 30 s of speech."""
        if not self.network.is_multilingual:
            return dict.fromkeys(among, 1.0 / max(1, len(among)))
        import torch  # noqa: PLC0415

        (window,) = self.encode([samples])
        with torch.inference_mode(), hearing(self.network, [window]) as states:
            _, (found,) = self.network.detect_language(states)
        if KEPT_WINDOWS * crossing_bytes(self.network) > WAITING_BYTES:
            window.crossing.clear()
        self._kept.keep(samples, window)
        return likeliest(found, among=among)

    def encode(self, pieces: Sequence[NDArray[np.float32]]) -> list[EncodedWindow]:
        """Return each window as the encoder leaves it; those that voted on the language are at hand."""
        found = [self._kept.taken(piece) for piece in pieces]
        missing = [place for place, one in enumerate(found) if one is None]
        dims = self.network.dims
        size = max(1, ENCODER_BYTES // (4 * dims.n_audio_ctx * dims.n_audio_state * self._dtype.itemsize))
        for start in range(0, len(missing), size):
            places = missing[start : start + size]
            for place, states in zip(places, self._encoded([pieces[place] for place in places]), strict=True):
                found[place] = EncodedWindow(states)
        return found

    def _encoded(self, pieces: Sequence[NDArray[np.float32]]) -> Any:
        import torch  # noqa: PLC0415
        from whisper.audio import log_mel_spectrogram, pad_or_trim  # noqa: PLC0415

        mels = [log_mel_spectrogram(pad_or_trim(piece, WINDOW), self.network.dims.n_mels) for piece in pieces]
        with torch.inference_mode():
            return self.network.encoder(torch.stack(mels).to(self.network.device, self._dtype))

    @property
    def _dtype(self) -> Any:
        import torch  # noqa: PLC0415

        return torch.float32 if self.network.device.type == CPU else torch.float16

    def decode(
        self, encoded: Sequence[EncodedWindow], *, language: str, prompt: str, temperature: float
    ) -> list[Decoded]:
        """Decode windows together by whisper's own interface; chance, at a temperature, is the same every time."""
        import torch  # noqa: PLC0415
        from whisper.decoding import DecodingOptions, decode  # noqa: PLC0415

        options = DecodingOptions(
            language=language,
            temperature=temperature,
            beam_size=self.beam_size if temperature == 0.0 else None,
            prompt=prompt or None,
            fp16=self._dtype == torch.float16,
        )
        with torch.random.fork_rng(enabled=temperature > 0), hearing(self.network, encoded) as states:
            if temperature > 0:
                torch.manual_seed(0)
            results = decode(self.network, states, options)
        return [
            Decoded(tuple(one.tokens), one.avg_logprob, one.no_speech_prob, one.compression_ratio) for one in results
        ]

    def timed(
        self,
        encoded: Sequence[EncodedWindow],
        *,
        texts: Sequence[Sequence[int]],
        language: str,
        seconds: Sequence[float],
    ) -> list[list[TimedWord]]:
        """Time the texts of windows by the decoder's attention to them, in one pass."""
        tokenizer = tokenizer_of(self.network, language=language)
        return timed_words(self.network, encoded, texts=texts, tokenizer=tokenizer, seconds=seconds)

    def first_stamp(self, *, language: str) -> int:
        """The token of the timestamp 0.00."""
        return int(tokenizer_of(self.network, language=language).timestamp_begin)


def tokenizer_of(network: Any, *, language: str) -> Any:
    """Return Whisper's tokenizer for a language."""
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415

    with warnings.catch_warnings():
        # The package reads its vocabulary from a file that it never closes.
        warnings.simplefilter("ignore", ResourceWarning)
        return get_tokenizer(network.is_multilingual, num_languages=network.num_languages, language=language)


def load_whisper(
    name: str,
    *,
    folder: Path | None = None,
    cache: Path | None = None,
    threads: int | None = None,
    device: str = CPU,
    beam_size: int | None = None,
    batch: int = BATCH,
) -> WhisperEngine:
    """Load a Whisper model by official name, by path (``.pt`` or ``.pt.xz``) or as ``demo-voice``.

    Official models are looked for in ``folder`` and in openai-whisper's own; none is downloaded. Packed ones are
    unpacked in ``cache``. ``threads`` limits torch in the whole process; ``device`` is one of ``DEVICES``; ``batch``
    windows are decoded at a time. Raises ``ModelError`` when the model is missing, damaged or of another kind.
    """
    import torch  # noqa: PLC0415

    if threads is not None:
        torch.set_num_threads(threads)
    known = files.addresses()
    if name in known:
        path = _official(name, address=known[name], folder=folder)
    else:
        path = files.DEMO_VOICE_PATH if name == files.DEMO_VOICE else Path(name)
        if not path.exists() and path.name == name and not path.suffix:
            raise ModelError(files.UNKNOWN, name=name, known=", ".join([*known, files.DEMO_VOICE]))
    with files.unpacked(path, cache=cache) as plain:
        network = _loaded(plain, shown=path, device=torch_device(device))
        official = None if name == files.DEMO_VOICE else files.official_name(plain, known)
    if official:
        import whisper  # noqa: PLC0415

        # Given a path, whisper takes the heads of an unknown model, which makes word times worse.
        network.set_alignment_heads(whisper._ALIGNMENT_HEADS[official])  # noqa: SLF001 - the only place of the table
    shown = name if name in known else path.name.removesuffix(".xz").removesuffix(".pt")
    return WhisperEngine(network, model=shown, beam_size=beam_size, batch=batch)


def _official(name: str, *, address: str, folder: Path | None) -> Path:
    """Where an official model lies, once its file is known to be whole; nothing is downloaded."""
    path = files.official_file(name, folder=folder)
    if path is None:
        raise ModelError(files.NOT_HERE, name=name, folder=str(folder or files.default_folder()))
    if digest(path) != files.digest_in(address):
        raise ModelError(files.NOT_WHISPERS, file=str(path), name=name)
    return path


def _loaded(path: Path, *, shown: Path, device: str) -> Any:
    import torch  # noqa: PLC0415
    import whisper  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # What torch remarks about a foreign file is said below in one sentence.
            warnings.simplefilter("ignore")
            return whisper.load_model(str(path), device=device)
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(files.FOREIGN, path=str(shown)) from error
    except torch.OutOfMemoryError as error:
        raise ModelError(files.NO_ROOM, path=str(shown)) from error
    except (RuntimeError, EOFError, pickle.UnpicklingError, ValueError) as error:
        wanted = files.FOREIGN if "state_dict" in str(error) or "Weights only" in str(error) else files.DAMAGED
        raise ModelError(wanted, path=str(shown)) from error
