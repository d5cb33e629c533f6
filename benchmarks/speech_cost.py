"""What a stereo call costs: the chain against the `whisper` command, against its bare network, against faster-whisper.

The network has the shapes of Whisper `small` and random weights, weakened so far that a script decides which tokens
are said and when: 87 in a window of packed speech, three turns of 8.5 s. The call is stereo, each party silent half
of the time; the command, which hears whole channels, says half as many tokens in each of its windows of 30 s. Everything runs
on one thread, and seconds are those of the processor.

Figures: seconds, and the ratios of the bars. `chain_to_whisper_command` is against the command's own defaults (beams
of 5, no word times, language detected), with conditioning on the text before switched off because a script is bound
to places; `chain_to_whisper_greedy` is against whisper decoding as greedily as the chain does, with word times.
`faster_...` is our chain with faster-whisper (int8) against the same two, against whisper itself decoding the windows
that the chain packs (greedily, with word times), and against our chain with openai-whisper, which does without most of
what whisper itself does.
What is compared with the chain runs beside it in each of three rounds; the middle one counts. The two commands, many
times as slow, run once.
"""

import os
import string
import tempfile
import warnings
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
import whisper
from numpy.typing import NDArray
from whisper.decoding import DecodingOptions

from transcribe.audio import SPEECH_RATE, decode
from transcribe.ct2_convert import convert
from transcribe.faster_engine import load_faster
from transcribe.gate import gate
from transcribe.packing import cut, pack, split_at_quiet
from transcribe.passes import BATCH, in_batches
from transcribe.pipeline import Options, transcribe_file
from transcribe.recogniser import Recogniser
from transcribe.types import ChannelRoles, Role, Transcript, Word
from transcribe.vad import SileroVad
from transcribe.whisper_engine import WhisperEngine, load_whisper, tokenizer_of

