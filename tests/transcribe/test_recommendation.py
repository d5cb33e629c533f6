"""Machines and what is advised for them."""

import pytest

from transcribe.measuring import SIZES, Machine, Timing, extrapolated, scaled, thread_counts
from transcribe.recommendation import NIGHT_HOURS, needed_bytes, recommend
from transcribe.whisper_shapes import SHAPES, file_name

GB = 10**9


def timed(engine: str, *, seconds: float, threads: int = 1, device: str = "cpu") -> Timing:
    """A timing of ``base``, its encoder taking ``seconds`` and a token a hundredth of that."""
    return Timing(engine, device, "base", threads, seconds, seconds / 100)


WHISPER, FASTER = "openai-whisper", "faster-whisper"
#: Name: machine, timings of base, then engine, model, threads and worker threads that must be advised.
MACHINES: dict[str, tuple[Machine, list[Timing], tuple[str, str, int, int] | None]] = {
    "one slow core": (Machine(1, 8 * GB), [timed(WHISPER, seconds=12)], (WHISPER, "base", 1, 1)),
    "two cores": (
        Machine(2, 16 * GB),
        [timed(WHISPER, seconds=6), timed(WHISPER, seconds=3.5, threads=2)],
        (WHISPER, "small", 1, 2),
    ),
    "two cores and int8": (
        Machine(2, 16 * GB),
        [timed(WHISPER, seconds=6), timed(FASTER, seconds=3)],
        (FASTER, "medium", 1, 2),
    ),
    "many cores": (
        Machine(32, 128 * GB),
        [timed(WHISPER, seconds=2), timed(WHISPER, seconds=0.2, threads=32), timed(WHISPER, seconds=0.5, threads=8)],
        (WHISPER, "large-v3-turbo", 1, 25),
    ),
    "many cores, little memory": (
        Machine(32, 5 * GB),
        [timed(WHISPER, seconds=2), timed(WHISPER, seconds=0.2, threads=32)],
        (WHISPER, "small", 32, 1),
    ),
    "a GPU": (
        Machine(8, 32 * GB, gpu="a GPU", gpu_bytes=16 * GB),
        [timed(WHISPER, seconds=2), timed(FASTER, seconds=0.01, device="cuda")],
        (FASTER, "large-v3-turbo", 1, 1),
    ),
    "a GPU that somebody else has filled": (
        Machine(2, 16 * GB, gpu="a GPU", gpu_bytes=1 * GB),
        [timed(WHISPER, seconds=6), timed(FASTER, seconds=0.01, device="cuda")],
        (WHISPER, "small", 1, 2),
    ),
    "no memory": (Machine(8, 1 * GB), [timed(WHISPER, seconds=1)], None),
    "too slow for anything": (Machine(1, 8 * GB), [timed(WHISPER, seconds=200)], (WHISPER, "tiny", 1, 1)),
}


@pytest.mark.parametrize("name", MACHINES)
def test_each_machine_gets_its_advice(name: str) -> None:
    machine, timings, wanted = MACHINES[name]

    best = recommend(extrapolated(timings), machine=machine).best

    found = best and (best.timing.engine, best.timing.model, best.timing.threads, best.worker_threads)
    assert found == wanted


def test_a_night_is_counted_in_hours_of_calls() -> None:
    machine = Machine(4, 64 * GB)
    advice = recommend([timed(WHISPER, seconds=2)], machine=machine)
    (option,) = advice.options

    # 1.2 × (2 s + 92 × 0.02 s) for 28 s of speech, by four at a time.
    assert option.factor == pytest.approx(0.16457, abs=1e-4)
    assert option.night_hours == pytest.approx(NIGHT_HOURS * 4 / 0.16457, rel=1e-3)


def test_what_is_advised_fits_into_memory() -> None:
    for machine, timings, _ in MACHINES.values():
        for option in recommend(extrapolated(timings), machine=machine).options:
            room = machine.gpu_bytes if option.timing.device == "cuda" else machine.memory_bytes
            assert needed_bytes(option.timing, worker_threads=option.worker_threads) == option.needed_bytes <= room


def test_larger_sizes_take_longer_and_what_was_measured_stays() -> None:
    small, tiny = Timing(WHISPER, "cpu", "small", 2, 5.0, 0.04), Timing(WHISPER, "cpu", "tiny", 2, 0.7, 0.01)

    found = {one.model: one for one in extrapolated([tiny, small])}

    assert found["small"] == small
    assert found["tiny"] == tiny
    assert found["medium"] == scaled(small, "medium")
    assert [one for one in SIZES if one in found] == list(SIZES)
    # The turbo model has the large encoder and four layers of decoder.
    assert found["large-v3-turbo"].encoder_seconds > found["medium"].encoder_seconds
    assert found["large-v3-turbo"].token_seconds < found["medium"].token_seconds


@pytest.mark.parametrize(("cores", "counts"), [(1, [1]), (2, [1, 2]), (6, [1, 6, 4, 2]), (16, [1, 16, 8, 4, 2])])
def test_threads_are_tried_from_one_to_all(cores: int, counts: list[int]) -> None:
    assert thread_counts(cores) == counts


def test_shapes_have_the_published_numbers_of_parameters() -> None:
    # In millions, as openai-whisper's own table of models gives them.
    published = {"tiny": 39, "base": 74, "small": 244, "medium": 769, "large-v3": 1550, "large-v3-turbo": 809}
    for name, millions in published.items():
        assert SHAPES[name].parameters / 1e6 == pytest.approx(millions, rel=0.04)
    assert file_name("turbo") == "large-v3-turbo.pt"
    assert file_name("demo-voice") is None
