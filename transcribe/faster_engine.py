"""Words by faster-whisper: a Whisper model in CTranslate2's form, int8 on a processor, float16 on a GPU."""

import json
import logging
import os
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.alignment import FRAMES_A_SECOND, MEDIAN_WIDTH, TimedWord, words_on_path
from transcribe.devices import AUTO, CUDA, ct2_device
from transcribe.errors import N_, ModelError
from transcribe.languages import likeliest
from transcribe.passes import BATCH, DECODER_BYTES, WINDOW, Decoded, Kept, heard_alone, heard_together
from transcribe.pyannote_refusals import is_hub_name
from transcribe.recogniser import ReportWindow
from transcribe.types import Word
from transcribe.whisper_shapes import held_bytes

#: Tokens of the context, and those of them that a window's text may take.
CONTEXT, LONGEST_TEXT = 448, 224
#: The first timestamp of a window lies within its first second.
LATEST_FIRST_STAMP = 50
NEEDED_FILES = ("model.bin", "config.json", "tokenizer.json")
POINTER = b"version https://git-lfs"

NOT_INSTALLED = N_("The engine faster-whisper needs the package {name}, which is not installed. Add the extra “fast”.")
MISSING = N_(
    "There is no CTranslate2 model {name}: the folder {folder} does not exist. "
    "Copy one there, or make it with `steekproef models convert`."
)
NO_FOLDER = N_("The model {path} is a file. faster-whisper needs a CTranslate2 folder; `models convert` makes one.")
INCOMPLETE = N_("The folder {folder} is no complete CTranslate2 model: {file} is missing. Copy it again.")
POINTER_ONLY = N_("The file {file} is only a git-lfs pointer, not the model itself. Run `git lfs pull` there.")
DAMAGED = N_("The CTranslate2 model in {folder} is damaged or incomplete ({reason}). Copy it again.")
FOREIGN = N_("The folder {folder} holds a CTranslate2 model that is no Whisper model.")


