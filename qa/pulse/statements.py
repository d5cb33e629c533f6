"""The statements that come with the product, and the two ways to answer."""

from dataclasses import dataclass
from enum import StrEnum

from qa.i18n import Language, Text, _
from qa.pulse.models import PulseStatement


class Scale(StrEnum):
    """How something is answered: how far one agrees, 1 to 5, or how likely one is to recommend it, 0 to 10."""

    AGREE = "agree"
    RECOMMEND = "recommend"

    @property
    def values(self) -> range:
        """What can be chosen."""
        return range(1, 6) if self is Scale.AGREE else range(11)


@dataclass(frozen=True, slots=True)
class Statement:
    """A shipped statement; what it is called in figures is shorter where it is a question."""

    key: str
    text: Text
    scale: Scale = Scale.AGREE


RECOMMEND = "recommend"

#: What a shipped key asks must stay what it asks: its answers are compared from round to round.
SHIPPED: tuple[Statement, ...] = (
    Statement("judged_fairly", _("My work is judged fairly.")),
    Statement("coaching_helps", _("Coaching helps me do my work better.")),
    Statement("good_tools", _("I can help customers well with the tools I have.")),
    Statement("enough_time", _("I get the time that a good conversation takes.")),
    Statement("clear_what", _("I know what is expected of me.")),
    Statement("heard", _("Something is done with what I say could be better.")),
    Statement("appreciated", _("My work is appreciated.")),
    Statement(RECOMMEND, _("Would you recommend working here?"), Scale.RECOMMEND),
)

AGREEMENT: dict[int, Text] = {
    1: _("Not at all"),
    2: _("Not really"),
    3: _("In between"),
    4: _("Mostly"),
    5: _("Entirely"),
}

_BY_KEY = {one.key: one for one in SHIPPED}


def scale_of(key: str) -> Scale:
    """Return how a statement is answered; a company's own are all about agreeing."""
    return _BY_KEY[key].scale if key in _BY_KEY else Scale.AGREE


def words_of(statement: PulseStatement, language: Language) -> Text | str:
    """Return what the statement says."""
    if statement.key in _BY_KEY:
        return _BY_KEY[statement.key].text
    return statement.text_nl if language is Language.NL else statement.text_en
