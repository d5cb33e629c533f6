"""Recordings from files: what they declare, and their sound at 16 kHz, decoded by the FFmpeg inside PyAV."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from transcribe.errors import N_, AudioError, Sentence
from transcribe.samples import Channels, Gathered, length_of, whole
from transcribe.types import Span

#: Samples a second that recognisers, voice-activity detection and diarisers expect.
SPEECH_RATE = 16_000
#: Only containers of sound: playlists and the like may name other files or addresses, and are never opened.
FORMATS = "wav,w64,aiff,au,caf,mp3,ogg,flac,aac,amr,gsm,mov,mp4,m4a,3gp,matroska,webm,asf"
#: Containers that state no length: FFmpeg guesses it from the bit rate, which proves nothing.
GUESSED_LENGTH = frozenset({"aac", "amr", "gsm", "mp3"})

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", N_("The file {name} is a PDF document, not a recording. Export the sound from the telephone system.")),
    (b"\xff\xd8\xff", N_("The file {name} is a picture, not a recording. Choose the sound file.")),
    (b"\x89PNG", N_("The file {name} is a picture, not a recording. Choose the sound file.")),
    (b"GIF8", N_("The file {name} is a picture, not a recording. Choose the sound file.")),
    (
        b"PK\x03\x04",
        N_("The file {name} is a zip archive or office document. Unpack it and send the recordings in it."),
    ),
    (b"\x1f\x8b", N_("The file {name} is a compressed archive. Unpack it and send the recordings in it.")),
    (b"7z\xbc\xaf", N_("The file {name} is a compressed archive. Unpack it and send the recordings in it.")),
    (b"Rar!", N_("The file {name} is a compressed archive. Unpack it and send the recordings in it.")),
    (b"Salted__", N_("The file {name} is encrypted. Decrypt it first and send the recording itself.")),
    (b"-----BEGIN PGP", N_("The file {name} is encrypted. Decrypt it first and send the recording itself.")),
    (b"<!DOCTYPE", N_("The file {name} is a web page, not a recording. Download the sound file itself.")),
    (b"<html", N_("The file {name} is a web page, not a recording. Download the sound file itself.")),
)


NO_ROOM = N_("There is no room to unpack the recording {name}: {reason}. Make room on the disk and try again.")
CHANGES = N_(
    "The number of channels changes within the recording {name}, so it cannot tell who is on which: "
    "all of it was taken as one channel."
)
#: How long a stream must have another number of channels to count: a single damaged packet may pretend to.
CHANGED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused before work begins: bytes in the file and milliseconds of sound."""

    size_bytes: int = 2 * 1024**3
    duration_ms: int = 4 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a file declares about itself; ``duration_ms`` is empty where the container states no length."""

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration_ms: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Decoded sound between -1 and 1: an array of shape (channels, length), or for long recordings channels in a file.

    ``unrecorded`` are the stretches that no recording holds: they are silent here, which says nothing of the call.
    """

    samples: Channels
    sample_rate: int
    warnings: tuple[Sentence, ...] = ()
    unrecorded: tuple[Span, ...] = ()

    @property
    def channels(self) -> int:
        """How many channels the recording has."""
        return len(self.samples)

    def array(self) -> NDArray[np.float32]:
        """Return everything as one array of shape (channels, length), however long it is."""
        return np.stack([whole(channel) for channel in self.samples])

    @property
    def duration_ms(self) -> int:
        """The decoded length in milliseconds."""
        return length_of(self.samples) * 1000 // self.sample_rate


def probe(path: Path, *, limits: Limits | None = None, name: str | None = None) -> AudioFacts:
    """Read what ``path`` declares; ``name`` is what the file is called towards the user.

    Raises ``AudioError`` for a file that is missing, empty, too large, declared too long, or holds no sound.
    """
    limits, name = limits or Limits(), name or path.name
    _check_file(path, name=name, limits=limits)
    with _open(path, name=name) as container:
        stream = _sound(container, name=name)
        facts = AudioFacts(
            container=container.format.name.split(",")[0],
            codec=stream.codec_context.name,
            channels=stream.codec_context.channels,
            sample_rate=stream.codec_context.sample_rate,
            duration_ms=_wave_length_ms(path) or _stated_ms(container, stream, path),
        )
        stated_ms = _stated_ms(container, stream, path)
    if not facts.channels or not facts.sample_rate or (facts.container == "gsm" and not _is_gsm(path)):
        raise _unreadable(name)
    _check_length(stated_ms or 0, limits=limits, name=name)
    return facts


