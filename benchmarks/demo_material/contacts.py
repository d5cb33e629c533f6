"""What is written in a chat, a message thread or an e-mail of the demo company, from chats_en.yaml and chats_nl.yaml."""

import datetime as dt
import random
import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from benchmarks.demo_material.plan import Agent, Manner, plan
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.values import IncomingConversation, IncomingMessage

_SLOT = re.compile(r"\{(\w+)\}")
_MOST_MESSAGES = 16
_BOT = "Noor"
#: How each manner greets, feels along, asks, ends and closes; the first outcome is the usual one.
_STYLES = {
    Manner.WARM: ("warm", "warm", "polite", ("solved",), "warm"),
    Manner.NO_GREETING: ("none", "plain", "polite", ("solved", "solved", "unsolved"), "plain"),
    Manner.NEVER_SOLVES: ("warm", "warm", "polite", ("unsolved",), "warm"),
    Manner.PROMISES: ("friendly", "friendly", "polite", ("promised", "promised", "solved"), "friendly"),
    Manner.CURT: ("none", "none", "curt", ("curt",), "none"),
}
#: Seconds an agent of that manner takes to answer, from and to.
_ANSWERS = {
    Manner.WARM: (15, 75),
    Manner.NO_GREETING: (30, 150),
    Manner.NEVER_SOLVES: (60, 240),
    Manner.PROMISES: (5, 30),
    Manner.CURT: (120, 540),
}
#: How many times slower everyone is than in a chat.
_SLOWNESS = {Channel.WHATSAPP: 6, Channel.EMAIL: 150}
#: Which of a scenario's notes belongs to an outcome.
_NOTES = {"solved": 0, "unsolved": 1, "promised": 1, "curt": 2}
_REGARDS = {"en": "Kind regards,", "nl": "Met vriendelijke groet,"}
_DEAR = {"en": "Dear {first},", "nl": "Beste {first},"}


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """One written contact to be made; ``rich`` is whether its format can hold a bot and internal notes."""

    reference: str
    agent: Agent
    channel: Channel
    scenario: str
    rich: bool
    seed: int


