"""The demo company: its people, teams, sources and cards, made once and found again."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import select

from qa.act import Act
from qa.auth.passwords import hash_password, new_token
from qa.auth.roles import Role
from qa.cards.service import ensure_shipped
from qa.i18n import Language
from qa.interactions.models import Source
from qa.interactions.sources import SourceFacts, add_source
from qa.people.models import Team, User, UserState
from qa.people.service import Person, add_person, add_team

MATERIAL = Path(str(resources.files("qa.demo"))) / "material"

#: Who works at the demo company besides its agents: name, role, language.
STAFF = (
    ("Marieke Bos", Role.ADMIN, Language.NL),
    ("Petra van Leeuwen", Role.SUPERVISOR, Language.NL),
    ("George Mitchell", Role.SUPERVISOR, Language.EN),
    ("Joost Verhoeven", Role.REVIEWER, Language.NL),
    ("Anouk Kuipers", Role.REVIEWER, Language.NL),
    ("Grace Campbell", Role.REVIEWER, Language.EN),
    ("Ruben Prins", Role.SHOPPER, Language.NL),
)


@dataclass(frozen=True, slots=True)
class Shift:
    """How the material's fixed dates are moved: whole weeks, so that its last week is the week before this one."""

    weeks: int

    def moved(self, moment: datetime) -> datetime:
        """Return the moment in the demo's own time."""
        return moment + timedelta(weeks=self.weeks)


@cache
def manifest() -> dict[str, Any]:
    """Return what the material says of itself."""
    found: dict[str, Any] = json.loads((MATERIAL / "manifest.json").read_text(encoding="utf-8"))
    return found


def first_monday() -> date:
    """Return the Monday from which the material counts."""
    return date.fromisoformat(manifest()["base_monday"])


def weeks_of_material() -> int:
    """Return over how many weeks the material is spread."""
    starts = [datetime.fromisoformat(call["started_at"]).date() for call in manifest()["recordings"]]
    starts += [
        datetime.fromisoformat(one["started_at"]).date()
        for file in manifest()["chats"]
        for one in file["conversations"]
    ]
    return (max(starts) - first_monday()).days // 7 + 1


def shift_to(today: date) -> Shift:
    """Return the shift that ends the material with the week before today's."""
    this_monday = today - timedelta(days=today.weekday())
    return Shift((this_monday - first_monday()).days // 7 - weeks_of_material())


def make_company(act: Act) -> None:
    """Make cards, teams, people and sources where they are not there yet."""
    ensure_shipped(act)
    company = manifest()
    teams = {key: _team(act, name) for key, name in company["teams"].items()}
    for name, role, language in STAFF:
        _person(act, Person(name, role, email=_address(name), language=language, time_zone=company["time_zone"]))
    for agent in company["agents"]:
        _person(
            act,
            Person(
                agent["full_name"],
                Role.AGENT,
                email=agent["email"],
                reference=agent["reference"],
                team_id=teams[agent["team"]].id,
                language=Language(agent["team"]),
                time_zone=company["time_zone"],
            ),
        )
    for source in company["sources"]:
        channels = source["channels"]
        _source(
            act,
            SourceFacts(
                source["name"],
                agent_channel=channels.index("agent") if "agent" in channels else None,
                time_zone=company["time_zone"],
                language=source["language"] or None,
            ),
        )
    _source(act, SourceFacts("messages", agent_channel=None, time_zone=company["time_zone"]))


def by_role(act: Act, role: Role) -> list[User]:
    """Return the demo's people of a role, in the order they were made."""
    return list(act.session.scalars(select(User).where(User.role == role).order_by(User.id)))


def manner_of(reference: str) -> str:
    """Return how the demo's agent goes about their work."""
    return next(str(agent["manner"]) for agent in manifest()["agents"] if agent["reference"] == reference)


def _address(name: str) -> str:
    return name.lower().replace(" van ", ".van").replace(" ", ".") + "@noordwind.example"


def _team(act: Act, name: str) -> Team:
    return act.session.scalar(select(Team).where(Team.name == name)) or add_team(act, name=name)


def _person(act: Act, person: Person) -> User:
    found = act.session.scalar(select(User).where(User.email == person.email))
    if found is not None:
        return found
    user = add_person(act, person)
    user.password_hash = _unknown_password()
    user.state = UserState.ACTIVE
    return user


@cache
def _unknown_password() -> str:
    """Return the hash of a password nobody knows: in the demo one becomes somebody by choosing them."""
    return hash_password(new_token())


def _source(act: Act, facts: SourceFacts) -> Source:
    return act.session.scalar(select(Source).where(Source.name == facts.name)) or add_source(act, facts)
