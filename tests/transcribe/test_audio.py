"""Files of every kind: what comes in whole, what is refused, and with which words."""

import zipfile
from pathlib import Path

import av
import numpy as np
import pytest

from tests.transcribe.sounds import RATE, babble, gsm_wave, noise, side_by_side, tone, wave_header, write
from transcribe.audio import Limits, decode, probe
from transcribe.errors import AudioError
from transcribe.media import decode_apart

CODECS = [
    ("call.wav", "pcm_s16le", "wav", RATE),
    ("call.wav", "pcm_mulaw", "wav", 8000),
    ("call.wav", "pcm_alaw", "wav", 8000),
    ("call.wav", "adpcm_ms", "wav", 8000),
    ("call.wav", "adpcm_ima_wav", "wav", 8000),
    ("call.mp3", "libmp3lame", "mp3", RATE),
    ("call.ogg", "libopus", "ogg", 48_000),
    ("call.flac", "flac", "flac", RATE),
    ("call.m4a", "aac", "ipod", RATE),
]


@pytest.mark.parametrize(("name", "codec", "form", "rate"), CODECS)
def test_every_codec_of_telephony_keeps_its_length_and_its_channels(
    tmp_path: Path, name: str, codec: str, form: str, rate: int
) -> None:
    agent, customer = tone(3.0, hertz=440, rate=rate), tone(3.0, hertz=900, rate=rate)
    path = write(tmp_path / name, side_by_side(agent, customer), codec=codec, form=form, rate=rate)
    audio = decode(path)
    assert audio.array().dtype == np.float32
    assert audio.channels == 2
    assert audio.duration_ms == pytest.approx(3000, abs=130)
    assert audio.warnings == ()
    for channel, hertz in zip(audio.samples, (440, 900), strict=True):
        loudest = np.argmax(np.abs(np.fft.rfft(channel[RATE : 2 * RATE])))
        assert loudest == pytest.approx(hertz, abs=2)


def test_gsm_is_read(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(gsm_wave(seconds=2.0))
    facts = probe(path)
    assert (facts.container, facts.codec, facts.channels, facts.sample_rate) == ("wav", "gsm_ms", 1, 8000)
    assert decode(path).duration_ms == 2000


def test_raw_gsm_of_a_telephone_exchange_is_read(tmp_path: Path) -> None:
    path = tmp_path / "call.gsm"
    path.write_bytes((b"\xd0" + bytes(32)) * 100)
    assert decode(path).duration_ms == 2000


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "naam ’t ☎.mp3", noise(1.0)[None])
    assert decode(path).duration_ms == 1000


def test_a_recording_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", noise(10.0)[None])
    path.write_bytes(path.read_bytes()[: RATE * 2 * 6])
    audio = decode(path)
    assert audio.duration_ms == pytest.approx(6000, abs=20)
    assert [str(warning) for warning in audio.warnings] == [
        "The recording call.wav breaks off: 5 of 10 seconds could be read."
    ]


def test_a_recording_whose_channels_change_becomes_one_channel_and_says_so(tmp_path: Path) -> None:
    sides = side_by_side(tone(4.0, hertz=440), tone(4.0, hertz=900))
    alone, apart = (
        write(tmp_path / name, sound, codec="libmp3lame", form="mp3").read_bytes()
        for name, sound in (("mono.mp3", tone(4.0, hertz=650)[None]), ("stereo.mp3", sides))
    )
    for order, first in ((alone + apart, {650}), (apart + alone, {440, 900})):
        path = tmp_path / "call.mp3"
        path.write_bytes(order)
        for audio in (decode(path), decode_apart(path)):
            assert audio.channels == 1
            assert "number of channels changes within the recording call.mp3" in str(audio.warnings[0])
            heard = [
                {int(peak) for peak in np.argsort(np.abs(np.fft.rfft(audio.samples[0][start : start + RATE])))[-2:]}
                for start in (RATE, 6 * RATE)
            ]
            assert first <= heard[0]
            assert ({440, 900} if first == {650} else {650}) <= heard[1]