def decode(
    path: Path, *, limits: Limits | None = None, name: str | None = None, sample_rate: int = SPEECH_RATE
) -> Audio:
    """Decode all channels of ``path`` to float samples at ``sample_rate`` Hz.

    A file that breaks off is decoded as far as it goes and carries a warning when more than a second and more than
    2 % of its declared length is missing. Raises ``AudioError`` as ``probe`` does, and when nothing can be decoded.
    """
    limits, name = limits or Limits(), name or path.name
    facts = probe(path, limits=limits, name=name)
    gathered = [Gathered(facts.channels)]

    def begin(channels: int) -> Callable[[NDArray[np.float32]], None]:
        gathered[:] = [Gathered(channels)]
        return gathered[0].add

    try:
        _, warnings = poured(path, facts=facts, limits=limits, name=name, sample_rate=sample_rate, begin=begin)
        samples = gathered[0].sound()
    except OSError as error:
        raise AudioError(NO_ROOM, name=name, reason=error.strerror or str(error)) from error
    return Audio(samples, sample_rate, warnings)


def poured(
    path: Path,
    *,
    facts: AudioFacts,
    limits: Limits,
    name: str,
    sample_rate: int,
    begin: Callable[[int], Callable[[NDArray[np.float32]], None]],
) -> tuple[int, tuple[Sentence, ...]]:
    """Give the sound of ``path`` block by block to what ``begin`` returns for a number of channels.

    Returns that number, and what the reader of the recording must know. Where the number of channels changes on the way
    nobody knows which party is on which, so the whole becomes one channel; for that it may have to ``begin`` anew.
    """
    channels = facts.channels
    while True:
        add, length, other, broken = begin(channels), 0, 0, 0
        for block in decoded_blocks(path, limits=limits, name=name, sample_rate=sample_rate):
            if block is None:
                broken += 1
                continue
            add(fitted(block, channels=channels))
            length += block.shape[1]
            other += block.shape[1] * (len(block) != facts.channels)
        changed = other > CHANGED_SECONDS * sample_rate
        if not changed or channels == 1:
            break
        channels = 1
    warnings = lacking(length * 1000 // sample_rate, facts=facts, broken=broken, name=name)
    return channels, (Sentence(CHANGES, {"name": name}), *warnings) if changed else warnings


def decoded_blocks(path: Path, *, limits: Limits, name: str, sample_rate: int) -> Iterator[NDArray[np.float32] | None]:
    """Yield the sound of ``path`` in blocks of shape (channels, length); ``None`` stands for a part that is damaged.

    A block has as many channels as the stream has there. Raises ``AudioError`` when the recording turns out longer than the limits, and when nothing at all came out.
    """
    most, length = limits.duration_ms * sample_rate // 1000, 0
    for block in _blocks(path, name=name, sample_rate=sample_rate):
        if block is None:
            yield None
            continue
        length += block.shape[1]
        if length > most:
            _check_length(limits.duration_ms + 1, limits=limits, name=name)
        yield block
    if not length:
        raise AudioError(N_("The file {name} has a header but no sound. Export the recording again."), name=name)


def fitted(block: NDArray[np.float32], *, channels: int) -> NDArray[np.float32]:
    """Lay a block on so many channels: one is for all, several become one by their mean, else by their order."""
    if len(block) == channels:
        return block
    if len(block) == 1 or channels == 1:
        return np.repeat(block.mean(axis=0, keepdims=True, dtype=np.float32), channels, axis=0)
    fitting = np.zeros((channels, block.shape[1]), np.float32)
    fitting[: len(block)] = block[:channels]
    return fitting


def lacking(decoded_ms: int, *, facts: AudioFacts, broken: int, name: str) -> tuple[Sentence, ...]:
    """Say what of a recording did not come out, after so much was decoded and so many parts were ``broken``."""
    declared_ms = facts.duration_ms or 0
    missing_ms = declared_ms - decoded_ms
    if missing_ms > 1000 and missing_ms > 0.02 * declared_ms:
        text = N_("The recording {name} breaks off: {found} of {declared} seconds could be read.")
        return (Sentence(text, {"name": name, "found": decoded_ms // 1000, "declared": declared_ms // 1000}),)
    if broken:
        return (Sentence(N_("Parts of the recording {name} are damaged and were skipped."), {"name": name}),)
    return ()


def _check_file(path: Path, *, name: str, limits: Limits) -> None:
    if not path.is_file():
        raise AudioError(N_("The file {name} does not exist or is a folder."), name=name)
    size = path.stat().st_size
    if not size:
        raise AudioError(N_("The file {name} is empty (0 bytes). Export the recording again."), name=name)
    if size > limits.size_bytes:
        text = N_("The file {name} is {size} MB; at most {limit} MB is accepted. Split the recording or compress it.")
        raise AudioError(text, name=name, size=size // 1024**2, limit=limits.size_bytes // 1024**2)
    with path.open("rb") as file:
        head = file.read(64)
    for signature, text in SIGNATURES:
        if head.lstrip().lower().startswith(signature.lower()):
            raise AudioError(text, name=name)


def _check_length(duration_ms: int, *, limits: Limits, name: str) -> None:
    if duration_ms > limits.duration_ms:
        text = N_("The recording {name} is longer than {limit} minutes. Split it into single calls.")
        raise AudioError(text, name=name, limit=limits.duration_ms // 60_000)


def _unreadable(name: str) -> AudioError:
    text = N_(
        "The file {name} cannot be read as sound: it is damaged, encrypted or not a recording. "
        "Send WAV, MP3, Ogg, FLAC or M4A."
    )
    return AudioError(text, name=name)


def _open(path: Path, *, name: str) -> av.container.InputContainer:
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        return av.open(str(path.resolve()), "r", container_options=options, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError) as error:
        if isinstance(error, MemoryError):  # PyAV's own kind is one; that is no fault of the file
            raise
        if path.stat().st_size < 128 and path.read_bytes()[:4] in {b"RIFF", b"RIFX"}:
            raise AudioError(
                N_("The file {name} has a header but no sound. Export the recording again."), name=name
            ) from error
        raise _unreadable(name) from error


def _sound(container: av.container.InputContainer, *, name: str) -> av.AudioStream:
    if not container.streams.audio:
        raise AudioError(N_("The file {name} has no sound track. Choose the recording with sound."), name=name)
    return container.streams.audio[0]


def _is_gsm(path: Path) -> bool:
    """Whether bytes without a header are GSM 06.10: every frame of 33 bytes begins with the same four bits."""
    with path.open("rb") as file:
        firsts = file.read(33 * 20)[::33]
    return all(first >> 4 == 0xD for first in firsts)


def _wave_length_ms(path: Path) -> int | None:
    """The length that a WAV header promises; FFmpeg cuts it to what is there and so hides that a file breaks off."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            return None
        bytes_a_second = 0
        while len(head := file.read(8)) == 8:
            kind, size = head[:4], int.from_bytes(head[4:], "little")
            if kind == b"data":
                # A recorder that could not go back to fill in the length leaves 0 or the largest number.
                known = 0 < size < 0xFFFFFF00 and bytes_a_second
                return size * 1000 // bytes_a_second if known else None
            if kind == b"fmt ":
                bytes_a_second = int.from_bytes(file.read(size)[8:12], "little")
                size = 0
            file.seek(size + size % 2, 1)
    return None


def _stated_ms(container: av.container.InputContainer, stream: av.AudioStream, path: Path) -> int | None:
    if container.format.name in GUESSED_LENGTH and not _counts_its_frames(path):
        return None
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return int(stream.duration * stream.time_base * 1000)
    if container.duration is not None and container.duration > 0:
        return int(container.duration // 1000)
    return None


def _counts_its_frames(path: Path) -> bool:
    """Whether an MP3 begins with the frame that states how many follow."""
    with path.open("rb") as file:
        head = file.read(10)
        skip = 0
        if head[:3] == b"ID3":
            # Four bytes of seven bits each, by the ID3v2 standard.
            skip = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
        file.seek(skip)
        first = file.read(512)
    return any(mark in first for mark in (b"Xing", b"Info", b"VBRI"))


def _blocks(path: Path, *, name: str, sample_rate: int) -> Iterator[NDArray[np.float32] | None]:
    """Yield the sound block by block; ``None`` stands for a packet that could not be decoded."""
    resampler: AudioResampler | None = None
    shape: tuple[str, str, int] | None = None
    with _open(path, name=name) as container:
        for frame in _frames(container, _sound(container, name=name)):
            if frame is None:
                yield None
                continue
            found = (frame.format.name, frame.layout.name, frame.sample_rate)
            if found != shape:
                if resampler is not None:
                    yield from _resampled(resampler, None)
                shape = found
                resampler = AudioResampler(format="fltp", layout=frame.layout, rate=sample_rate)
            if resampler is not None:
                frame.pts = None
                yield from _resampled(resampler, frame)
    if resampler is not None:
        yield from _resampled(resampler, None)


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> Iterator[NDArray[np.float32]]:
    for out in resampler.resample(frame):
        yield np.asarray(out.to_ndarray(), dtype=np.float32)


def _frames(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[AudioFrame | None]:
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            # The file breaks off in the middle of a packet.
            yield None
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            yield None
