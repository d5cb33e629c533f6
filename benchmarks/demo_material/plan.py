"""What the demo company's material consists of, read from plan.yaml."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

import yaml


class Manner(StrEnum):
    """What an agent of the demo company does well or badly, so that a reviewer has something to find."""

    WARM = "warm"
    NO_GREETING = "no_greeting"
    NEVER_SOLVES = "never_solves"
    PROMISES = "promises"
    CURT = "curt"


class Condition(StrEnum):
    """What is wrong with a line, or unusual about a call."""

    HOLD = "hold"
    OVERLAP = "overlap"
    NOISE = "noise"
    LEAK = "leak"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent with the voice of the calls."""

    reference: str
    name: str
    surname: str
    team: str
    sex: Literal["man", "woman"]
    voice: str
    pitch: int
    rate: int
    manner: Manner


@dataclass(frozen=True, slots=True)
class Source:
    """Where recordings come from; ``channels`` by position, empty for mono."""

    name: str
    language: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallPlan:
    """One call to be made; ``started_at`` lies in the reference weeks that begin at the base Monday."""

    reference: str
    language: str
    agent: Agent
    scenario: str
    outcome: str
    source: Source
    container: str
    started_at: dt.datetime
    conditions: frozenset[Condition]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole demo company."""

    seed: int
    base_monday: dt.date
    time_zone: str
    company: Mapping[str, str]
    teams: Mapping[str, str]
    agents: Mapping[str, Agent]
    sources: Mapping[str, Source]
    customers: Mapping[str, Mapping[str, tuple[str, ...]]]
    calls: tuple[CallPlan, ...]
    #: For each format how many contacts of each language, and by which channel.
    contacts: Mapping[str, tuple[int, str]]


@cache
def plan() -> Plan:
    """Read the plan beside this module."""
    data = yaml.safe_load((Path(__file__).parent / "plan.yaml").read_text(encoding="utf-8"))
    agents = {
        reference: Agent(reference=reference, **{**entry, "manner": Manner(entry["manner"])})
        for reference, entry in data["agents"].items()
    }
    sources = {
        name: Source(name, entry["language"], tuple(entry["channels"])) for name, entry in data["sources"].items()
    }
    base: dt.date = data["base_monday"]
    calls = []
    for reference, (agent, scenario, outcome, source, container, days, clock, *conditions) in data["calls"].items():
        calls.append(
            CallPlan(
                reference=reference,
                language=agents[agent].team,
                agent=agents[agent],
                scenario=scenario,
                outcome=outcome,
                source=sources[source],
                container=container,
                started_at=dt.datetime.combine(base + dt.timedelta(days), dt.time.fromisoformat(clock)),
                conditions=frozenset(Condition(condition) for condition in conditions),
            ),
        )
    customers = {
        language: {sex: tuple(voices) for sex, voices in entry.items()} for language, entry in data["customers"].items()
    }
    return Plan(
        seed=data["seed"],
        base_monday=base,
        time_zone=data["time_zone"],
        company=data["company"],
        teams=data["teams"],
        agents=agents,
        sources=sources,
        customers=customers,
        calls=tuple(calls),
        contacts={name: (count, channel) for name, (count, channel) in data["contacts"].items()},
    )
