"""What is said in a call of the demo company: lines put together from the scripts in calls_en.yaml and calls_nl.yaml."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from benchmarks.demo_material.plan import Agent, CallPlan, Condition, Manner
from benchmarks.demo_voice.grammar import grammar

_SLOT = re.compile(r"\{(\w+)\}")
_SPEAKERS = {"A": "agent", "C": "customer"}
HOLD = "HOLD"


@dataclass(frozen=True, slots=True)
class Said:
    """What one party says in one go."""

    role: str
    sentences: tuple[str, ...]


#: A call is what is said, and stretches of hold music (``None``).
Script = tuple[Said | None, ...]


@cache
def _scripts(language: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"calls_{language}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def subject(call: CallPlan) -> str:
    """Return what the call is about, in its own language."""
    return str(_scripts(call.language)["scenarios"][call.scenario]["subject"])


def customer_sex(agent: Agent) -> str:
    """Return the other sex: the two voices of a call must be told apart where both lie in one channel."""
    return "man" if agent.sex == "woman" else "woman"


def script(call: CallPlan, *, seed: int, longer: int) -> Script:
    """Compose the call.

    ``longer`` is how many exchanges about something else follow the main subject. Raises ``ValueError`` when a
    sentence is not one of the demo voice's grammar.
    """
    rng = random.Random(f"{seed} {call.reference}")
    data = _scripts(call.language)
    scenario, manner = data["scenarios"][call.scenario], call.agent.manner
    opening, empathy, lookup = _style(manner)
    if Condition.HOLD in call.conditions:
        lookup = "hold"
    about = {name: rng.choice(scenario[name]) for name in ("complaint", "finding", call.outcome)}
    parts = [rng.choice(data["opening"][opening]), rng.choice(data["introduction"]), about["complaint"]]
    parts += [
        rng.choice(data["empathy"][empathy]),
        rng.choice(data["verification"]),
        rng.choice(data["lookup"][lookup]),
    ]
    parts += [about["finding"], about[call.outcome]]
    parts += rng.sample(data["longer"], k=len(data["longer"]))[:longer]
    parts.append(rng.choice(data["closing"]["unsolved" if call.outcome == "unsolved" else "solved"]))
    values = _values(call, data=data, rng=rng)
    return _gathered([line for part in parts for line in part], values=values, language=call.language)


def _style(manner: Manner) -> tuple[str, str, str]:
    """Return how an agent of that manner opens, shows empathy and looks things up."""
    if manner is Manner.NO_GREETING:
        return "none", "none", "plain"
    if manner is Manner.CURT:
        return "curt", "curt", "curt"
    return "warm", "warm", "plain"


def _values(call: CallPlan, *, data: Mapping[str, Any], rng: random.Random) -> dict[str, str]:
    sex = customer_sex(call.agent)
    values = {name: rng.choice(entries) for name, entries in data["values"].items()}
    values |= {"agent": call.agent.name, "first": values[sex], "title": data["titles"][sex]}
    morning = call.started_at.hour < 12
    if call.language == "nl":
        values["salutation"] = "Goedemorgen" if morning else "Goedemiddag"
    else:
        values["salutation"] = "Good morning" if morning else "Good afternoon"
    return values


def _gathered(lines: list[str], *, values: Mapping[str, str], language: str) -> Script:
    said: list[Said | None] = []
    for speaker, run in groupby(lines, key=lambda line: line.partition(":")[0]):
        if speaker == HOLD:
            said.append(None)
            continue
        sentences = tuple(_SLOT.sub(lambda slot: values[slot[1]], line.partition(": ")[2]) for line in run)
        strange = [sentence for sentence in sentences if not grammar(language).can_say(sentence)]
        if strange:
            raise ValueError(f"The demo voice was not taught to hear: {strange[0]}")
        said.append(Said(_SPEAKERS[speaker], sentences))
    return tuple(said)