@cache
def scripts(language: str) -> dict[str, Any]:
    """Return the texts of one language."""
    text = (Path(__file__).parent / f"chats_{language}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def write_contact(contact: ContactPlan) -> IncomingConversation:
    """Compose the contact as values of the product; the same plan gives the same contact."""
    rng = random.Random(f"{contact.seed} {contact.reference}")
    data = scripts(contact.agent.team)
    values = _values(contact, rng=rng)
    scenario = data["scenarios"][contact.scenario]
    outcome = rng.choice(_STYLES[contact.agent.manner][3])
    values["topic"] = rng.choice(scenario["topic"])
    lines = _lines(contact, outcome=outcome, rng=rng)
    texts = [(line[0], _SLOT.sub(lambda slot: values[slot[1]], line[3:])) for line in lines]
    if contact.channel is Channel.EMAIL:
        texts = _letters(texts, values=values, agent=contact.agent)
    messages = _timed(texts, contact=contact, values=values, rng=rng)
    return IncomingConversation(
        reference=contact.reference,
        channel=contact.channel,
        agent_reference=contact.agent.reference,
        started_at=messages[0].sent_at or dt.datetime.min.replace(tzinfo=dt.UTC),
        messages=messages,
        language=contact.agent.team,
        queue=plan().teams[contact.agent.team],
        subject=scenario["subject"],
    )


def _lines(contact: ContactPlan, *, outcome: str, rng: random.Random) -> list[str]:
    data = scripts(contact.agent.team)
    scenario = data["scenarios"][contact.scenario]
    greeting, empathy, check, _outcomes, closing = _STYLES[contact.agent.manner]
    checks = data["check"][check] if isinstance(data["check"], dict) else data["check"]
    reaction = "curt" if outcome == "curt" else outcome
    chatting = contact.channel is not Channel.EMAIL
    problem, answers = _paired(scenario, outcome=outcome, rng=rng)
    if outcome == "unsolved":
        closing = "sorry"
    parts: dict[str, list[str]] = {
        "bot": rng.choice(data["bot"]) if contact.rich and rng.random() < 0.6 else [],
        "problem": ["C: " + problem],
        "greeting": rng.choice(data["greeting"][greeting]) if chatting else [],
        "empathy": rng.choice(data["empathy"][empathy]),
        "check": rng.choice(checks),
        "wait": rng.choice(data["wait"]) if chatting and contact.agent.manner is not Manner.CURT else [],
        "outcome": answers,
        "reaction": rng.choice(data["reaction"][reaction]),
        "closing": rng.choice(data["closing"][closing]) if chatting and outcome != "curt" else [],
        "note": _note(scenario["note"], outcome=outcome) if contact.rich and rng.random() < 0.5 else [],
    }
    for spare in ("wait", "bot"):
        if sum(map(len, parts.values())) > _MOST_MESSAGES:
            parts[spare] = []
    return [line for part in parts.values() for line in part]


def _paired(scenario: dict[str, Any], *, outcome: str, rng: random.Random) -> tuple[str, list[str]]:
    """Choose a problem and what came of it; where the texts say ``paired``, only the first problem fits a lone outcome."""
    place = rng.randrange(len(scenario["problem"]))
    if len(scenario[outcome]) > 1:
        return scenario["problem"][place], scenario[outcome][place]
    return scenario["problem"][0 if scenario.get("paired") else place], scenario[outcome][0]


def _note(notes: list[str], *, outcome: str) -> list[str]:
    return ["N: " + notes[_NOTES[outcome]]]


def _values(contact: ContactPlan, *, rng: random.Random) -> dict[str, str]:
    """Choose what fills the braces; every number and address is invented, and only looks like a real one."""
    values = {name: rng.choice(entries) for name, entries in scripts(contact.agent.team)["values"].items()}
    low = rng.randint(80, 160)
    initial, day = values["first"][0].lower(), rng.randint(1, 28)
    plain = re.sub(r"[^a-z]", "", values["last"].lower())
    values |= {
        "agent": contact.agent.name,
        "wait": str(rng.randint(2, 7)),
        "low": str(low),
        "middle": str(low + rng.randint(5, 20)),
        "high": str(low + rng.randint(60, 190)),
        "house": str(rng.randint(2, 180)),
        "number": f"NW{rng.randint(100_000, 999_999)}",
        "reading": f"{rng.randint(4_000, 48_000)}",
        "tail": f"{rng.randint(100, 999)}",
        "iban": _iban(f"{rng.randint(10**9, 10**10 - 1)}"),
        "mail": f"{initial}.{plain}@example.{'nl' if contact.agent.team == 'nl' else 'org'}",
        "date": f"{day} {values['month']}",
    }
    if contact.agent.team == "nl":
        values["postcode"] = f"{rng.randint(1_000, 9_999)} {''.join(rng.choices('ABDEGHJKLNPRTVWXZ', k=2))}"
    else:
        area = rng.choice(("BS", "OX", "YO", "LS", "BN", "CB", "CF"))
        letters = "".join(rng.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        values["postcode"] = f"{area}{rng.randint(1, 19)} {rng.randint(1, 9)}{letters}"
    return values


def _iban(account: str) -> str:
    """Return an IBAN of a bank that does not exist, with the right check digits (ISO 13616)."""
    body = f"NWND{account}"
    digits = "".join(str(int(char, 36)) for char in f"{body}NL00")
    return f"NL{98 - int(digits) % 97:02d}{body}"


def _letters(texts: list[tuple[str, str]], *, values: dict[str, str], agent: Agent) -> list[tuple[str, str]]:
    """Put what one party says in a row into one letter; a curt agent leaves the salutation and the regards out."""
    letters: list[tuple[str, str]] = []
    for author, run in groupby(texts, key=lambda text: text[0]):
        body = "\n\n".join(text for _author, text in run)
        if author == "C":
            body = f"{body}\n\n{values['first']} {values['last']}"
        elif agent.manner is Manner.CURT:
            body = f"{body}\n\n{agent.name}"
        else:
            body = f"{_DEAR[agent.team].format(**values)}\n\n{body}\n\n{_REGARDS[agent.team]}\n{agent.name}"
        letters.append((author, body + "\n"))
    return letters


def _timed(
    texts: list[tuple[str, str]], *, contact: ContactPlan, values: dict[str, str], rng: random.Random
) -> tuple[IncomingMessage, ...]:
    days = rng.choice([day for day in range(26) if day % 7 < 5])
    local = dt.datetime.combine(
        plan().base_monday + dt.timedelta(days),
        dt.time(rng.randint(8, 15), rng.randint(0, 59), rng.randint(0, 59)),
        ZoneInfo(plan().time_zone),
    )
    clock = local.astimezone(dt.UTC)
    names = {
        "A": f"{contact.agent.name} {contact.agent.surname}",
        "C": f"{values['first']} {values['last']}",
        "B": _BOT,
    }
    roles = {"A": AuthorRole.AGENT, "N": AuthorRole.AGENT, "C": AuthorRole.CUSTOMER, "B": AuthorRole.BOT}
    messages: list[IncomingMessage] = []
    for position, (author, text) in enumerate(texts):
        if position:
            alone = author == texts[position - 1][0]
            clock += _wait(author, text=text, contact=contact, alone=alone, rng=rng)
        messages.append(
            IncomingMessage(
                position=position,
                author_role=roles[author],
                author_name=names["A" if author == "N" else author],
                # Many telephones export whole minutes.
                sent_at=clock.replace(second=0) if contact.channel is Channel.WHATSAPP else clock,
                text=text,
                internal=author == "N",
            )
        )
    return tuple(messages)


def _wait(author: str, *, text: str, contact: ContactPlan, alone: bool, rng: random.Random) -> dt.timedelta:
    """Return how long it takes until the next message; ``alone`` is whether its author wrote the one before as well."""
    if author == "B":
        return dt.timedelta(seconds=2)
    least, most = _ANSWERS[contact.agent.manner] if author == "A" else (8, 90)
    if alone or author == "N":
        least, most = 5, 12
    typing = len(text) // 12 if contact.channel is not Channel.EMAIL else 0
    return dt.timedelta(seconds=round(rng.uniform(least, most) * _SLOWNESS.get(contact.channel, 1)) + typing)