def test_a_moment_with_another_number_of_channels_leaves_the_parties_apart(tmp_path: Path) -> None:
    sides = side_by_side(tone(4.0, hertz=440), tone(4.0, hertz=900))
    apart = write(tmp_path / "stereo.mp3", sides, codec="libmp3lame", form="mp3").read_bytes()
    alone = write(tmp_path / "mono.mp3", tone(0.3, hertz=650)[None], codec="libmp3lame", form="mp3").read_bytes()
    path = tmp_path / "call.mp3"
    path.write_bytes(apart + alone + apart)
    audio = decode(path)
    assert audio.channels == 2
    assert not any("number of channels" in str(warning) for warning in audio.warnings)


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "call.mp3", babble(10.0, seed=1)[None], codec="libmp3lame", form="mp3")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = np.random.default_rng(0).bytes(2000)
    path.write_bytes(content)
    audio = decode(path)
    assert audio.duration_ms > 8000
    assert len(audio.warnings) == 1


def test_an_mp3_without_a_length_gives_no_false_alarm(tmp_path: Path) -> None:
    path = write(tmp_path / "call.mp3", babble(5.0, seed=1)[None], codec="libmp3lame", form="mp3")
    content = path.read_bytes()
    for mark in (b"Xing", b"Info"):
        content = content.replace(mark, bytes(4))
    path.write_bytes(content)
    assert probe(path).duration_ms is None
    assert decode(path).warnings == ()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.wav", b"", "The file empty.wav is empty (0 bytes). Export the recording again."),
        ("photo.wav", b"\xff\xd8\xff\xe0" + bytes(500), "The file photo.wav is a picture, not a recording."),
        ("letter.mp3", b"%PDF-1.7\n" + bytes(500), "The file letter.mp3 is a PDF document, not a recording."),
        ("page.wav", b"\n <!doctype html><html></html>", "The file page.wav is a web page, not a recording."),
        ("secret.wav", b"Salted__" + bytes(range(256)), "The file secret.wav is encrypted. Decrypt it first"),
        ("text.wav", b"Dear sir, " * 500, "The file text.wav cannot be read as sound"),
        ("zeros.wav", bytes(50_000), "The file zeros.wav cannot be read as sound"),
        ("list.wav", b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n", "The file list.wav cannot be read as sound"),
        ("list2.wav", b"ffconcat version 1.0\nfile other.wav\n", "The file list2.wav cannot be read as sound"),
        ("header.wav", wave_header(seconds=0), "The file header.wav has a header but no sound."),
        ("header2.wav", wave_header(seconds=60)[:30], "The file header2.wav has a header but no sound."),
    ],
)
def test_what_is_no_recording_is_refused_with_its_name_and_a_remedy(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioError) as refused:
        decode(path)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("extension", ["wav", "mp3", "ogg", "aac", "gsm", "m4a"])
def test_bytes_without_meaning_are_refused(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"call.{extension}"
    path.write_bytes(np.random.default_rng(3).bytes(200_000))
    with pytest.raises(AudioError, match="cannot be read as sound"):
        decode(path)


def test_a_zip_asks_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "calls.wav"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("call.wav", b"x")
    with pytest.raises(AudioError, match=r"Unpack it"):
        probe(path)


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "screen.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(AudioError, match="has no sound track"):
        decode(path)


def test_a_recording_of_eight_hours_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "day.wav"
    path.write_bytes(wave_header(seconds=8 * 3600))
    with path.open("r+b") as file:
        file.truncate(8 * 3600 * 16_000 + 44)  # a hole: it takes no room on the disk
    with pytest.raises(AudioError) as refused:
        probe(path)
    assert str(refused.value) == "The recording day.wav is longer than 240 minutes. Split it into single calls."


def test_a_length_that_was_not_declared_is_limited_too(tmp_path: Path) -> None:
    path = write(tmp_path / "call.mp3", noise(5.0)[None], codec="libmp3lame", form="mp3")
    path.write_bytes(path.read_bytes().replace(b"Xing", bytes(4)).replace(b"Info", bytes(4)))
    with pytest.raises(AudioError, match="is longer than"):
        decode(path, limits=Limits(duration_ms=2000))


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", noise(1.0)[None])
    with pytest.raises(AudioError, match="at most 0 MB is accepted"):
        probe(path, limits=Limits(size_bytes=1000))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.wav"):
        with pytest.raises(AudioError, match="does not exist or is a folder"):
            probe(path)


def test_the_name_the_user_knows_is_in_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "3f2a"
    path.write_bytes(b"")
    with pytest.raises(AudioError, match=r"The file gesprek 12\.wav is empty"):
        probe(path, name="gesprek 12.wav")
