"""Forms about picks: what to look for, and who scores what was found."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from wtforms import IntegerField, SelectField, StringField, TextAreaField

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.evaluations.marks import LONGEST_COMMENT
from qa.feedback.rating import USUALLY_LOW
from qa.i18n import Language, _
from qa.interactions.kinds import CHANNEL_LABELS, Channel
from qa.people.models import Team, User
from qa.picks.finding import LONGEST_PHRASE, MOST_FOUND, Found, Search
from qa.picks.labels import PICK_REASON_LABELS
from qa.picks.models import PickReason
from qa.picks.service import PURPOSES, PickWish
from qa.sampling.models import Purpose
from web.forms import (
    ChecksField,
    DayField,
    PageForm,
    at_most,
    between,
    choices,
    label,
    may_be_empty,
    required,
    unmarked,
)
from web.sampling.words import PURPOSE_WORDS

USUAL_DAYS = 30


class SearchForm(PageForm):
    """What is looked for."""

    reason = SelectField(label(_("Look for")))
    at_least = IntegerField(label(_("At least, in seconds")), [unmarked(), may_be_empty(), between(0, 86_400)])
    phrase = StringField(
        label(_("Word or phrase")), [unmarked(), at_most(LONGEST_PHRASE)], render_kw={"autocomplete": "off"}
    )
    rated_at_most = IntegerField(label(_("Rated at most, in %")), [unmarked(), may_be_empty(), between(0, 100)])
    since = DayField(label(_("From")), [required()])
    until = DayField(label(_("To")), [required()])
    channel = SelectField(label(_("Channel")), [unmarked()])
    team = SelectField(label(_("Team")), [unmarked()])
    agent = SelectField(label(_("Agent")), [unmarked()])
    most = IntegerField(label(_("How many")), [required(), between(1, MOST_FOUND)])


class PickForm(PageForm):
    """Who scores what was found, by which card, what for."""

    interactions = ChecksField(label(_("Interactions")), [required(_("Choose at least one interaction."))])
    reviewers = ChecksField(
        label(_("Reviewers")),
        [required(_("Choose at least one reviewer."))],
        description=label(
            _("Shared by what waits for each. They do not see that these were picked before they submit.")
        ),
    )
    card = SelectField(label(_("Scorecard")), [required()])
    purpose = SelectField(
        label(_("Purpose")),
        [required()],
        description=label(_("Never an appraisal: what is picked says nothing of all the others.")),
    )
    note = TextAreaField(
        label(_("Why these, in your own words")),
        [at_most(LONGEST_COMMENT)],
        description=label(_("Reviewer and agent read it once the evaluation is submitted and released.")),
    )


def search_form(act: Act, sent: Any, *, teams: Sequence[Team], agents: Sequence[User]) -> SearchForm:
    """Return the form with what was asked, or with the last weeks."""
    today = act.now.astimezone(ZoneInfo(act.time_zone)).date()
    form = SearchForm(
        sent,
        data={
            "reason": PickReason.SILENCE.value,
            "since": today - timedelta(days=USUAL_DAYS),
            "until": today,
            "at_least": 30,
            "rated_at_most": USUALLY_LOW,
            "most": 10,
        },
    )
    form.reason.choices = choices((reason.value, text) for reason, text in PICK_REASON_LABELS.items())
    form.channel.choices = choices([("", _("All")), *((one.value, text) for one, text in CHANNEL_LABELS.items())])
    form.team.choices = choices([("", _("All")), *((str(one.id), one.name) for one in teams)])
    form.agent.choices = choices([("", _("All")), *((str(one.id), one.name) for one in agents)])
    return form


def search_of(form: SearchForm) -> Search:
    """Return what the form looks for; it was validated."""
    return Search(
        reason=PickReason(form.reason.data),
        since=cast("date", form.since.data),
        until=cast("date", form.until.data),
        at_least_ms=1000 * (form.at_least.data or 0),
        phrase=form.phrase.data or "",
        rated_at_most=USUALLY_LOW if form.rated_at_most.data is None else form.rated_at_most.data,
        channel=Channel(form.channel.data) if form.channel.data else None,
        team_id=int(form.team.data) if form.team.data else None,
        agent_id=int(form.agent.data) if form.agent.data else None,
        most=form.most.data or 1,
    )


def pick_form(
    sent: Any,
    *,
    found: Sequence[Found],
    reviewers: Sequence[User],
    cards: Sequence[CardVersion],
    language: Language,
) -> PickForm:
    """Return the form with what was found, all of it ticked."""
    form = PickForm(
        sent,
        data={
            "interactions": [str(one.interaction.id) for one in found],
            "reviewers": [str(one.id) for one in reviewers],
            "purpose": Purpose.DEVELOPMENT.value,
        },
    )
    form.interactions.choices = choices((str(one.interaction.id), one.interaction.reference) for one in found)
    form.reviewers.choices = choices((str(one.id), one.name) for one in reviewers)
    form.card.choices = choices((str(one.scorecard_id), card_of(one).name.in_(language.value)) for one in cards)
    form.purpose.choices = choices((one.value, PURPOSE_WORDS[one]) for one in PURPOSES)
    return form


def pick_wish(form: PickForm, *, reason: PickReason, phrase: str) -> PickWish:
    """Return what the form asks for, found for that reason; it was validated."""
    return PickWish(
        interaction_ids=tuple(int(one) for one in form.interactions.data or ()),
        reviewer_ids=tuple(int(one) for one in form.reviewers.data or ()),
        scorecard_id=int(form.card.data),
        reason=reason,
        purpose=Purpose(form.purpose.data),
        phrase=phrase,
        note=form.note.data or "",
    )