class FasterEngine:
    """A loaded CTranslate2 Whisper model. Not safe for use by several threads at once."""

    engine = "faster-whisper"
    #: There are reports of words lost in this engine: speech that got none is heard again by itself.
    checked = True

    def __init__(self, loaded: Any, *, model: str, beam_size: int | None = None, batch: int = BATCH) -> None:
        self.model = model
        self.beam_size = beam_size
        self.batch = batch
        self._loaded = loaded
        self._kept = Kept()
        self._tokenizer = lru_cache(maxsize=8)(self._make_tokenizer)

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Return the words of mono 16 kHz ``samples``, at most 30 s of it, timed from their start."""
        return heard_alone(self, samples, language=language, prompt=prompt)

    def recognise_many(
        self, pieces: Sequence[NDArray[np.float32]], *, language: str, prompt: str = "", report_window: ReportWindow
    ) -> list[list[Word]]:
        """Return the words of each of ``pieces``, ``batch`` of them decoded together."""
        return heard_together(
            self, pieces, language=language, prompt=prompt, most=self.batch, report_window=report_window
        )

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Return the probability of each of ``among``, and of a likelier other, in at most 30 s of speech."""
        if not self._loaded.model.is_multilingual:
            return dict.fromkeys(among, 1.0 / max(1, len(among)))
        (encoded,) = self.encode([samples])
        self._kept.keep(samples, encoded)
        (found,) = self._loaded.model.detect_language(view_of([encoded]))
        return likeliest({token.strip("<|>"): float(chance) for token, chance in found}, among=among)

    def encode(self, pieces: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Return the encoder's output, (1500, width), of each window; those that voted on the language are at hand."""
        kept = [self._kept.taken(piece) for piece in pieces]
        return [self._encoded(piece) if one is None else one for piece, one in zip(pieces, kept, strict=True)]

    def _encoded(self, piece: NDArray[np.float32]) -> NDArray[np.float32]:
        sound = np.zeros(WINDOW, np.float32)
        sound[: len(piece)] = piece[:WINDOW]
        mel = self._loaded.feature_extractor(sound, padding=0)
        # A view of the library's memory would die with it.
        encoded: NDArray[np.float32] = np.array(self._loaded.model.encode(view_of([mel]), to_cpu=True))[0]
        return encoded

    def decode(
        self, encoded: Sequence[NDArray[np.float32]], *, language: str, prompt: str, temperature: float
    ) -> list[Decoded]:
        """Decode windows together. CTranslate2 throws its dice on: at a temperature no two calls need agree."""
        from faster_whisper.transcribe import get_suppressed_tokens  # noqa: PLC0415

        tokenizer = self._tokenizer(language)
        head = list(tokenizer.sot_sequence)
        if prompt:
            before = tokenizer.encode(" " + prompt.strip())[-(CONTEXT // 2 - 1) :]
            head = [tokenizer.sot_prev, *before, *head]
        warm: dict[str, Any] = {"beam_size": 1, "sampling_topk": 0, "sampling_temperature": temperature}
        most = max(1, DECODER_BYTES // held_bytes(encoded[0].shape[-1]))
        found: list[Decoded] = []
        for first in range(0, len(encoded), most):
            some = encoded[first : first + most]
            results = self._loaded.model.generate(
                view_of(some),
                [head] * len(some),
                max_length=min(CONTEXT, len(head) + LONGEST_TEXT),
                return_scores=True,
                return_no_speech_prob=True,
                suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
                max_initial_timestamp_index=LATEST_FIRST_STAMP,
                **(warm if temperature > 0 else {"beam_size": self.beam_size or 1}),
            )
            found += [self._decoded(one, tokenizer=tokenizer) for one in results]
        return found

    def _decoded(self, result: Any, *, tokenizer: Any) -> Decoded:
        tokens = tuple(result.sequences_ids[0])
        # The score is the mean over the tokens; openai-whisper's also counts the end.
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        text = tokenizer.decode(list(tokens)).strip().encode()
        return Decoded(tokens, logprob, result.no_speech_prob, len(text) / len(zlib.compress(text)))

    def timed(
        self,
        encoded: Sequence[NDArray[np.float32]],
        *,
        texts: Sequence[Sequence[int]],
        language: str,
        seconds: Sequence[float],
    ) -> list[list[TimedWord]]:
        """Time the text tokens of windows by the decoder's attention to them."""
        tokenizer = self._tokenizer(language)
        parts = [tokenizer.split_to_word_tokens([*text, tokenizer.eot]) for text in texts]
        worth = [place for place, (words, _) in enumerate(parts) if len(words) > 1]
        timed: list[list[TimedWord]] = [[] for _ in texts]
        aligned = self._loaded.model.align(
            view_of([encoded[place] for place in worth]),
            tokenizer.sot_sequence,
            [list(texts[place]) for place in worth],
            # Frames of sound are counted in steps of 10 ms here, two for each step of the encoder.
            [2 * max(1, round(seconds[place] * FRAMES_A_SECOND)) for place in worth],
            median_filter_width=MEDIAN_WIDTH,
        ) if worth else []  # fmt: skip
        for place, found in zip(worth, aligned, strict=True):
            path = np.array(found.alignments, dtype=np.intp)
            timed[place] = words_on_path(
                *parts[place], rows=path[:, 0], columns=path[:, 1], probabilities=found.text_token_probs
            )
        return timed

    def first_stamp(self, *, language: str) -> int:
        """The token of the timestamp 0.00."""
        return int(self._tokenizer(language).timestamp_begin)

    def _make_tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415

        model = self._loaded
        return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)


def view_of(arrays: Sequence[NDArray[np.float32]]) -> Any:
    """Return equally large arrays as one batch in CTranslate2's own form."""
    import ctranslate2  # noqa: PLC0415

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.stack(arrays)))


def load_faster(
    name: str,
    *,
    folder: Path | None = None,
    threads: int | None = None,
    device: str = AUTO,
    compute_type: str | None = None,
    beam_size: int | None = None,
    batch: int = BATCH,
) -> FasterEngine:
    """Load a CTranslate2 Whisper model by the path of its folder, or by the name of one in ``folder``.

    ``device`` is one of ``DEVICES``. Nothing is downloaded. Raises ``ModelError``
    when the package or the model is missing, damaged or of another kind.
    """
    path = ct2_folder(name, folder=folder)
    check_ct2(path, name=name)
    # The hub's client reads this when it is imported: a model that is here needs nobody to be asked.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import ctranslate2  # noqa: PLC0415
        from faster_whisper import WhisperModel  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(NOT_INSTALLED, name=str(error.name)) from error
    ctranslate2.set_log_level(logging.ERROR)
    ctranslate2.set_random_seed(1)
    device = ct2_device(device)
    try:
        loaded = WhisperModel(
            str(path),
            device=device,
            compute_type=compute_type or ("float16" if device == CUDA else "int8"),
            cpu_threads=threads or 0,
            local_files_only=True,
        )
    except Exception as error:  # the tokenizers package raises bare Exception for a file it cannot read
        raise ModelError(DAMAGED, folder=str(path), reason=_reason(error)) from error
    return FasterEngine(loaded, model=path.name, beam_size=beam_size, batch=batch)


def ct2_folder(name: str, *, folder: Path | None) -> Path:
    """Where the CTranslate2 model ``name`` lies or should lie; one of the hub under the last part of its name."""
    path = Path(name).expanduser()
    if folder is None or path.exists() or not (path.name == name or is_hub_name(name)):
        return path
    return folder / path.name


def check_ct2(path: Path, *, name: str) -> None:
    """Refuse, with a ``ModelError``, what is not a whole CTranslate2 folder of a Whisper model."""
    if not path.exists():
        raise ModelError(MISSING, name=name, folder=str(path))
    if not path.is_dir():
        raise ModelError(NO_FOLDER, path=str(path))
    for file in NEEDED_FILES:
        if not (path / file).is_file():
            raise ModelError(INCOMPLETE, folder=str(path), file=file)
        with (path / file).open("rb") as opened:
            head = opened.read(64)
        if head.startswith(POINTER):
            raise ModelError(POINTER_ONLY, file=str(path / file))
        # A CTranslate2 file names its kind right after its version.
        if file == "model.bin" and b"WhisperSpec" not in head:
            raise ModelError(FOREIGN if b"Spec" in head else DAMAGED, folder=str(path), reason=file)
    try:
        json.loads((path / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(DAMAGED, folder=str(path), reason="config.json") from error


def _reason(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
