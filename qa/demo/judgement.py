"""How the demo's reviewers mark: after what the agent is like and what was said, each a little in their own way."""

import random
import re
from dataclasses import dataclass

from qa.demo.company import manner_of
from qa.evaluations.marks import EvidenceGiven, Mark, Marks
from qa.i18n import Language
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript, Turn
from scorecards.definition import Card, Criterion, Kind
from transcribe.types import Span

#: Expected mark (0-100) of each criterion by the agent's manner; what is not named is 92.
_EXPECTED: dict[str, dict[str, int]] = {
    "warm": {"recognises_feeling": 95, "personal": 95, "solution": 92},
    "no_greeting": {"greeting": 5, "personal": 60, "recognises_feeling": 70},
    "never_solves": {"solution": 15, "explanation": 40, "understands_need": 65},
    "promises": {"realistic_expectations": 45, "explanation": 70, "solution": 75},
    "curt": {
        "respectful": 40,
        "recognises_feeling": 15,
        "listens": 45,
        "personal": 30,
        "greeting": 70,
        "clear_and_calm": 60,
    },
}
_OTHERWISE = 92

#: Causes by criterion where the demo's reviewers see one beyond the agent's skill.
_CAUSES: dict[str, tuple[str, ...]] = {
    "solution": ("knowledge", "authority", "waiting_on_team"),
    "explanation": ("knowledge", "skill"),
    "first_reply": ("staffing",),
    "hold": ("technology", "skill"),
    "realistic_expectations": ("knowledge",),
}

_COMMENTS: dict[str, dict[Language, str]] = {
    "greeting": {
        Language.EN: "The customer does not hear who they are talking to.",
        Language.NL: "De klant hoort niet met wie hij spreekt.",
    },
    "respectful": {
        Language.EN: "The words are correct, but they sound short to someone who is worried.",
        Language.NL: "De woorden kloppen, maar klinken kortaf voor iemand die zich zorgen maakt.",
    },
    "recognises_feeling": {
        Language.EN: "The customer says how annoying it is; the answer goes straight to the procedure.",
        Language.NL: "De klant zegt hoe vervelend het is; het antwoord gaat meteen over de procedure.",
    },
    "listens": {
        Language.EN: "The customer has to say the same thing twice.",
        Language.NL: "De klant moet hetzelfde twee keer zeggen.",
    },
    "solution": {
        Language.EN: "The question stays open: there is no solution, and no alternative either.",
        Language.NL: "De vraag blijft open: er komt geen oplossing en ook geen alternatief.",
    },
    "explanation": {
        Language.EN: "It is not said what happens next and when.",
        Language.NL: "Er wordt niet gezegd wat er nu gebeurt en wanneer.",
    },
    "realistic_expectations": {
        Language.EN: "A refund is promised that has not been approved.",
        Language.NL: "Er wordt een terugbetaling toegezegd die nog niet is goedgekeurd.",
    },
    "understands_need": {
        Language.EN: "One more question would have shown what the customer really needed.",
        Language.NL: "Met één vraag meer was duidelijk geworden wat de klant echt nodig had.",
    },
}
_COMMENT: dict[Language, str] = {
    Language.EN: "See the words that are bound to this mark.",
    Language.NL: "Zie de woorden die bij dit oordeel horen.",
}

_SUMMARIES: dict[str, dict[Language, str]] = {
    "warm": {
        Language.EN: "A pleasure to read: the customer is heard first and helped after.",
        Language.NL: "Fijn gedaan: eerst wordt de klant gehoord, dan geholpen.",
    },
    "no_greeting": {
        Language.EN: "Well solved. A greeting with your name would make the start warmer.",
        Language.NL: "Goed opgelost. Een begroeting met je naam maakt het begin warmer.",
    },
    "never_solves": {
        Language.EN: "Friendly, but the customer leaves with the question they came with.",
        Language.NL: "Vriendelijk, maar de klant gaat weg met de vraag waarmee hij kwam.",
    },
    "promises": {
        Language.EN: "Helpful in tone. Promise only what is certain.",
        Language.NL: "Behulpzaam van toon. Zeg alleen toe wat zeker is.",
    },
    "curt": {
        Language.EN: "To the point. One sentence of understanding would change how it lands.",
        Language.NL: "Ter zake. Eén zin begrip zou veel schelen in hoe het overkomt.",
    },
}


#: Words by which the demo's reviewers find the turn that a good mark is about, in both languages.
_SIGNS = {
    "respectful": re.compile(
        r"please|thank|good (morning|afternoon|evening)|happy to|alstublieft|dank|graag|goede(morgen|middag)",
        re.IGNORECASE,
    ),
    "recognises_feeling": re.compile(
        r"sorry|understand|imagine|frustrat|annoy|worr|upset|spijt|begrijp|snap|vervelend|voorstellen|schrik|excuses",
        re.IGNORECASE,
    ),
    "personal": re.compile(r"sorry|understand|together|you can|begrijp|snap|samen|fijn|succes|graag", re.IGNORECASE),
    "understands_need": re.compile(r"\?"),
    "listens": re.compile(r"\?|right|clear|gelijk|duidelijk|dus", re.IGNORECASE),
    "solution": re.compile(
        r"send|refund|correct|chang|solved|cancel|technician|stuur|terug|aangepast|hersteld|opgelost|regel|monteur",
        re.IGNORECASE,
    ),
    "explanation": re.compile(r"within|tomorrow|will|days|week|binnen|morgen|krijgt|ontvangt|dagen", re.IGNORECASE),
    "realistic_expectations": re.compile(
        r"unfortunately|cannot|before|within|helaas|kan niet|vanaf|binnen", re.IGNORECASE
    ),
}

