"""The words of a turn as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from qa.i18n import Language, _, say


@dataclass(frozen=True, slots=True)
class ShownWord:
    """One word; ``doubt`` says why it may be wrong, ``breaks`` counts the line breaks before it.

    ``first`` and ``last`` count the heard words of the turn that lie under it: evidence is bound to those.
    """

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    doubt: str = ""
    breaks: int = 0
    first: int = 0
    last: int = 0
    #: People put it in the place of what was heard.
    corrected: bool = False
    #: What was heard in the place of this word and those before it that were corrected together.
    instead_of: str = ""
    #: What was heard before this word where, people say, nothing was said.
    left_out: tuple[str, ...] = ()


def words_shown(words: Iterable[ShownWord], *, left_out: Iterable[str], language: Language) -> Markup:
    """Return the words as markup. A long call has tens of thousands, which a template would take seconds for.

    ``left_out`` is what was heard after the last of them where, people say, nothing was said.
    """
    shown = [_shown(word, language) for word in words] + [_left_out(heard, language) for heard in left_out]
    return Markup(" ".join(shown))  # noqa: S704  # every text is escaped


def _shown(word: ShownWord, language: Language) -> str:
    kind, doubt = ("word word-doubt", f' title="{escape(word.doubt)}"') if word.doubt else ("word", "")
    timed = f' data-start="{word.start_ms}" data-end="{word.end_ms}"' if word.start_ms is not None else ""
    # Most words are letters, which need no escaping, and were corrected by nobody.
    text = word.text if word.text.isalnum() else escape(word.text)
    end = f' data-w-end="{word.last}"' if word.last != word.first else ""
    if word.corrected:
        kind += " word-corrected"
    one = f'{"<br>" * word.breaks}<span class="{kind}" data-w="{word.first}"{end}{timed}{doubt}>{text}</span>'
    if word.left_out:
        one = " ".join([*(_left_out(heard, language) for heard in word.left_out), one])
    return f"{one} {heard_instead(word.instead_of, language)}" if word.instead_of else one


def heard_instead(heard: str, language: Language) -> Markup:
    """Return what was heard in the place of what people corrected, told on hover and focus."""
    aloud, told = escape(say(_("Corrected."), language)), escape(say(_("Heard: “{words}”", words=heard), language))
    return _told("✎", f'<span class="visually-hidden">{aloud}</span> {told}')


def _left_out(heard: str, language: Language) -> Markup:
    """Where something was heard of which people say that it was not said."""
    return _told("✎ […]", str(escape(say(_("Nothing was said here. Heard: “{words}”", words=heard), language))))


def _told(sign: str, escaped: str) -> Markup:
    return Markup(  # noqa: S704  # whoever calls has escaped it
        f'<button class="heard-here" type="button"><span aria-hidden="true">{sign}</span>'
        f'<span class="heard-text">{escaped}</span></button>'
    )