CLIPS = Path(__file__).parent.parent / "tests" / "transcribe" / "clips"
CALL_SECONDS, TURN_SECONDS = 102, 8.5
#: How often the chain and what it is compared with are measured, in turn.
ROUNDS = 3
#: Tokens in a window of packed speech, and the seconds they take: all lie within its sound.
TOKENS, SCRIPT_SECONDS = 87, 26.0
WIDTH, TIME_PART = 768, 64
VOCABULARY, CONTEXT, FRAMES = 51_865, 448, 1500
Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Silent:
    """A recogniser that costs nothing: one word a second."""

    engine: str = "none"
    model: str = "none"

    def recognise(self, samples: Sound, *, language: str, prompt: str = "") -> list[Word]:
        """Numbers."""
        del language, prompt
        return [Word(str(at), at * 1000, at * 1000 + 500) for at in range(len(samples) // SPEECH_RATE)]

    def detect_language(self, samples: Sound, *, among: Sequence[str]) -> dict[str, float]:
        """Any."""
        del samples
        return dict.fromkeys(among, 1 / len(among))


@contextmanager
def counted(seconds: dict[str, list[float]], name: str) -> Iterator[None]:
    """Add the processor's seconds of this process and its children to the list of ``name``."""
    before = sum(os.times()[:4])
    yield
    seconds.setdefault(name, []).append(sum(os.times()[:4]) - before)


def ratio(seconds: dict[str, list[float]], *, of: str, to: str) -> float:
    """The middle of the rounds' ratios: what else the machine does in a round weighs on both sides."""
    return round(median(one / other for one, other in zip(seconds[of], seconds[to], strict=True)), 3)


def small_network() -> Any:
    """A Whisper of the shapes of `small` whose blocks add next to nothing to what the script says."""
    torch.manual_seed(0)
    dims = whisper.model.ModelDimensions(80, FRAMES, WIDTH, 12, 12, VOCABULARY, CONTEXT, WIDTH, 12, 12)
    network = whisper.model.Whisper(dims)
    network.set_alignment_heads(whisper._ALIGNMENT_HEADS["small"])  # noqa: SLF001 - the only place of the table
    head = WIDTH // dims.n_text_head
    choose = torch.zeros(head, WIDTH)
    choose[:, -TIME_PART:] = 0.6 * torch.eye(head)
    with torch.no_grad():
        for block in [*network.encoder.blocks, *network.decoder.blocks]:
            for layer in (block.attn.out, block.mlp[2], *([block.cross_attn.out] if block.cross_attn else [])):
                layer.weight.mul_(1e-3)
                layer.bias.zero_()
        network.encoder.conv2.weight.mul_(1e-2)
        network.encoder.positional_embedding.zero_()
        frames = np.arange(FRAMES) / 50
        network.encoder.positional_embedding[:, -TIME_PART:] = torch.from_numpy(_time_code(frames))
        network.decoder.token_embedding.weight.normal_(std=WIDTH**-0.5)
        network.decoder.token_embedding.weight[:, -TIME_PART:] = 0
        network.decoder.ln.weight.fill_(8)
        for layer, place in network.alignment_heads.indices().T.tolist():
            attention = network.decoder.blocks[layer].cross_attn
            for part in (attention.query, attention.key):
                part.weight[place * head : (place + 1) * head] = choose
    return network.eval()


def say(network: Any, *, tokens: int, seconds: float) -> None:
    """Write into the network that every window holds ``tokens`` tokens, spread over ``seconds``."""
    tokenizer = tokenizer_of(network, language="nl")
    words = [
        token for token in range(tokenizer.eot)
        if len(text := tokenizer.decode([token])) > 3 and text[0] == " " and set(text[1:]) <= set(string.ascii_lowercase)
    ]  # fmt: skip
    chosen = np.random.default_rng(0).choice(words, tokens, replace=False).tolist()
    first = tokenizer.timestamp_begin
    said = [*tokenizer.sot_sequence, first, *chosen, first + round(seconds / 0.02), tokenizer.eot]
    moments = np.linspace(0.3, seconds, tokens + 1)
    when = np.concatenate([np.zeros(len(tokenizer.sot_sequence) + 1), moments, [seconds]])
    embedding = network.decoder.token_embedding.weight
    with torch.no_grad():
        places = 20 * embedding[tokenizer.eot].repeat(CONTEXT, 1)
        places[: len(said) - 1] = 20 * embedding[said[1:]]
        places[: len(said) - 1, -TIME_PART:] = 20 * (2 / TIME_PART) ** 0.5 * torch.from_numpy(_time_code(when[1:]))
        network.decoder.positional_embedding.copy_(places)


def _time_code(moments: NDArray[np.float64]) -> Sound:
    """Cosines and sines: near moments look alike, far ones do not."""
    frequencies = 0.5 * 1.22 ** np.arange(TIME_PART // 2) / 30
    angles = 2 * np.pi * moments[:, None] * frequencies
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def call() -> Sound:
    """Two parties who take turns by the clock, made of the speech in the test clips; (2, length) at 16 kHz."""
    speech = [
        channel[span.start_ms * 16 : span.end_ms * 16]
        for clip in sorted(CLIPS.glob("parties-*.ogg"))
        for channel in gate(decode(clip).samples, sample_rate=SPEECH_RATE).samples
        for span in SileroVad().speech(channel, sample_rate=SPEECH_RATE)
    ]
    stream = np.resize(np.concatenate(speech), CALL_SECONDS * SPEECH_RATE)
    turn = np.arange(len(stream)) // int(TURN_SECONDS * SPEECH_RATE) % 2
    noise = 1e-4 * np.random.default_rng(0).standard_normal((2, len(stream)))
    return (np.stack([stream * (turn == 0), stream * (turn == 1)]) + noise).astype(np.float32)


def transcribed(path: Path, recogniser: Recogniser) -> Transcript:
    """The whole chain over the call."""
    return transcribe_file(
        path, options=Options(), recogniser=recogniser, vad=SileroVad(), diariser=None,
        roles=ChannelRoles((Role.AGENT, Role.CUSTOMER)),
    )  # fmt: skip


def packed_windows(sound: Sound) -> list[Sound]:
    """The windows that the chain gives to the recogniser."""
    pieces = []
    for channel in gate(sound, sample_rate=SPEECH_RATE).samples:
        spans = split_at_quiet(SileroVad().speech(channel, sample_rate=SPEECH_RATE), channel, sample_rate=SPEECH_RATE)
        pieces += [cut(channel, window, sample_rate=SPEECH_RATE) for window in pack(spans)]
    return pieces


def bare(engine: WhisperEngine, pieces: Sequence[Sound]) -> None:
    """Encoder and greedy decoder over the windows, in the batches of the chain, and nothing else."""
    mels = [whisper.log_mel_spectrogram(whisper.pad_or_trim(piece)) for piece in pieces]
    for batch in in_batches([(place, 0) for place in range(len(pieces))], most=BATCH):
        with torch.inference_mode():
            encoded = torch.cat([engine.network.encoder(mels[place][None]) for place, _ in batch])
        whisper.decode(engine.network, encoded, DecodingOptions(language="nl", fp16=False))


def command(network: Any, sound: Sound | Sequence[Sound], **options: object) -> None:
    """What the `whisper` command does with each channel or piece."""
    for channel in sound:
        network.transcribe(channel, fp16=False, condition_on_previous_text=False, **options)


def run() -> dict[str, float]:
    """Measure everything on one thread."""
    torch.set_num_threads(1)
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checkpoint, folder, path = Path(scratch) / "small.pt", Path(scratch) / "ct2", Path(scratch) / "call.wav"
        network, sound = small_network(), call()
        say(network, tokens=TOKENS, seconds=SCRIPT_SECONDS)
        torch.save({"dims": network.dims.__dict__, "model_state_dict": network.state_dict()}, checkpoint)
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, SPEECH_RATE, 0, "NONE", ""))
            file.writeframes((sound.T * 32_767).astype("<i2").tobytes())
        convert(str(checkpoint), folder, precision="float16")
        engine, faster = load_whisper(str(checkpoint), threads=1), load_faster(str(folder), threads=1, device="cpu")
        # A random network rounded to int8 loses words where no real one would; hearing those again is not its cost.
        faster.checked = False
        pieces = packed_windows(sound)
        bare(engine, pieces[:1])
        faster.recognise(pieces[0], language="nl")
        transcribed(path, Silent())
        measured: dict[str, Callable[[], object]] = {
            "chain": lambda: transcribed(path, engine),
            "bare_network": lambda: bare(engine, pieces),
            "chain_faster": lambda: transcribed(path, faster),
            "whisper_same_windows": lambda: command(network, pieces, word_timestamps=True, language="nl"),
            "without_models": lambda: transcribed(path, Silent()),
        }
        for name, work in list(measured.items()) * ROUNDS:
            with counted(seconds, name):
                work()
        say(network, tokens=TOKENS // 2, seconds=SCRIPT_SECONDS)
        with counted(seconds, "whisper_greedy"):
            command(network, sound, word_timestamps=True, language="nl")
        with counted(seconds, "whisper_command"):
            command(network, sound, beam_size=5, best_of=5)
    spent = {name: median(rounds) for name, rounds in seconds.items()}
    return {f"{name}_seconds": round(value, 2) for name, value in spent.items()} | {
        "call_seconds": CALL_SECONDS,
        "windows": len(pieces),
        "rounds": ROUNDS,
        "chain_to_whisper_command": round(spent["chain"] / spent["whisper_command"], 3),
        "chain_to_whisper_greedy": round(spent["chain"] / spent["whisper_greedy"], 3),
        "chain_to_bare_network": ratio(seconds, of="chain", to="bare_network"),
        "faster_to_whisper_command": round(spent["chain_faster"] / spent["whisper_command"], 3),
        "faster_to_whisper_greedy": round(spent["chain_faster"] / spent["whisper_greedy"], 3),
        "faster_to_whisper_same_windows": ratio(seconds, of="chain_faster", to="whisper_same_windows"),
        "faster_to_our_chain": ratio(seconds, of="chain_faster", to="chain"),
        "without_models_to_real_time": round(spent["without_models"] / CALL_SECONDS, 4),
    }
