"""What the tests of readers share: the zone of the files, any text, and what a person reads of the problems."""

from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from qa.interactions.reading.values import IncomingConversation, Reading

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


def sentences(reading: Reading[IncomingConversation]) -> list[str]:
    """What a person would read of the problems."""
    return [str(problem.text) for problem in reading.problems]
