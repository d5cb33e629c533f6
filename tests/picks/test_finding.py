"""Finding what is worth a look: silence, hold, words, and never what was drawn, picked, visited or erased."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ForbiddenError, InvalidError
from qa.evaluations.models import EvaluationKind
from qa.evaluations.service import assign
from qa.interactions.kinds import AuthorRole, Channel, InteractionState
from qa.interactions.models import Interaction
from qa.picks.finding import Search, find
from qa.picks.models import PickReason
from qa.privacy.erasure import erase_interaction
from qa.transcripts.models import Turn
from tests.makers import Makers

LAST_WEEKS = {"since": date(2026, 11, 1), "until": date(2026, 11, 18)}


def search(reason: PickReason, **values: object) -> Search:
    return Search(reason, **{**LAST_WEEKS, **values})  # type: ignore[arg-type]


def call(make: Makers, *events: tuple[str, int, int], **values: object) -> Interaction:
    made = make.interaction(**values)  # type: ignore[arg-type]
    transcript = make.transcript(made)
    transcript.events = [
        {"kind": kind, "start_ms": start, "end_ms": end, "channel": None} for kind, start, end in events
    ]
    make.act.session.flush()
    return made


def test_the_longest_silence_stands_first(act: Act, make: Makers) -> None:
    short = call(make, ("silence", 0, 20_000))
    long = call(make, ("silence", 0, 5_000), ("silence", 10_000, 70_000))
    call(make, ("hold", 0, 90_000))
    found = find(act, search(PickReason.SILENCE, at_least_ms=10_000))
    assert [(one.interaction.id, one.length_ms) for one in found.rows] == [(long.id, 60_000), (short.id, 20_000)]
    found = find(act, search(PickReason.SILENCE, at_least_ms=30_000))
    assert [one.interaction.id for one in found.rows] == [long.id]
    assert find(act, search(PickReason.SILENCE, at_least_ms=10_000, most=1)).total == 2


def test_holds_are_found_apart_from_silence(act: Act, make: Makers) -> None:
    held = call(make, ("hold", 5_000, 65_000), ("silence", 0, 3_000))
    call(make, ("silence", 0, 90_000))
    [one] = find(act, search(PickReason.HOLD, at_least_ms=1_000)).rows
    assert (one.interaction.id, one.length_ms) == (held.id, 60_000)


def test_how_long_a_customer_waited_is_found_in_messages(act: Act, make: Makers) -> None:
    def chat(*messages: tuple[str, int]) -> Interaction:
        made = make.interaction(channel=Channel.CHAT)
        transcript = make.transcript(made, [(role, "…") for role, _minute in messages])
        for turn, (_role, minute) in zip(transcript.turns, messages, strict=True):
            turn.sent_at = made.started_at + timedelta(minutes=minute)
        act.session.flush()
        return made

    # From the first unanswered message; what nobody answered has no end.
    slow = chat(("customer", 0), ("customer", 2), ("agent", 9), ("customer", 10), ("agent", 12), ("customer", 13))
    quick = chat(("customer", 0), ("agent", 1), ("agent", 30))
    chat(("customer", 0), ("customer", 50))
    call(make, ("silence", 0, 90_000))
    found = find(act, search(PickReason.WAIT, at_least_ms=30_000))
    assert [(one.interaction.id, one.length_ms) for one in found.rows] == [(slow.id, 540_000), (quick.id, 60_000)]
    internal = act.session.scalars(select(Turn).where(Turn.role == AuthorRole.AGENT).order_by(Turn.id)).first()
    assert internal is not None
    internal.internal = True
    act.session.flush()
    [longest, _other] = find(act, search(PickReason.WAIT)).rows
    assert (longest.interaction.id, longest.length_ms) == (slow.id, 720_000)


def test_only_the_newest_transcript_counts(act: Act, make: Makers) -> None:
    made = call(make, ("silence", 0, 60_000))
    newer = make.transcript(make.interaction())
    newer.interaction_id, newer.number = made.id, 2
    act.session.flush()
    assert find(act, search(PickReason.SILENCE)).rows == ()


def test_words_are_found_as_they_are_read_whatever_their_case(act: Act, make: Makers) -> None:
    said, other = make.interaction(), make.interaction()
    make.transcript(said, [("customer", "I want my Money Back, 100% of it.")])
    make.transcript(other)
    for words in ("money back", "100%"):
        found = find(act, search(PickReason.PHRASE, phrase=words))
        assert [one.interaction.id for one in found.rows] == [said.id]
    assert find(act, search(PickReason.PHRASE, phrase="1%0")).total == 0


def test_filters_and_days_count(act: Act, make: Makers) -> None:
    team = make.team()
    agent = make.agent(team=team)
    mine = make.interaction(agent=agent, channel=Channel.CHAT, days_ago=1)
    make.interaction(agent=agent, days_ago=40)
    make.interaction(days_ago=1)
    for wanted in ({"channel": Channel.CHAT}, {"team_id": team.id}, {"agent_id": agent.id}):
        found = find(act, search(PickReason.CHOICE, **wanted))
        assert [one.interaction.id for one in found.rows] == [mine.id]
    assert find(act, search(PickReason.CHOICE, since=date(2026, 11, 18))).total == 0


def test_what_cannot_be_picked_is_not_found(act: Act, make: Makers) -> None:
    drawn, erased, unread, free = (make.interaction() for _ in range(4))
    assign(act, drawn, reviewer=make.user(Role.REVIEWER), version=make.card(), kind=EvaluationKind.TARGETED)
    erase_interaction(act, erased)
    unread.state = InteractionState.FAILED
    act.session.flush()
    assert [one.interaction.id for one in find(act, search(PickReason.CHOICE)).rows] == [free.id]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"since": date(2026, 11, 18), "until": date(2026, 11, 17)}, "until"),
        ({"since": date(2026, 1, 1)}, "since"),
        ({"most": 0}, "most"),
        ({"phrase": " x "}, "phrase"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(act: Act, values: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        find(act, search(PickReason.PHRASE, **{"phrase": "money", **values}))
    assert refused.value.field == field


def test_reviewers_do_not_look_through_everything(act: Act, make: Makers) -> None:
    with pytest.raises(ForbiddenError):
        find(replace(act, actor=make.user(Role.REVIEWER)), search(PickReason.CHOICE))


def test_the_lowest_rating_stands_first_and_silence_is_no_rating(act: Act, make: Makers) -> None:
    calls = [call(make) for _ in range(4)]
    for one, csat in zip(calls, (2, 1, 5), strict=False):
        make.answer(one, csat=csat)
    make.answer(calls[0], csat=4)
    make.answer(calls[3], answered_at=None)
    found = find(act, search(PickReason.LOW_CSAT))
    assert [(one.interaction.id, one.rated) for one in found.rows] == [(calls[1].id, 0.0), (calls[0].id, 25.0)]
    assert found.total == 2
    assert find(act, search(PickReason.LOW_CSAT, rated_at_most=100)).total == 3
    with pytest.raises(InvalidError):
        find(act, search(PickReason.LOW_CSAT, rated_at_most=101))
