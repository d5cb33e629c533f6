"""Forms about interactions, uploads and sources."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)

from qa.act import Act
from qa.i18n import _
from qa.interactions.folder import ByHand
from qa.interactions.kinds import CHANNEL_LABELS, INTERACTION_STATE_LABELS, Channel, InteractionState
from qa.interactions.listing import Filters
from qa.interactions.models import Source
from qa.interactions.sources import DEFAULT, SourceFacts, all_sources
from qa.interactions.whose import every_agent_hidden
from qa.people.models import User
from qa.people.queries import agents, teams
from transcribe.diariser import MAX_SPEAKERS, MOST_SPEAKERS
from web.forms import DayField, MomentField, PageForm, at_most, choices, label, may_be_empty, required

LANGUAGES = (("nl", "Nederlands"), ("en", "English"))
#: Values of the select for the agent's channel; the numbers are those of the channels.
SIDES = (("0", _("Left (first)")), ("1", _("Right (second)")), ("", _("Not known")))


def _or_empty(typed: str | None) -> str:
    """A choice that was not sent is the empty one."""
    return typed or ""


class FilterForm(PageForm):
    """Which interactions a list shows."""

    q = SearchField(label(_("Words")))
    channel = SelectField(label(_("Channel")), validate_choice=False)
    team = SelectField(label(_("Team")), validate_choice=False)
    agent = SelectField(label(_("Agent")), validate_choice=False)
    state = SelectField(label(_("State")), validate_choice=False)
    language = SelectField(label(_("Language")), validate_choice=False)
    since = DayField(label(_("From")), [may_be_empty()])
    until = DayField(label(_("Until")), [may_be_empty()])


class UploadForm(PageForm):
    """What is stated with recordings that are sent in."""

    source = SelectField(label(_("Source")), [required()], id="recording-source")
    agent = SelectField(label(_("Agent")), filters=[_or_empty])
    started_at = MomentField(label(_("Began at")), [may_be_empty()])
    keep = BooleanField(label(_("Read this source's tables like this from now on")))


class ChatUploadForm(PageForm):
    """What is stated with chats that are sent in."""

    source = SelectField(label(_("Source")), [required()], id="chat-source")
    channel = SelectField(label(_("Channel")), [required()], id="chat-channel")
    language = SelectField(label(_("Language")), id="chat-language", filters=[_or_empty])
    keep = BooleanField(label(_("Read this source's tables like this from now on")))


class SourceForm(PageForm):
    """How a source's files are to be read."""

    name = StringField(label(_("Name")), [required(), at_most(100)], render_kw={"autocomplete": "off"})
    agent_channel = SelectField(
        label(_("Channel of the agent")),
        description=label(_("Of recordings with two channels. Play one to hear who is where.")),
    )
    time_zone = StringField(
        label(_("Time zone")), [required()], description=label(_("Of times in its files that do not name one."))
    )
    language = SelectField(label(_("Language")))
    vocabulary = TextAreaField(
        label(_("Words to expect")),
        [at_most(2000)],
        description=label(_("Names of products and places that are said often, with commas.")),
    )
    max_speakers = IntegerField(
        label(_("Most speakers in a mono recording")),
        [required()],
        description=label(
            _("Two, unless more people usually take part. Where a call was put through, one is added for each time.")
        ),
        render_kw={"min": 1, "max": MOST_SPEAKERS, "inputmode": "numeric"},
    )
    file_name_rule = StringField(
        label(_("Rule for file names")),
        [at_most(300)],
        description=label(_("Where the name tells who and when, such as {agent}_{date:%Y%m%d-%H%M%S}.")),
    )


def filter_form(act: Act, sent: "MultiDict[str, str]") -> FilterForm:
    """Return the filters with what there is to choose from."""
    form = FilterForm(sent)
    form.channel.choices = choices([("", _("All")), *((item.value, text) for item, text in CHANNEL_LABELS.items())])
    form.team.choices = choices([("", _("All")), *((str(team.id), team.name) for team in teams(act))])
    if every_agent_hidden(act):
        del form.agent
    else:
        form.agent.choices = choices([("", _("All")), *((str(user.id), user.name) for user in agents(act))])
    form.state.choices = choices(
        [("", _("All")), *((item.value, text) for item, text in INTERACTION_STATE_LABELS.items())]
    )
    form.language.choices = choices([("", _("All")), *LANGUAGES])
    return form


