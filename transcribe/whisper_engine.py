"""Words by openai-whisper: one encoder pass for each window, words timed by cross-attention."""

import pickle
import urllib.error
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe import whisper_files as files
from transcribe.alignment import TimedWord, timed_words
from transcribe.errors import ModelError
from transcribe.passes import WINDOW, Decoded, Kept, heard_alone, heard_together
from transcribe.recogniser import ReportWindow
from transcribe.types import Word

#: Windows decoded at a time unless told otherwise.
BATCH = 8
#: What the windows of one batch may take of memory: in the encoder's widest layer, and as keys and values of the decoder.
ENCODER_BYTES = 128 * 2**20
DECODER_BYTES = 2**30


class WhisperEngine:
    """A loaded Whisper model. Not safe for use by several threads at once."""

    engine = "openai-whisper"

    def __init__(self, network: Any, *, model: str, beam_size: int | None = None, batch: int = BATCH) -> None:
        self.model = model
        self.beam_size = beam_size
        self.batch = batch
        self.network = network
        self._kept = Kept()
        #: Windows by identity, each with what is kept of it; holding the window keeps its identity its own.
        self._cross: dict[int, tuple[Any, Any]] = {}
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
        dims = self.network.dims
        # Keys and values of every window's sound, for every layer and each of the beams.
        window = 2 * dims.n_text_layer * dims.n_audio_ctx * dims.n_text_state * self._dtype.itemsize
        most = min(self.batch, DECODER_BYTES // (window * (self.beam_size or 1)))
        return heard_together(
            self, pieces, language=language, prompt=prompt, most=max(1, most), report_window=report_window
        )

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Return the probability of each language of ``among`` in at most 30 s of speech."""
        if len(among) < 2 or not self.network.is_multilingual:
            return dict.fromkeys(among, 1.0 / max(1, len(among)))
        import torch  # noqa: PLC0415

        (encoded,) = self.encode([samples])
        self._kept.keep(samples, encoded)
        with torch.inference_mode():
            _, found = self.network.detect_language(encoded)
        total = sum(found.get(language, 0.0) for language in among) or 1.0
        return {language: found.get(language, 0.0) / total for language in among}

    def encode(self, pieces: Sequence[NDArray[np.float32]]) -> list[Any]:
        """Return the encoder's output, (1500, width), of each window; those that voted on the language are at hand."""
        found = [self._kept.of(piece) for piece in pieces]
        missing = [place for place, one in enumerate(found) if one is None]
        dims = self.network.dims
        size = max(1, ENCODER_BYTES // (4 * dims.n_audio_ctx * dims.n_audio_state * self._dtype.itemsize))
        for start in range(0, len(missing), size):
            places = missing[start : start + size]
            for place, one in zip(places, self._encoded([pieces[place] for place in places]), strict=True):
                found[place] = one
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

        return torch.float32 if self.network.device.type == "cpu" else torch.float16

    def decode(self, encoded: Sequence[Any], *, language: str, prompt: str, temperature: float) -> list[Decoded]:
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
        with torch.random.fork_rng(enabled=temperature > 0), self._crossing(encoded, keep=temperature == 0.0):
            if temperature > 0:
                torch.manual_seed(0)
            results = decode(self.network, torch.stack(list(encoded)), options)
        return [
            Decoded(tuple(one.tokens), one.avg_logprob, one.no_speech_prob, one.compression_ratio) for one in results
        ]

    def timed(self, encoded: Any, *, tokens: Sequence[int], language: str, seconds: float) -> list[TimedWord]:
        """Time the text ``tokens`` of one window by the decoder's attention to it."""
        tokenizer = tokenizer_of(self.network, language=language)
        _window, cross = self._cross.pop(id(encoded), (None, None))
        return timed_words(
            self.network, encoded=encoded, tokens=tokens, tokenizer=tokenizer, seconds=seconds, cross=cross
        )

    @contextmanager
    def _crossing(self, encoded: Sequence[Any], *, keep: bool) -> Iterator[None]:
        """Keep what decoding computes of each window for its cross-attention, so that timing need not do it again."""
        if not keep:
            yield
            return
        self._cross.clear()
        made: dict[Any, Any] = {}
        parts = [
            part for block in self.network.decoder.blocks for part in (block.cross_attn.key, block.cross_attn.value)
        ]
        hooks = [part.register_forward_hook(lambda part, _, out: made.__setitem__(part, out)) for part in parts]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()
        if all(len(out) == len(encoded) for out in made.values()):  # beams have one for each
            for place, one in enumerate(encoded):
                self._cross[id(one)] = (one, {part: out[place : place + 1] for part, out in made.items()})

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
    device: str = "cpu",
    beam_size: int | None = None,
    batch: int = BATCH,
) -> WhisperEngine:
    """Load a Whisper model by official name, by path (``.pt`` or ``.pt.xz``) or as ``demo-voice``.

    Official models are looked for, and kept, in ``folder``; packed ones are unpacked in ``cache``. ``threads`` limits
    torch in the whole process; ``batch`` windows are decoded at a time. Raises ``ModelError`` when the model is missing, damaged or of another kind.
    """
    import torch  # noqa: PLC0415

    if threads is not None:
        torch.set_num_threads(threads)
    import whisper  # noqa: PLC0415

    known: dict[str, str] = whisper._MODELS  # noqa: SLF001 - the only place of the table
    if name in known:
        network = _downloaded(name, address=known[name], folder=folder or files.default_folder(), device=device)
        return WhisperEngine(network, model=name, beam_size=beam_size, batch=batch)
    path = files.DEMO_VOICE_PATH if name == files.DEMO_VOICE else Path(name)
    if not path.exists() and path.name == name and not path.suffix:
        raise ModelError(files.UNKNOWN, name=name, known=", ".join([*known, files.DEMO_VOICE]))
    with files.unpacked(path, cache=cache) as plain:
        network = _loaded(plain, shown=path, device=device)
        official = None if name == files.DEMO_VOICE else files.official_name(plain, known)
    if official:
        # Given a path, whisper takes the heads of an unknown model, which makes word times worse.
        network.set_alignment_heads(whisper._ALIGNMENT_HEADS[official])  # noqa: SLF001
    return WhisperEngine(
        network, model=path.name.removesuffix(".xz").removesuffix(".pt"), beam_size=beam_size, batch=batch
    )


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
