"""The demo's survey: who was asked, who answered and what, made from each interaction's own number, so always the same."""

import random
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.demo.company import manifest
from qa.feedback.service import store_answers
from qa.feedback.values import USUAL_SCALE, IncomingAnswer, Satisfaction
from qa.i18n import Language
from qa.interactions.models import Interaction, Source
from qa.interactions.sources import DEFAULT, source_named
from qa.mystery.models import Visit

#: Of a hundred customers, how many were asked, and how many of those answered.
_ASKED, _ANSWERED = 90, 60
#: Which satisfaction is given how often, by the agent's manner: 1 to 5.
_SATISFACTION = {
    "warm": (1, 2, 6, 30, 61),
    "no_greeting": (4, 8, 22, 40, 26),
    "never_solves": (28, 28, 22, 14, 8),
    "promises": (10, 18, 26, 30, 16),
    "curt": (22, 26, 26, 18, 8),
}
_OTHERWISE = (4, 6, 15, 40, 35)
#: Of a hundred customers with this satisfaction, how many say that it was solved, how likely they are to recommend, and how easy it was.
_SOLVED = (12, 30, 60, 85, 96)
_RECOMMENDS = ((0, 3), (2, 6), (5, 8), (7, 9), (8, 10))
_EASE = ((1, 3), (2, 4), (3, 5), (4, 7), (5, 7))
_COMMENTED = 55
_WORDS: dict[Language, tuple[tuple[str, ...], ...]] = {
    Language.NL: (
        ("Ik ben van het kastje naar de muur gestuurd.", "Na drie keer bellen is er nog niets opgelost."),
        ("Het duurde lang en ik weet nog niet waar ik aan toe ben.", "Vriendelijk was het niet."),
        ("Ging wel, maar ik moest alles twee keer uitleggen.", "Redelijk geholpen."),
        ("Prettig gesprek, het had iets sneller gekund.", "Goed uitgelegd wat er nu gebeurt."),
        ("Heel fijn geholpen, dank u wel!", "Binnen een paar minuten opgelost, top."),
    ),
    Language.EN: (
        ("I was sent from one person to the next.", "Three calls later nothing is solved."),
        ("It took long and I still do not know what happens next.", "That was not friendly."),
        ("It was fine, but I had to explain everything twice.", "Reasonable help."),
        ("A pleasant talk, it could have been a bit quicker.", "Well explained what happens now."),
        ("Very well helped, thank you!", "Solved within minutes, great."),
    ),
}


def take_answers(act: Act) -> int:
    """Take in what the demo's customers answered; known answers change nothing. Returns how many lines there are."""
    asked = (
        select(Interaction)
        .where(Interaction.id.not_in(select(Visit.interaction_id).where(Visit.interaction_id.is_not(None))))
        .options(joinedload(Interaction.agent), joinedload(Interaction.source))
        .order_by(Interaction.stable_key)
    )
    manners = {str(agent["reference"]): str(agent["manner"]) for agent in manifest()["agents"]}
    told = [
        answer
        for one in act.session.scalars(asked)
        if (answer := _answer(one, one.source, manner=manners.get(one.agent.reference or "", ""))) is not None
    ]
    # One answer is about a conversation that has not come.
    told.append(IncomingAnswer(None, "T-90001", external_id="s-waiting", csat=_given(4), answered_at=act.now))
    store_answers(act, told, source=source_named(act, DEFAULT))
    return len(told)


def _answer(call: Interaction, source: Source, *, manner: str) -> IncomingAnswer | None:
    rng = random.Random(f"survey {call.stable_key}")  # noqa: S311 - a demo customer's mood is no secret
    if rng.random() * 100 >= _ASKED:
        return None
    key = f"s-{call.stable_key[:12]}"
    if rng.random() * 100 >= _ANSWERED:
        return IncomingAnswer(None, call.reference, source=source.name.lower(), external_id=key, invited=True)
    weights = _SATISFACTION.get(manner, _OTHERWISE)
    csat = rng.choices(range(1, 6), weights)[0]
    language = Language.of(call.language)
    words = rng.choice(_WORDS[language][csat - 1]) if rng.random() * 100 < _COMMENTED else ""
    return IncomingAnswer(
        None,
        call.reference,
        source=source.name.lower(),
        external_id=key,
        answered_at=call.started_at + timedelta(hours=2 + rng.random() * 40),
        invited=True,
        csat=_given(csat),
        nps=rng.randint(*_RECOMMENDS[csat - 1]),
        ces=rng.randint(*_EASE[csat - 1]),
        resolved=rng.random() * 100 < _SOLVED[csat - 1],
        comment=words,
        language=language.value,
    )


def _given(csat: int) -> Satisfaction:
    return Satisfaction(str(csat), USUAL_SCALE, USUAL_SCALE.hundredths(Decimal(csat)))