def filters_of(form: FilterForm) -> Filters:
    """Return what the form asks for; what makes no sense filters nothing."""
    form.validate()
    channel, state = form.channel.data or "", form.state.data or ""
    return Filters(
        channel=Channel(channel) if channel in set(Channel) else None,
        state=InteractionState(state) if state in set(InteractionState) else None,
        team_id=_number(form.team.data),
        agent_id=_number(form.agent.data) if "agent" in form else None,
        language=(form.language.data or "")[:2],
        since=None if form.since.errors else form.since.data,
        until=None if form.until.errors else form.until.data,
        words=form.q.data or "",
    )


def upload_form(act: Act, sent: "MultiDict[str, str] | None") -> UploadForm:
    """Return the form for recordings."""
    form = UploadForm(sent, source=_first_source(act))
    form.source.choices = choices(_sources(act))
    form.agent.choices = choices([("", _("As the table says")), *((str(user.id), user.name) for user in agents(act))])
    return form


def chat_upload_form(act: Act, sent: "MultiDict[str, str] | None") -> ChatUploadForm:
    """Return the form for chats."""
    form = ChatUploadForm(sent, source=_first_source(act), channel=Channel.CHAT.value)
    form.source.choices = choices(_sources(act))
    form.channel.choices = choices((item.value, text) for item, text in CHANNEL_LABELS.items())
    form.language.choices = choices([("", _("As the file says")), *LANGUAGES])
    return form


def by_hand(act: Act, form: UploadForm) -> ByHand | None:
    """Return who and when, where both were typed; the time is in the zone of who types."""
    if not form.agent.data or form.started_at.data is None:
        return None
    agent = act.session.get(User, int(form.agent.data))
    if agent is None:
        return None
    moment: datetime = form.started_at.data.replace(tzinfo=ZoneInfo(act.time_zone))
    return ByHand(agent.reference or agent.email or agent.name, moment.astimezone(UTC))


def source_form(act: Act, sent: "MultiDict[str, str] | None", *, source: Source | None) -> SourceForm:
    """Return the form of a source, filled with what was sent, else with what is set."""
    channel = source.agent_channel if source else 0
    form = SourceForm(
        sent,
        data={
            "name": source.name if source else "",
            "agent_channel": "" if channel is None else str(channel),
            "time_zone": source.time_zone if source else act.settings.time_zone,
            "language": (source.language or "") if source else "",
            "vocabulary": source.vocabulary if source else "",
            "max_speakers": source.max_speakers if source else MAX_SPEAKERS,
            "file_name_rule": (source.name_rule or "") if source else "",
        },
    )
    form.agent_channel.choices = choices(SIDES)
    form.language.choices = choices([("", _("As it is heard")), *LANGUAGES])
    if source is not None:
        # The name is part of what its interactions are known by.
        form.name.render_kw = {"readonly": True}
    return form


def source_facts(form: SourceForm) -> SourceFacts:
    """Return what the form says."""
    return SourceFacts(
        name=form.name.data or "",
        agent_channel=int(form.agent_channel.data) if form.agent_channel.data else None,
        time_zone=(form.time_zone.data or "").strip(),
        language=form.language.data or None,
        vocabulary=form.vocabulary.data or "",
        file_name_rule=(form.file_name_rule.data or "").strip() or None,
        max_speakers=form.max_speakers.data or 0,
    )


def _sources(act: Act) -> list[tuple[str, str]]:
    names = [source.name for source in all_sources(act)]
    return [(name, name) for name in names] or [(DEFAULT, DEFAULT)]


def _first_source(act: Act) -> str:
    return _sources(act)[0][0]


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 19 else None
