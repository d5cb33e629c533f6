"""The demo's shared comment templates, in both languages."""

from qa.act import Act
from qa.comment_templates.places import EVERYWHERE, Place
from qa.comment_templates.queries import find_templates, scorecard_of_key
from qa.comment_templates.service import TemplateWish, add_template
from scorecards.words import Words

_BOTH = ("phone-service", "chat-messaging")

#: Cards, criterion, and what is often said of it.
_TEXTS: tuple[tuple[tuple[str, ...], str, Words], ...] = (
    (
        _BOTH,
        "greeting",
        Words(
            "Say your own name as well as the company's: the customer then knows whom to ask for.",
            "Noem naast het bedrijf ook uw eigen naam: dan weet de klant naar wie te vragen.",
        ),
    ),
    (
        _BOTH,
        "recognises_feeling",
        Words(
            "Name what the customer feels before you go on to the solution.",
            "Benoem wat de klant voelt voordat u naar de oplossing gaat.",
        ),
    ),
    (
        _BOTH,
        "recognises_feeling",
        Words(
            "Well recognised, and in your own words.",
            "Goed herkend, en in uw eigen woorden.",
        ),
    ),
    (
        _BOTH,
        "understands_need",
        Words(
            "Sum the question up in one sentence and ask whether that is it.",
            "Vat de vraag in één zin samen en vraag of dat klopt.",
        ),
    ),
    (
        _BOTH,
        "realistic_expectations",
        Words(
            "Say what happens next, by whom and before when.",
            "Zeg wat er nu gebeurt, door wie en vóór wanneer.",
        ),
    ),
    (
        ("phone-service",),
        "hold",
        Words(
            "Ask whether the customer can wait, say how long, and thank them when you are back.",
            "Vraag of de klant kan wachten, zeg hoelang, en bedank als u terug bent.",
        ),
    ),
    (
        ("chat-messaging",),
        "clear_writing",
        Words(
            "Shorter sentences, one subject in each message.",
            "Kortere zinnen, één onderwerp per bericht.",
        ),
    ),
)

_ANYWHERE = Words(
    "Let us listen to this moment together in our next talk.",
    "Laten we dit moment in ons volgende gesprek samen beluisteren.",
)


def make_templates(act: Act) -> None:
    """Make the shared templates where there are none yet."""
    if find_templates(act, shared=True):
        return
    add_template(act, TemplateWish(_ANYWHERE, EVERYWHERE, shared=True))
    for cards, criterion, words in _TEXTS:
        for key in cards:
            place = Place(scorecard_of_key(act, key).id, criterion)
            add_template(act, TemplateWish(words, place, shared=True))
