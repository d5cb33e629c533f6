"""Ways of saying that tell what a pause, a word in between or a new voice means; Dutch and English side by side.

People in one conversation change languages, and no phrase here means something else in the other one, so that all
are looked for everywhere.
"""

from collections.abc import Iterable

from transcribe.cues import pattern_of, plainly
from transcribe.types import Turn

#: Longest sign of listening, in words.
NOD_WORDS = 3
#: What listeners say without wanting to speak: Schegloff's continuers, and words of assent.
NODS = frozenset(
    [
        "mm",
        "mmm",
        "mhm",
        "hm",
        "hmm",
        "huh",
        "uh",
        "uhm",
        "aha",
        "ah",
        "oh",
        "ja",
        "jaja",
        "yes",
        "yeah",
        "yep",
        "ok",
        "okay",
        "oke",
        "oké",
        "right",
        "exactly",
        "precies",
        "inderdaad",
        "klopt",
        "sure",
        "alright",
        "goed",
    ]
)
#: Said before one is silent for a while: the other knows what is waited for.
PATIENCE = (
    "one moment", "just a moment", "a moment please", "one second", "just a second", "bear with me", "hold on",
    "let me check", "let me look", "let me see", "i will check", "i'll check", "i will look", "i'll look",
    "i am looking", "i'm looking", "i am checking", "i'm checking", "hold the line", "put you on hold", "just a minute",
    "een moment", "één moment", "moment geduld", "momentje", "ogenblik", "ogenblikje", "eventjes", "blijf aan de lijn",
    "blijft u aan de lijn", "in de wacht", "ik kijk even", "ik kijk het even", "ik ga even", "ik zoek even",
    "ik zoek het", "ik zal even", "even kijken", "even geduld", "even nakijken", "even opzoeken", "even navragen",
)  # fmt: skip
#: Said by who puts a caller through, and by who takes over.
PUTS_THROUGH = (
    "put you through", "putting you through", "transfer you", "transferring you", "connect you", "connecting you",
    "pass you on to", "verbind u door", "verbind je door", "u doorverbinden", "je doorverbinden",
    "u door met", "zet u door", "zet je door", "u doorzetten", "je doorzetten",
)  # fmt: skip
#: Said at the very end.
FAREWELLS = (
    "goodbye", "good bye", "bye", "bye bye", "have a nice day", "have a good day", "have a great day",
    "tot ziens", "tot horens", "doei", "fijne dag", "prettige dag", "fijne avond", "fijn weekend", "dag hoor",
    "goedendag hoor",
)  # fmt: skip


def is_nod(turn: Turn) -> bool:
    """Whether a turn is no more than a sign of listening: one to three words, all of them ``NODS``."""
    words = plainly(turn.text).split()
    return 0 < len(words) <= NOD_WORDS and NODS.issuperset(words)


def says(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text holds one of the phrases, without regard to capitals and punctuation."""
    plain = plainly(text)
    return any(pattern_of(phrase).search(plain) for phrase in phrases)
