"""The recordings of one conversation on its page: which there are, which is missing, adding another."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError
from qa.i18n import Text, _, say
from qa.interactions.arrival import ARRIVAL_LABELS, Arrival, Outcome
from qa.interactions.growing import check_grows
from qa.interactions.kinds import AUTHOR_LABELS, AuthorRole
from qa.interactions.models import Interaction, Recording
from qa.interactions.parts import agent_side, missing, places
from qa.interactions.queries import get_interaction
from qa.interactions.queueing import transcribe_now, waits_until
from qa.interactions.reading.parts import place_of
from qa.interactions.reading.values import PartFacts
from qa.interactions.recordings import RecordingFacts, add_part
from qa.interactions.whose import without_agent
from web.door import allowed, attempt
from web.forms import PageForm, choices, label
from web.interactions.pages import pages
from web.interactions.uploads import received

#: What a file may hold, by the value of the choice.
HELD: tuple[tuple[str, Text], ...] = (
    ("", _("Both parties")),
    ("agent", _("Only the agent")),
    ("customer", _("Only the customer")),
)


class PartForm(PageForm):
    """What is stated with a recording that joins a conversation."""

    offset = StringField(
        label(_("Begins after")),
        description=label(
            _("Minutes and seconds after the start of the conversation, such as 5:12. Empty: after what is there.")
        ),
        render_kw={"autocomplete": "off"},
    )
    party = SelectField(label(_("Who is on it")))


@dataclass(frozen=True, slots=True)
class PartShown:
    """One recording of a conversation: what it is called, whom it holds, and where it lies."""

    name: str
    party: Text | None
    start_ms: int
    end_ms: int
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Parts:
    """All recordings of a conversation, and the sentences about what has not come and until when that is waited for."""

    shown: tuple[PartShown, ...]
    missing: tuple[Text, ...]
    waits_until: datetime | None
    grows: bool

    @property
    def several(self) -> bool:
        """Whether there is more to say than that there is one recording."""
        return len(self.shown) > 1 or bool(self.missing) or self.waits_until is not None


def parts_of(act: Act, interaction: Interaction) -> Parts | None:
    """Return what the page says of the recordings; nothing where there are none."""
    if not interaction.recordings:
        return None
    return Parts(
        shown=tuple(
            PartShown(
                name=place.recording.file_name,
                party=_party(place.recording, interaction=interaction),
                start_ms=place.start_ms,
                end_ms=place.end_ms,
                begins_at=interaction.started_at + timedelta(milliseconds=place.start_ms),
            )
            for place in places(interaction)
        ),
        missing=tuple(without_agent(act, interaction, one.text) for one in missing(interaction.recordings)),
        waits_until=waits_until(act, interaction),
        grows=act.may(Permission.INTERACTION_ADD) and _grows(act, interaction),
    )


def part_form(sent: "MultiDict[str, str] | None" = None) -> PartForm:
    """Return the form that adds a recording to a conversation."""
    form = PartForm(sent)
    form.party.choices = choices(HELD)
    return form


@pages.post("/interactions/<int:interaction_id>/recordings")
@allowed(Permission.INTERACTION_ADD)
def join(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Add one recording to the conversation."""
    interaction = get_interaction(act, interaction_id)
    form = part_form(request.form)
    files = [file for file in request.files.getlist("file") if file.filename]
    if form.validate() and not files:
        form.form_errors.append(say(_("Choose a file first."), g.language))
    elif not form.errors:
        with received(files[:1]) as (_root, sent):
            name, path = next(iter(sent.items()))
            outcome = attempt(act, form, lambda: _added(act, interaction, form, path=path, name=name))
        if outcome is not None:
            kind = "pass" if outcome.arrival is Arrival.JOINED else "caution"
            flash(say(ARRIVAL_LABELS[outcome.arrival], g.language), kind)
            return redirect(url_for("interactions.show", interaction_id=interaction.id), 303)
    act.session.refresh(interaction)
    return render_template("interactions/join.html", interaction=interaction, form=form), 422


@pages.post("/interactions/<int:interaction_id>/now")
@allowed(Permission.INTERACTION_ADD)
def not_wait(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Transcribe with what there is."""
    interaction = get_interaction(act, interaction_id)
    transcribe_now(act, interaction)
    return redirect(url_for("interactions.show", interaction_id=interaction.id), 303)


def _added(act: Act, interaction: Interaction, form: PartForm, *, path: Path, name: str) -> Outcome:
    told = place_of({"offset": form.offset.data or "", "party": form.party.data or ""})
    facts = RecordingFacts(
        interaction.reference,
        "",
        interaction.started_at,
        place=told if told.offset_ms is not None else replace(told, offset_ms=_next_ms(interaction, told)),
    )
    return add_part(act, interaction, path, name=name, facts=facts)


def _next_ms(interaction: Interaction, told: PartFacts) -> int:
    """Begin with the file that waits for its counterpart, else where everything ends."""
    laid = places(interaction)
    waiting = {one.beside for one in missing(interaction.recordings) if one.beside}
    if told.party is not None:
        for place in laid:
            if place.recording.file_name in waiting:
                return place.start_ms
    return max(place.end_ms for place in laid)


def _party(recording: Recording, *, interaction: Interaction) -> Text | None:
    """Say whom a recording of one party holds; where nobody told which, on which channel it is."""
    if recording.side is None:
        return None
    agent = agent_side(interaction)
    if agent is None:
        return _("Left channel") if recording.side == 0 else _("Right channel")
    return AUTHOR_LABELS[AuthorRole.AGENT if recording.side == agent else AuthorRole.CUSTOMER]


def _grows(act: Act, interaction: Interaction) -> bool:
    try:
        check_grows(act, interaction)
    except ConflictError:
        return False
    return True