#: And the turn that a low mark is about; where none is named, it is a turn without the words of a good mark.
_LOW_SIGNS = {
    "solution": re.compile(
        r"unfortunately|form|website|ask my|another|not our|wait|helaas|formulier|navragen|andere|wacht", re.IGNORECASE
    ),
    "realistic_expectations": re.compile(
        r"refund two hundred|ninety percent|refund within an hour|for life|guarantee|completely|all of it|for free"
        r"|is free|on the house|ten minutes|any time you like|tomorrow before|brand-new|nothing, ever|halve|as long as"
        r"|keep our word|tonight|disappear|never hear|everyone in|vip account|promise|100%",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A reviewer's habits: ``severity`` in points (above 0 is milder), and the language they write in."""

    severity: int
    language: Language


def judge(
    card: Card, transcript: Transcript, *, agent: str, reviewer: Reviewer, rng: random.Random
) -> tuple[dict[str, Mark], str]:
    """Return the marks on a card and a summary; ``agent`` is the reference of the demo's agent."""
    manner = manner_of(agent)
    marks: dict[str, Mark] = {}
    for _section, criterion in card.criteria():
        if criterion.kind is Kind.TEXT or criterion.condition is not None:
            continue
        if criterion.allow_not_applicable and criterion.key in {"hold", "transfer", "first_reply"}:
            marks[criterion.key] = Mark(not_applicable=True)
            continue
        expected: float = _EXPECTED[manner].get(criterion.key, _OTHERWISE)
        if criterion.key == "realistic_expectations" and not _bearing(criterion.key, transcript, good=False):
            expected = _OTHERWISE  # whoever promised nothing is not marked down for it
        expected = expected + reviewer.severity + rng.gauss(0, 9)
        marks[criterion.key] = _mark(criterion, transcript, expected=expected, reviewer=reviewer, rng=rng)
    return marks, _SUMMARIES[manner][reviewer.language]


def _mark(
    criterion: Criterion, transcript: Transcript, *, expected: float, reviewer: Reviewer, rng: random.Random
) -> Mark:
    option = min(criterion.options, key=lambda found: abs(float(found.value) - expected))
    value = option.value
    low = value < criterion.fails_below
    wants_evidence = criterion.evidence_below is not None and value < criterion.evidence_below
    wants_comment = criterion.comment_below is not None and value < criterion.comment_below
    turn = _turn_for(criterion.key, transcript, good=not low, rng=rng)
    bound = wants_evidence or low or (value >= 90 and rng.random() < 0.5)
    return Mark(
        option=option.key,
        cause=_cause(criterion, rng=rng) if low and criterion.causes else None,
        comment=_COMMENTS.get(criterion.key, _COMMENT)[reviewer.language] if wants_comment or low else "",
        evidence=(_evidence(turn),) if bound and turn is not None else (),
    )


def _cause(criterion: Criterion, *, rng: random.Random) -> str:
    known = [cause.value for cause in criterion.causes]
    return rng.choice([cause for cause in _CAUSES.get(criterion.key, ()) if cause in known] or known[:1])


def _turn_for(criterion: str, transcript: Transcript, *, good: bool, rng: random.Random) -> Turn | None:
    """Choose the turn a mark rests on; a good mark may do without, a low one may not."""
    own = _own(transcript)
    if not own:
        return None
    if criterion == "greeting":
        return own[0]
    fitting = _bearing(criterion, transcript, good=good)
    if good and not fitting:
        return None
    return rng.choice(fitting or own)


def _bearing(criterion: str, transcript: Transcript, *, good: bool) -> list[Turn]:
    """Return the turns whose words bear on the criterion; where no words are known for it, that is any turn."""
    low_signs = _LOW_SIGNS.get(criterion)
    if not good and low_signs is not None:
        return [turn for turn in _own(transcript) if low_signs.search(turn.text)]
    signs = _SIGNS.get(criterion)
    return [turn for turn in _own(transcript) if signs is None or bool(signs.search(turn.text)) is good]


def _own(transcript: Transcript) -> list[Turn]:
    """Return the agent's turns; everybody's where it is not known who the agent is."""
    said = [turn for turn in transcript.turns if not turn.internal and turn.text.strip()]
    return [turn for turn in said if turn.role is AuthorRole.AGENT] or said


def _evidence(turn: Turn) -> EvidenceGiven:
    if turn.words:
        last = min(len(turn.words), 14) - 1
        return EvidenceGiven(
            turn.id,
            0,
            last,
            int(turn.words[0][1]),
            int(turn.words[last][2]),
            " ".join(str(word[0]) for word in turn.words[: last + 1]),
        )
    return EvidenceGiven(turn.id, None, None, None, None, turn.text[:300])


def listened(marks: Marks, sound_ms: int, *, whole: bool) -> list[Span]:
    """Return what a reviewer plays: the whole recording, or its beginning and some of what the marks rest on."""
    if whole:
        return [Span(0, sound_ms)]
    bound = [item for mark in marks.values() for item in mark.evidence]
    heard = [
        Span(one.start_ms, one.end_ms) for one in bound[::2] if one.start_ms is not None and one.end_ms is not None
    ]
    return [Span(0, sound_ms // 3), *heard]


#: The demo's reviewers in the order they are made: one a little strict, one about right, one mild.
HABITS = (-6, 0, 5)


def reviewer_habits(number: int, language: Language) -> Reviewer:
    """Return the habits of the demo's reviewer of that number."""
    return Reviewer(HABITS[number % len(HABITS)], language)
