"""Taking in by the browser: recordings and chats, each file by itself, and a look at a table's columns beforehand."""

from pathlib import Path

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import InvalidError
from qa.i18n import _, say
from qa.interactions.arrival import ARRIVAL_LABELS, Arrival, Outcome
from qa.interactions.batch import Given, summarised
from qa.interactions.kinds import Channel
from qa.interactions.models import Source
from qa.interactions.reading.mapping import ColumnMapping
from qa.interactions.sources import TableKind, keep_mapping, source_named
from web.door import allowed
from web.forms import PageForm
from web.interactions.columns import ORDER_LABELS, kind_of, mapping_of, shown_table
from web.interactions.forms import ChatUploadForm, UploadForm, by_hand, chat_upload_form, upload_form
from web.interactions.pages import pages
from web.interactions.uploads import received, sent_name, take_chats, take_recordings

#: So many lines of refusals are shown; the rest is counted.
MOST_LINES = 50


@pages.get("/interactions/upload")
@allowed(Permission.INTERACTION_ADD)
def upload(act: Act) -> ResponseReturnValue:
    """Show the two forms that take things in."""
    return _page(upload_form(act, None), chat_upload_form(act, None))


@pages.post("/interactions/upload/recordings")
@allowed(Permission.INTERACTION_ADD)
def add_recordings(act: Act) -> ResponseReturnValue:
    """Take in recordings, with what is typed or stands in a table sent along."""
    form = upload_form(act, request.form)
    files = _files("files")
    if not form.validate() or not files:
        return _refused(form, chat_upload_form(act, None), form, files=files)
    source, mapping = _stated(act, form, kind=TableKind.RECORDINGS)
    table = next(iter(_files("table")), None)
    everything = [*files, table] if table is not None else files
    with received(everything) as (root, places):
        metadata: Path | None = None
        if table is not None:
            # What was written last is the table: it is told about, and is no recording itself.
            name, metadata = list(places.items())[-1]
            del places[name]
        given = Given(
            source=source.name,
            metadata=metadata,
            metadata_name=sent_name(table) if table is not None else "",
            mapping=mapping,
            by_hand=by_hand(act, form),
        )
        return _answer(take_recordings(act, places, root=root, given=given))


@pages.post("/interactions/upload/chats")
@allowed(Permission.INTERACTION_ADD)
def add_chats(act: Act) -> ResponseReturnValue:
    """Take in chats, messages and e-mails."""
    form = chat_upload_form(act, request.form)
    files = _files("files")
    if not form.validate() or not files:
        return _refused(upload_form(act, None), form, form, files=files)
    source, mapping = _stated(act, form, kind=TableKind.CHATS)
    given = Given(
        source=source.name, mapping=mapping, channel=Channel(form.channel.data), language=form.language.data or ""
    )
    with received(files) as (_root, places):
        return _answer(take_chats(act, places, given=given))


@pages.post("/interactions/upload/columns")
@allowed(Permission.INTERACTION_ADD)
def columns(act: Act) -> ResponseReturnValue:
    """Answer with the columns of a table and what each is taken for."""
    file = next(iter(_files("table")), None)
    if file is None:
        raise InvalidError(_("Choose a file first."))
    kind = kind_of(request.form.get("kind", ""))
    source = source_named(act, request.form.get("source", ""))
    try:
        table = shown_table(file.stream.read(), file=sent_name(file), kind=kind, source=source)
    except InvalidError as error:
        return render_template("interactions/columns.html", table=None, refused=error.sentence), 422
    return render_template("interactions/columns.html", table=table, refused=None, kind=kind.value, orders=ORDER_LABELS)


def _stated(act: Act, form: UploadForm | ChatUploadForm, *, kind: TableKind) -> tuple[Source, ColumnMapping | None]:
    source = source_named(act, form.source.data or "")
    mapping = mapping_of(request.form, kind=kind, source=source, time_zone=source.time_zone)
    if mapping is not None and form.keep.data:
        keep_mapping(act, source, kind=kind, mapping=mapping)
    return source, mapping


def _files(name: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(name) if file.filename]


def _answer(outcomes: list[Outcome]) -> ResponseReturnValue:
    if not outcomes:
        nothing = _("Nothing to take in was found in what was sent.")
        outcomes = [Outcome("–", Arrival.REFUSED, sentence=nothing)]
    summary = summarised(outcomes)
    refused = [outcome for outcome in outcomes if outcome.arrival is Arrival.REFUSED]
    template = "interactions/outcome.html" if request.headers.get("X-Upload") else "interactions/outcomes.html"
    page = render_template(
        template,
        outcomes=outcomes[:MOST_LINES],
        refused=refused[:MOST_LINES],
        more=max(0, len(refused) - MOST_LINES),
        good=[outcome for outcome in outcomes if outcome.arrival is not Arrival.REFUSED],
        counts=[(ARRIVAL_LABELS[arrival], count) for arrival, count in summary.counts.items()],
        labels=ARRIVAL_LABELS,
    )
    return page, 200 if summary.any_good else 422


def _refused(
    recordings: UploadForm, chats: ChatUploadForm, wrong: PageForm, *, files: list[FileStorage]
) -> ResponseReturnValue:
    if not files:
        wrong.form_errors.append(say(_("Choose at least one file."), g.language))
    if request.headers.get("X-Upload"):
        told = [str(error) for errors in wrong.errors.values() for error in errors]
        return render_template("interactions/outcome_refused.html", told=told), 422
    return _page(recordings, chats, wrong=wrong), 422


def _page(recordings: UploadForm, chats: ChatUploadForm, *, wrong: PageForm | None = None) -> str:
    return render_template("interactions/upload.html", form=recordings, chat_form=chats, wrong=wrong)
