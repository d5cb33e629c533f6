"""Who is the agent and who the customer, from what they say; never guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from transcribe.types import Role, Turn

#: Only the beginning of a call is searched: greetings and questions for the order number come first.
OPENING_TURNS = 8


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that one role says; ``weight`` 2 decides alone, 1 needs company. ``…`` stands for one to four words."""

    role: Role
    phrase: str
    weight: int = 2


#: Data per language: what agents and customers say in the opening of a call.
CUES: dict[str, tuple[Cue, ...]] = {
    "en": (
        Cue(Role.AGENT, "how can i help"),
        Cue(Role.AGENT, "how may i help"),
        Cue(Role.AGENT, "how can i assist"),
        Cue(Role.AGENT, "what can i do for you"),
        Cue(Role.AGENT, "thank you for calling"),
        Cue(Role.AGENT, "thanks for calling"),
        Cue(Role.AGENT, "you are speaking with", 1),
        Cue(Role.AGENT, "you're speaking with", 1),
        Cue(Role.AGENT, "welcome to"),
        Cue(Role.AGENT, "customer service", 1),
        Cue(Role.AGENT, "good morning … speaking", 1),
        Cue(Role.AGENT, "good afternoon … speaking", 1),
        Cue(Role.AGENT, "may i have your"),
        Cue(Role.AGENT, "can i have your"),
        Cue(Role.AGENT, "could you give me your"),
        Cue(Role.AGENT, "what is your … number"),
        Cue(Role.AGENT, "let me check", 1),
        Cue(Role.AGENT, "i will look into"),
        Cue(Role.AGENT, "anything else i can"),
        Cue(Role.AGENT, "for security reasons i need"),
        Cue(Role.AGENT, "could you please confirm your"),
        Cue(Role.AGENT, "i have found your account"),
        Cue(Role.CUSTOMER, "my order number is"),
        Cue(Role.CUSTOMER, "my customer number is"),
        Cue(Role.CUSTOMER, "my account number is"),
        Cue(Role.CUSTOMER, "my postcode is"),
        Cue(Role.CUSTOMER, "i would like to cancel"),
        Cue(Role.CUSTOMER, "i want to cancel"),
        Cue(Role.CUSTOMER, "i am calling about"),
        Cue(Role.CUSTOMER, "i'm calling about"),
        Cue(Role.CUSTOMER, "i ordered"),
        Cue(Role.CUSTOMER, "i have a question about"),
        Cue(Role.CUSTOMER, "i was charged"),
        Cue(Role.CUSTOMER, "this is … calling"),
        Cue(Role.CUSTOMER, "i cannot log in"),
        Cue(Role.CUSTOMER, "i was promised"),
        Cue(Role.CUSTOMER, "when will i get my money"),
        Cue(Role.CUSTOMER, "my invoice", 1),
        Cue(Role.CUSTOMER, "my order", 1),
        Cue(Role.CUSTOMER, "my internet", 1),
        Cue(Role.CUSTOMER, "does not work", 1),
        Cue(Role.CUSTOMER, "is not working", 1),
    ),
    "nl": (
        Cue(Role.AGENT, "waarmee kan ik u"),
        Cue(Role.AGENT, "waarmee kan ik je"),
        Cue(Role.AGENT, "waar kan ik u mee"),
        Cue(Role.AGENT, "waar kan ik je mee"),
        Cue(Role.AGENT, "hoe kan ik u helpen"),
        Cue(Role.AGENT, "hoe kan ik je helpen"),
        Cue(Role.AGENT, "wat kan ik voor u"),
        Cue(Role.AGENT, "wat kan ik voor je"),
        Cue(Role.AGENT, "u spreekt met", 1),
        Cue(Role.AGENT, "je spreekt met", 1),
        Cue(Role.AGENT, "bedankt voor het bellen"),
        Cue(Role.AGENT, "dank u voor het bellen"),
        Cue(Role.AGENT, "welkom bij"),
        Cue(Role.AGENT, "klantenservice", 1),
        Cue(Role.AGENT, "mag ik uw"),
        Cue(Role.AGENT, "mag ik je"),
        Cue(Role.AGENT, "wat is uw … nummer"),
        Cue(Role.AGENT, "ik kijk het even", 1),
        Cue(Role.AGENT, "kan ik verder nog iets"),
        Cue(Role.AGENT, "om veiligheidsredenen moet ik"),
        Cue(Role.AGENT, "kunt u uw postcode"),
        Cue(Role.AGENT, "ik heb uw gegevens gevonden"),
        Cue(Role.CUSTOMER, "mijn bestelnummer is"),
        Cue(Role.CUSTOMER, "mijn ordernummer is"),
        Cue(Role.CUSTOMER, "mijn klantnummer is"),
        Cue(Role.CUSTOMER, "mijn postcode is"),
        Cue(Role.CUSTOMER, "ik wil … opzeggen"),
        Cue(Role.CUSTOMER, "ik bel over"),
        Cue(Role.CUSTOMER, "ik bel omdat"),
        Cue(Role.CUSTOMER, "ik heb … besteld"),
        Cue(Role.CUSTOMER, "ik heb een vraag over"),
        Cue(Role.CUSTOMER, "kan niet meer inloggen"),
        Cue(Role.CUSTOMER, "mij is … beloofd"),
        Cue(Role.CUSTOMER, "wanneer krijg ik mijn geld"),
        Cue(Role.CUSTOMER, "mijn factuur", 1),
        Cue(Role.CUSTOMER, "mijn bestelling", 1),
        Cue(Role.CUSTOMER, "mijn internet", 1),
        Cue(Role.CUSTOMER, "doet het niet", 1),
        Cue(Role.CUSTOMER, "werkt niet", 1),
    ),
}
#: How much more evidence one role needs than the other before a speaker gets it.
ENOUGH = 2
WORD = re.compile(r"[\w']+")
#: What ``…`` stands for between the parts of a phrase.
GAP = r" (?:\S+ ){1,4}"


