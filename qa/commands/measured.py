"""What `doctor --measure` says: how fast Whisper is on this machine, and which settings suit it."""

from typing import Any

import click

from qa.commands.speaking import tell
from qa.i18n import Language, Text, _, number_text, say
from transcribe.devices import CUDA
from transcribe.measuring import Machine, Timing, busy, extrapolated, look, measure
from transcribe.recommendation import NIGHT_HOURS, Advice, Option, recommend


def measured_as_json() -> dict[str, Any]:
    """Measure and return everything by name."""
    machine, timings, advice = _measured()
    best = advice.best
    return {
        "machine": {
            "cores": machine.cores,
            "memory_bytes": machine.memory_bytes,
            "gpu": machine.gpu,
            "gpu_bytes": machine.gpu_bytes,
        },
        "busy": busy(machine),
        "options": [_option_as_json(option, measured=option.timing in timings) for option in advice.options],
        "recommended": _settings(best) if best else None,
    }


def tell_measured(language: Language) -> None:
    """Measure, print the table and the advice."""
    tell(_("Measuring what Whisper costs on this machine; that takes about 20 seconds."), err=True)
    machine, timings, advice = _measured()
    room = number_text(machine.memory_bytes / 10**9, language, digits=1)
    tell(
        _("Cores: {cores}. Memory free: {room} GB. GPU: {gpu}.", cores=machine.cores, room=room, gpu=machine.gpu or "–")
    )
    if busy(machine):
        tell(_("Other programs use this machine now: every figure is too high. Measure again when it is quiet."))
    row = "{:15}{:6}{:16}{:>8}{:>9}{:>13}{:>10}{:>13}  {}".format
    heads = (
        _("Engine"), "", _("Model"), _("Workers"), _("Threads"), _("x real time"), _("Memory"), _("Hours/night"), "",
    )  # fmt: skip
    click.echo(row(*(say(head, language) for head in heads)))
    for option in advice.options:
        click.echo(row(*_cells(option, measured=option.timing in timings, language=language)).rstrip())
    tell(
        _(
            "x real time: seconds of computing for a second of speech. Hours/night: hours of stereo calls, each party "
            "silent half of the time, that all worker threads together transcribe in {hours} hours.",
            hours=round(NIGHT_HOURS),
        )
    )
    for sentence in _advice(advice):
        tell(sentence)


def _measured() -> tuple[Machine, list[Timing], Advice]:
    machine = look()
    timings = measure(machine)
    return machine, timings, recommend(extrapolated(timings), machine=machine)


def _cells(option: Option, *, measured: bool, language: Language) -> tuple[str, ...]:
    timing = option.timing
    return (
        timing.engine,
        "GPU" if timing.device == CUDA else "CPU",
        timing.model,
        str(option.worker_threads),
        str(timing.threads),
        number_text(option.factor, language, digits=2),
        f"{number_text(option.needed_bytes / 10**9, language, digits=1)} GB",
        number_text(option.night_hours, language, digits=0 if option.night_hours >= 10 else 1),
        say(_("measured") if measured else _("reckoned"), language),
    )


def _advice(advice: Advice) -> list[Text]:
    best = advice.best
    if best is None:
        return [
            _(
                "No size of Whisper fits into the memory that is free. Stop other programs, or use a transcription server."
            )
        ]
    told = [
        _(
            "In a night this machine can transcribe about {hours} hours of calls with {model}.",
            hours=max(1, round(best.night_hours)),
            model=best.timing.model,
        )
    ]
    larger = [
        option
        for option in advice.options
        if option.timing.engine == best.timing.engine and option.factor > best.factor
    ]
    if larger:
        slowest = max(larger, key=lambda option: option.factor)
        told.append(
            _(
                "{model} would take {factor} times real time in each worker thread: about {hours} hours of calls a night.",
                model=slowest.timing.model,
                factor=round(slowest.factor, 1),
                hours=round(slowest.night_hours, 1),
            )
        )
    settings = " ".join(f"{name}={value}" for name, value in _settings(best).items())
    return [*told, _("Recommended: {settings}", settings=settings)]


def _settings(option: Option) -> dict[str, str]:
    return {
        "STEEKPROEF_ASR_ENGINE": option.timing.engine,
        "STEEKPROEF_ASR_MODEL": option.timing.model,
        "STEEKPROEF_SPEECH_DEVICE": option.timing.device,
        "STEEKPROEF_SPEECH_THREADS": str(option.timing.threads),
        "STEEKPROEF_WORKER_THREADS": str(option.worker_threads),
    }


def _option_as_json(option: Option, *, measured: bool) -> dict[str, Any]:
    timing = option.timing
    return {
        "engine": timing.engine,
        "device": timing.device,
        "model": timing.model,
        "speech_threads": timing.threads,
        "worker_threads": option.worker_threads,
        "real_time_factor": round(option.factor, 4),
        "encoder_seconds": round(timing.encoder_seconds, 4),
        "token_seconds": round(timing.token_seconds, 6),
        "needed_bytes": option.needed_bytes,
        "hours_of_calls_a_night": round(option.night_hours, 2),
        "measured": measured,
    }
