"""What templates use besides their context: written numbers, times, clock positions, addresses of this page."""

from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from flask import Flask, g, request, url_for
from markupsafe import Markup

from qa.auth.roles import ROLE_LABELS
from qa.i18n import Language, datetime_text, duration_text, say
from qa.interactions.models import Interaction
from qa.interactions.whose import reference_of
from qa.reports.numbers import margin_text, signed_text

#: From here on "n weeks ago" says less than the date.
RELATIVE_UNTIL = timedelta(days=28)
_LOCALES = {Language.EN: "en_GB", Language.NL: "nl_NL"}


def install_look(app: Flask) -> None:
    """Give the app's templates the filters and functions of this module, and ``clock``."""
    app.jinja_env.filters.update(
        clock=duration_text,
        number=number,
        exact=exact,
        ago=ago,
        day=day,
        time_of_day=time_of_day,
        language_name=language_name,
        reference=reference,
    )
    app.jinja_env.globals.update(refuse=refuse, margin=margin, here=here, icon=icon, role_labels=ROLE_LABELS)


def reader() -> tuple[Language, str]:
    """Return the language and the time zone of who reads this page; the door puts both in ``g``."""
    return Language.of(str(g.get("language", ""))), str(g.get("time_zone", "Europe/Amsterdam"))


def number(value: float, digits: int | None = None) -> str:
    """Return a number with the reader's decimal sign, and with a minus that is as wide as a plus."""
    return signed_text(value, reader()[0], digits=digits)


def exact(moment: datetime) -> str:
    """Return day and time in the reader's zone."""
    language, zone = reader()
    return datetime_text(moment, language, zone=zone)


def day(moment: datetime) -> str:
    """Return the day in the reader's zone."""
    language, zone = reader()
    return datetime_text(moment, language, zone=zone, style="EEEE d MMMM y")


def time_of_day(moment: datetime) -> str:
    """Return hour and minute in the reader's zone."""
    language, zone = reader()
    return datetime_text(moment, language, zone=zone, style="HH:mm")


def ago(moment: datetime, *, now: datetime | None = None) -> str:
    """Return how long ago or from now, such as "2 hours ago"; the date where it is further than four weeks."""
    language, zone = reader()
    away = moment - (now or datetime.now(UTC))
    if abs(away) >= RELATIVE_UNTIL:
        return datetime_text(moment, language, zone=zone, style="d MMM y")
    return format_timedelta(away, add_direction=True, locale=_LOCALES[language])


def language_name(tag: str) -> str:
    """Return what the reader calls the language of a tag such as ``nl``; the tag itself where it names none."""
    try:
        found = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return tag
    name = found.get_language_name(_LOCALES[reader()[0]])
    return name or tag


def reference(interaction: Interaction) -> str:
    """Return what the interaction is called, without an agent whom the reader may not know."""
    return say(reference_of(g.act, interaction), reader()[0])


def margin(value: float, low: float, high: float) -> str:
    """Return an interval as ``±6``, or as ``38–96`` where the two sides differ after rounding; ``−29 … 8`` below nought."""
    return margin_text(value, low, high, reader()[0])


def here(**changed: str | int | None) -> str:
    """Return this page's own address with other query values; None takes a value out."""
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **changed, **(request.view_args or {})}
    return url_for(str(request.endpoint), **{name: value for name, value in values.items() if value is not None})


def icon(name: str) -> Markup:
    """Return a small drawing that stands beside its word and is therefore hidden from readers aloud.

    Raises:
        KeyError: when there is no drawing of that name.

    """
    return _SVG.format(Markup(_DRAWINGS[name]))  # noqa: S704  # the drawings are constants of this module


def refuse(why: str) -> NoReturn:
    """Stop a template that would show what must not be shown."""
    raise ValueError(why)


_SVG = Markup('<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">{}</svg>')

_STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
_DRAWINGS = {
    "check": f'<path d="M1.5 6.5 4.5 9.5 10.5 2.5" {_STROKE}/>',
    "cross": f'<path d="M2 2 10 10M10 2 2 10" {_STROKE}/>',
    "triangle": '<path d="M6 1 11.5 11H.5Z" fill="currentColor"/>',
    "diamond": '<path d="M6 .5 11.5 6 6 11.5.5 6Z" fill="currentColor"/>',
    "ring": '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="2"/>',
    "half": '<circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="M6 1.25A4.75 4.75 0 0 1 6 10.75Z" fill="currentColor"/>',
    "dot": '<circle cx="6" cy="6" r="4.5" fill="currentColor"/>',
    "dash": f'<path d="M2 6H10" {_STROKE}/>',
    "play": '<path d="M2.5 1 11 6 2.5 11Z" fill="currentColor"/>',
}
