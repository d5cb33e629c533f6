"""What the scores of a card say of customers, kept by the hourly job: in a large company it takes a while to work out."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, func, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, Scorecard, VersionState
from qa.cards.queries import card_of, newest_offered
from qa.errors import NotFoundError
from qa.estimate.association import Association, Measure
from qa.estimate.exclusions import Exclusions
from qa.estimate.figure import Figure
from qa.estimate.intervals import Method
from qa.estimate.validity import Finding, Outcome, Response, Validity
from qa.feedback.figures import AnswerFigures
from qa.feedback.models import CustomerAnswer
from qa.i18n import _
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, CardValidity, DrawSums
from qa.insight.validity import FEW, Found, few_scored, validity_of
from scorecards.definition import Card


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of a card."""

    card: Card
    #: None where it is not worked out yet, and takes too long for a page.
    found: Found | None
    #: When it was worked out; None where that is now.
    counted_at: datetime | None


def shown_validity(act: Act, *, card: str) -> Shown:
    """Return what the scores of the card with this key say: of few as they stand now, of many as it was kept.

    Raises ``NotFoundError`` for a card that nobody scored with.
    """
    act.require(Permission.OVERVIEW_SEE)
    scorecard_id = act.session.scalar(select(Scorecard.id).where(Scorecard.key == card))
    version = newest_offered(act, scorecard_id) if scorecard_id is not None else None
    if version is None:
        raise NotFoundError(_("There is no such scorecard."))
    kept = act.session.scalar(select(CardValidity).where(CardValidity.scorecard_id == scorecard_id))
    if (kept is None or kept.scored <= FEW) and few_scored(act, card=card):
        return Shown(card_of(version), validity_of(act, card=card), None)
    if kept is None:
        return Shown(card_of(version), None, None)
    return Shown(card_of(version), _from_plain(kept.found), kept.counted_at)


def due_validities(act: Act) -> dict[str, str]:
    """Return the cards of which nothing is kept, or something changed since: by key, with what their state is known by.

    To be asked when the draws are counted, whose states are taken from what is kept of them.
    """
    state = _state(act)
    offered = select(CardVersion.scorecard_id).where(CardVersion.state != VersionState.DRAFT)
    as_it_stands = select(CardValidity.scorecard_id).where(CardValidity.state == state)
    cards = select(Scorecard.key).where(Scorecard.id.in_(offered), Scorecard.id.not_in(as_it_stands))
    return dict.fromkeys(act.session.scalars(cards.order_by(Scorecard.key)), state)


def keep_validity(act: Act, found: Found, *, card: str, state: str) -> None:
    """Keep what was found in the place of what was kept before."""
    scorecard_id = act.session.scalars(select(Scorecard.id).where(Scorecard.key == card)).one()
    act.session.execute(delete(CardValidity).where(CardValidity.scorecard_id == scorecard_id))
    act.session.add(
        CardValidity(
            scorecard_id=scorecard_id,
            scored=found.result.response.share.n,
            found=asdict(found),
            state=state,
            counted_at=act.now,
        )
    )
    act.session.flush()


def _state(act: Act) -> str:
    """Tell the state of all draws and answers, and of the day, by which the year moves on: different after any change."""
    draws = select(DrawSums.draw_id, DrawSums.state).where(DrawSums.team == ALL_TEAMS, DrawSums.channel == ALL_CHANNELS)
    answers = select(
        func.count(CustomerAnswer.id),
        func.sum(CustomerAnswer.id),
        func.sum(CustomerAnswer.interaction_id),
        func.sum(CustomerAnswer.csat_bp),
        func.sum(CustomerAnswer.nps),
        func.sum(CustomerAnswer.ces),
        func.sum(case((CustomerAnswer.resolved.is_(True), 1), else_=0)),
        func.max(CustomerAnswer.received_at),
        func.max(CustomerAnswer.changed_at),
    )
    told = hashlib.sha256(f"{act.now.astimezone(ZoneInfo(act.settings.time_zone)):%Y-%m-%d}".encode())
    for asked in (draws.order_by(DrawSums.draw_id), answers):
        for row in act.session.execute(asked):
            told.update(" ".join(str(part) for part in row).encode() + b"\n")
    return told.hexdigest()


def _from_plain(plain: Mapping[str, Any]) -> Found:
    result, answers = plain["result"], plain["answers"]
    response = result["response"]
    read: dict[str, Any] = {
        one.name: _figure(answers[one.name]) if one.type is Figure else answers[one.name]
        for one in fields(AnswerFigures)
    }
    return Found(
        Validity(
            tuple(_finding(one) for one in result["findings"]),
            Response(_figure(response["share"]), _association(response["difference"])),
        ),
        AnswerFigures(**read),
        plain["not_asked"],
    )


def _finding(plain: Mapping[str, Any]) -> Finding:
    return Finding(
        plain["score"],
        Outcome(plain["outcome"]),
        plain["n"],
        _association(plain["association"]),
        _association(plain["beside"]),
        plain["adjusted"],
    )


def _association(plain: Mapping[str, Any] | None) -> Association | None:
    return None if plain is None else Association(**{**plain, "measure": Measure(plain["measure"])})


def _figure(plain: Mapping[str, Any]) -> Figure:
    return Figure(
        **{
            **plain,
            "method": Method(plain["method"]),
            "draw_ids": tuple(plain["draw_ids"]),
            "exclusions": None if plain["exclusions"] is None else Exclusions(**plain["exclusions"]),
        }
    )
