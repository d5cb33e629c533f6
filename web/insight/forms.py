"""What a dashboard is asked for, in its address."""

from collections.abc import Mapping
from typing import TypeVar

from flask import request
from wtforms import SelectField

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.errors import NotFoundError
from qa.i18n import Language, _
from qa.insight.board import Wish
from qa.insight.stretch import Stretch
from qa.interactions.kinds import CHANNEL_LABELS, Channel
from qa.people.models import Team
from qa.sampling.models import Purpose
from web.forms import PageForm, choices, label
from web.periods import period_choices, stretch_asked, stretch_code
from web.sampling.words import PURPOSE_WORDS

T = TypeVar("T")


class PeriodForm(PageForm):
    """The period alone."""

    period = SelectField(label(_("Period")), validate_choice=False)


class CriteriaForm(PeriodForm):
    """Whose answers to a card; the card stands in the address."""

    team = SelectField(label(_("Team")), validate_choice=False)
    channel = SelectField(label(_("Channel")), validate_choice=False)
    purpose = SelectField(label(_("Purpose of the plan")), validate_choice=False)


class BoardForm(CriteriaForm):
    """Everything a dashboard can be narrowed to."""

    card = SelectField(label(_("Scorecard")), validate_choice=False)


def wish_asked(act: Act, *, teams: list[Team], cards: list[CardVersion]) -> Wish:
    """Read what the address asks for; what there is none of is refused."""
    team = _one(request.args.get("team", ""), {str(one.id): one.id for one in teams})
    channel = _one(request.args.get("channel", ""), {one.value: one for one in Channel})
    purpose = _one(request.args.get("purpose", ""), {one.value: one for one in Purpose})
    card = _one(request.args.get("card", ""), {one.scorecard.key: one.scorecard_id for one in cards})
    stretch = stretch_asked(act, request.args.get("period", ""))
    return Wish(stretch, team_id=team, channel=channel, scorecard_id=card, purpose=purpose)


def _one(asked: str, known: Mapping[str, T]) -> T | None:
    if not asked:
        return None
    if asked not in known:
        raise NotFoundError(_("There is no such choice."))
    return known[asked]


def fill_period(form: PeriodForm, act: Act, stretch: Stretch) -> None:
    """Offer the periods, the shown one chosen."""
    form.period.data = stretch_code(stretch)
    form.period.choices = choices(period_choices(act, stretch))


def fill_filters(form: CriteriaForm, act: Act, wish: Wish, *, teams: list[Team]) -> None:
    """Offer what there is, with what is shown chosen."""
    fill_period(form, act, wish.stretch)
    form.team.data = str(wish.team_id or "")
    form.team.choices = choices([("", _("All teams")), *((str(one.id), one.name) for one in teams)])
    form.channel.data = wish.channel.value if wish.channel else ""
    form.channel.choices = choices([("", _("All channels")), *((one.value, CHANNEL_LABELS[one]) for one in Channel)])
    form.purpose.data = wish.purpose.value if wish.purpose else ""
    form.purpose.choices = choices([("", _("All purposes")), *((one.value, PURPOSE_WORDS[one]) for one in Purpose)])


def fill_card(form: BoardForm, wish: Wish, *, cards: list[CardVersion], language: Language, every: bool = True) -> None:
    """Offer the cards that are scored with, and ``every`` one together."""
    form.card.data = next((one.scorecard.key for one in cards if one.scorecard_id == wish.scorecard_id), "")
    names = [(one.scorecard.key, card_of(one).name.in_(language)) for one in cards]
    form.card.choices = choices([*([("", _("All scorecards"))] if every else []), *names])