def roles_of(turns: Sequence[Turn], *, language: str) -> dict[str, Role]:
    """The role of each speaker of ``turns``, as far as their own words or the other party's show it.

    A speaker's evidence is the weight of the agent's cues minus the weight of the customer's in their turns among the
    first eight. Agent from +2, customer from −2. With two speakers and one of them known, the other is the other
    party. ``language`` is that of turns which name none. Contradictions and a language without cues leave everybody
    ``UNKNOWN``.
    """
    speakers = list(dict.fromkeys(turn.speaker for turn in turns))
    evidence = dict.fromkeys(speakers, 0)
    for turn in turns[:OPENING_TURNS]:
        evidence[turn.speaker] += _evidence(turn.text, language=turn.language or language)
    roles = {speaker: _role(evidence[speaker]) for speaker in speakers}
    known = [role for role in roles.values() if role is not Role.UNKNOWN]
    if known.count(Role.AGENT) > 1 or (known.count(Role.CUSTOMER) > 1 and len(speakers) == 2):
        return dict.fromkeys(speakers, Role.UNKNOWN)
    if len(speakers) == 2 and len(known) == 1:
        other = Role.CUSTOMER if known[0] is Role.AGENT else Role.AGENT
        return {speaker: other if role is Role.UNKNOWN else role for speaker, role in roles.items()}
    return roles


def _evidence(text: str, *, language: str) -> int:
    spoken = plainly(text)
    weights = 0
    for cue in CUES.get(language[:2].lower(), ()):
        if pattern_of(cue.phrase).search(spoken):
            weights += cue.weight if cue.role is Role.AGENT else -cue.weight
    return weights


@lru_cache(maxsize=1024)
def plainly(text: str) -> str:
    """Return text as the patterns expect it: small words with single spaces between and around them."""
    words = WORD.findall(text.lower().replace("’", "'"))
    return f" {' '.join(words)} "


@cache
def pattern_of(phrase: str) -> re.Pattern[str]:
    """Return what finds a phrase in small words with single spaces around them; ``…`` stands for one to four words."""
    parts = [re.escape(part.strip()) for part in phrase.split("…")]
    return re.compile(" " + GAP.join(parts) + " ")


def _role(evidence: int) -> Role:
    if evidence >= ENOUGH:
        return Role.AGENT
    if evidence <= -ENOUGH:
        return Role.CUSTOMER
    return Role.UNKNOWN
