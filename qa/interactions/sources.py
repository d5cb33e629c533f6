"""Sources: making and changing where interactions come from."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.interactions.models import Source
from qa.interactions.reading.file_names import name_rule
from qa.interactions.reading.mapping import ColumnMapping, mapping_from_json, mapping_to_json
from qa.interactions.reading.moments import zone_named
from transcribe.diariser import MAX_SPEAKERS, MOST_SPEAKERS

DEFAULT = "upload"
LONGEST_VOCABULARY = 2000


class TableKind(StrEnum):
    """What a table that comes with a source is about."""

    RECORDINGS = "recordings"
    CHATS = "chats"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is set for a source; ``agent_channel`` is 0 (left), 1 (right) or unknown."""

    name: str
    agent_channel: int | None = 0
    time_zone: str = "Europe/Amsterdam"
    language: str | None = None
    vocabulary: str = ""
    file_name_rule: str | None = None
    max_speakers: int = MAX_SPEAKERS


def facts_of(source: Source) -> SourceFacts:
    """Return what is set for a source."""
    return SourceFacts(
        name=source.name,
        agent_channel=source.agent_channel,
        time_zone=source.time_zone,
        language=source.language,
        vocabulary=source.vocabulary,
        file_name_rule=source.name_rule,
        max_speakers=source.max_speakers,
    )


def add_source(act: Act, facts: SourceFacts) -> Source:
    """Make a source."""
    act.require(Permission.SOURCE_MANAGE)
    _check(facts)
    if act.session.scalar(select(Source).where(func.lower(Source.name) == facts.name.strip().lower())):
        raise InvalidError(_("There is already a source of this name."), field="name")
    source = Source(name=facts.name.strip())
    _write(source, facts)
    act.session.add(source)
    act.session.flush()
    audit.record(act, "source.added", source)
    return source


def change_source(act: Act, source: Source, facts: SourceFacts) -> Source:
    """Change how a source's files are read from now on; what was read stays."""
    act.require(Permission.SOURCE_MANAGE)
    _check(facts)
    _write(source, facts)
    audit.record(act, "source.changed", source)
    return source


def source_named(act: Act, name: str) -> Source:
    """Return the source of that name; the one for uploads is made when it is first asked for."""
    found = act.session.scalar(select(Source).where(func.lower(Source.name) == name.strip().lower()))
    if found is not None:
        return found
    if name == DEFAULT:
        return add_source(act, SourceFacts(DEFAULT, time_zone=act.settings.time_zone))
    known = ", ".join(act.session.scalars(select(Source.name).order_by(Source.name))) or "–"
    raise NotFoundError(_("There is no source {name}. Known sources: {known}.", name=name, known=known))


def kept_mapping(source: Source, kind: TableKind) -> ColumnMapping | None:
    """Return the mapping that was kept for the source's tables, if any."""
    kept = (source.mapping or {}).get(kind.value)
    return None if kept is None else mapping_from_json(kept)


def keep_mapping(act: Act, source: Source, *, kind: TableKind, mapping: ColumnMapping) -> None:
    """Read the source's tables by this mapping from now on."""
    act.require(Permission.INTERACTION_ADD)
    kept = mapping_to_json(mapping)
    if (source.mapping or {}).get(kind.value) == kept:
        return
    source.mapping = {**(source.mapping or {}), kind.value: kept}
    audit.record(act, "source.mapping_kept", source, kind=kind.value)


def get_source(act: Act, source_id: int) -> Source:
    """Return a source."""
    found = act.session.get(Source, source_id)
    if found is None:
        raise NotFoundError(_("There is no such source."))
    return found


def all_sources(act: Act) -> list[Source]:
    """Return every source, by name."""
    return list(act.session.scalars(select(Source).order_by(func.lower(Source.name))))


def _check(facts: SourceFacts) -> None:
    if not facts.name.strip() or len(facts.name.strip()) > 100:
        raise InvalidError(_("Give the source a name of at most {n} characters.", n=100), field="name")
    if facts.agent_channel not in {None, 0, 1}:
        raise InvalidError(
            _("The agent is on the left channel, on the right one, or it is not known."), field="agent_channel"
        )
    zone_named(facts.time_zone)
    if facts.file_name_rule:
        name_rule(facts.file_name_rule)
    if len(facts.vocabulary) > LONGEST_VOCABULARY:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_VOCABULARY), field="vocabulary")
    if not 1 <= facts.max_speakers <= MOST_SPEAKERS:
        raise InvalidError(_("Give a number of speakers from 1 to {n}.", n=MOST_SPEAKERS), field="max_speakers")


def _write(source: Source, facts: SourceFacts) -> None:
    source.agent_channel = facts.agent_channel
    source.time_zone = facts.time_zone
    source.language = facts.language or None
    source.vocabulary = facts.vocabulary.strip()
    source.name_rule = facts.file_name_rule or None
    source.max_speakers = facts.max_speakers
