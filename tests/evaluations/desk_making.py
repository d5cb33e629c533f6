"""What tests of the desk's pages start from: an evaluation to be scored, and the whole form of its card."""

import re
from dataclasses import dataclass, replace
from html import unescape

from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.evaluations import service
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.interactions.models import Interaction
from qa.people.models import User
from scorecards.definition import Card, Kind
from tests.makers import Makers


@dataclass(frozen=True)
class Desk:
    """The numbers of what was made; the rows themselves belong to a transaction that is over."""

    id: int
    interaction_id: int
    reviewer_id: int
    agent_id: int
    supervisor_id: int
    turn_ids: tuple[int, ...]
    card: Card

    @property
    def path(self) -> str:
        return f"/evaluations/{self.id}"


def make_desk(
    make: Makers,
    *,
    reviewer: User | None = None,
    said: list[tuple[str, str]] | None = None,
    card: str = "phone-service",
    interaction: Interaction | None = None,
) -> Desk:
    """Give a reviewer an interaction with a transcript."""
    version = make.card(card)
    found = interaction or make.interaction()
    transcript = make.transcript(found, said)
    given = service.assign(
        make.act, found, reviewer=reviewer or make.user(Role.REVIEWER), version=version, kind=EvaluationKind.TARGETED
    )
    return Desk(
        given.id,
        found.id,
        given.reviewer_id,
        given.agent_id,
        make.user(Role.SUPERVISOR).id,
        tuple(turn.id for turn in transcript.turns),
        card_of(version),
    )


def best_form(card: Card, *, revision: int = 0, **changed: str) -> dict[str, object]:
    """The posted form with the highest mark on every criterion; ``changed`` by field name with ``__`` for ``-``."""
    given: dict[str, object] = {"revision": str(revision), "summary": "All went well."}
    for _section, criterion in card.criteria():
        if criterion.kind not in {Kind.TEXT, Kind.NUMERIC} and criterion.condition is None:
            given[f"answer-{criterion.key}"] = max(criterion.options, key=lambda option: option.value).key
    return given | {name.replace("__", "-"): value for name, value in changed.items()}


def submit_best(make: Makers, desk: Desk, *, comment: str = "", release: bool = False) -> None:
    """Submit the evaluation with full marks, and release it where asked."""
    evaluation = make.act.session.get_one(Evaluation, desk.id)
    marks = {
        name.removeprefix("answer-"): Mark(option=str(value), comment=comment)
        for name, value in best_form(desk.card).items()
        if name.startswith("answer-")
    }
    act = replace(make.act, actor=evaluation.reviewer)
    service.submit_evaluation(act, evaluation, marks=marks, summary="All went well.", revision=evaluation.revision)
    if release:
        supervisor = make.act.session.get_one(User, desk.supervisor_id)
        service.release(replace(make.act, actor=supervisor), evaluation)


def words_of(page: str) -> str:
    """What a reader sees of a page, in one line."""
    body = page.split("<main", 1)[-1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
