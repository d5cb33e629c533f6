"""Chats, messages, e-mails and ready transcripts as they arrive: readable at once, loss-free."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.feedback.linking import link_waiting
from qa.interactions.arrival import Arrival, Outcome, agent_called, check_start, known_interaction, stable_key
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Source
from qa.interactions.reading.tongue import language_of_texts
from qa.interactions.reading.values import IncomingConversation, IncomingMessage
from qa.interactions.recordings import RecordingFacts
from qa.transcripts.models import Transcript, Turn
from qa.transcripts.redaction import redact_conversation, redact_transcript
from qa.transcripts.service import store_transcript
from transcribe.types import Transcript as Heard

LONGEST_NAME = 200


def add_conversation(act: Act, conversation: IncomingConversation, *, source: Source, file: str) -> Outcome:
    """Store a conversation; known already it changes nothing, unless it grew: then it is kept anew beside the old."""
    act.require(Permission.INTERACTION_ADD)
    conversation = redact_conversation(conversation, settings=act.settings)
    agent = agent_called(act, conversation.agent_reference)
    check_start(act, conversation.started_at)
    known = known_interaction(act, source, conversation.reference)
    if known is not None:
        return _again(act, known, conversation, file=file)
    heard = language_of_texts(message.text for message in conversation.messages)
    language = (conversation.language or source.language or heard or act.settings.language.value)[:2]
    interaction = Interaction(
        source_id=source.id,
        reference=conversation.reference[:300],
        stable_key=stable_key(source, conversation.reference),
        channel=conversation.channel,
        direction=Direction.INBOUND,
        state=InteractionState.READY,
        agent_id=agent.id,
        team_id=agent.team_id,
        queue=conversation.queue[:100],
        language=language,
        subject=conversation.subject[:500],
        started_at=conversation.started_at,
        duration_ms=_lasted_ms(conversation),
        received_at=act.now,
    )
    try:
        with act.session.begin_nested():
            act.session.add(interaction)
            act.session.flush()
    except IntegrityError:
        known = known_interaction(act, source, conversation.reference)
        if known is None:
            raise
        return Outcome(file, Arrival.KNOWN, known.id)
    _write(act, interaction, conversation, number=1)
    link_waiting(act, interaction)
    audit.record(act, "interaction.added", interaction, source=source.id, messages=len(conversation.messages))
    return Outcome(file, Arrival.ADDED, interaction.id)


def add_ready_transcript(act: Act, heard: Heard, *, facts: RecordingFacts, source: Source, file: str) -> Outcome:
    """Store a call of which only the transcript is there; the same reference again changes nothing."""
    act.require(Permission.INTERACTION_ADD)
    agent = agent_called(act, facts.agent)
    check_start(act, facts.started_at)
    known = known_interaction(act, source, facts.reference)
    if known is not None:
        return Outcome(file, Arrival.KNOWN, known.id)
    interaction = Interaction(
        source_id=source.id,
        reference=facts.reference[:300],
        stable_key=stable_key(source, facts.reference),
        channel=Channel.PHONE,
        direction=facts.direction,
        state=InteractionState.READY,
        agent_id=agent.id,
        team_id=agent.team_id,
        queue=facts.queue[:100],
        language=(facts.language or heard.language or source.language or act.settings.language.value)[:2],
        customer_reference=facts.customer[:200],
        started_at=facts.started_at,
        duration_ms=heard.duration_ms,
        transfers=facts.transfers,
        received_at=act.now,
    )
    act.session.add(interaction)
    act.session.flush()
    link_waiting(act, interaction)
    store_transcript(act, interaction, redact_transcript(heard, settings=act.settings).transcript)
    audit.record(act, "interaction.added", interaction, source=source.id, turns=len(heard.turns))
    return Outcome(file, Arrival.ADDED, interaction.id)


def messages_of(transcript: Transcript) -> list[IncomingMessage]:
    """Return the stored messages as they came in."""
    return [
        IncomingMessage(
            position=turn.position,
            author_role=turn.role,
            author_name=turn.author,
            sent_at=turn.sent_at,
            text=turn.text,
            internal=turn.internal,
            external_id=turn.external_id,
            attachments=tuple(str(name) for name in turn.attachments),
        )
        for turn in transcript.turns
    ]


def _again(act: Act, known: Interaction, conversation: IncomingConversation, *, file: str) -> Outcome:
    stored = act.session.scalar(
        select(Transcript).where(Transcript.interaction_id == known.id).order_by(Transcript.number.desc()).limit(1)
    )
    if stored is None or len(conversation.messages) <= len(stored.turns):
        return Outcome(file, Arrival.KNOWN, known.id)
    _write(act, known, conversation, number=stored.number + 1)
    known.duration_ms = _lasted_ms(conversation)
    audit.record(act, "interaction.grew", known, messages=len(conversation.messages))
    return Outcome(file, Arrival.GREW, known.id)


def _write(act: Act, interaction: Interaction, conversation: IncomingConversation, *, number: int) -> None:
    transcript = Transcript(
        interaction_id=interaction.id,
        number=number,
        language=interaction.language or "en",
        warnings=[],
        events=[],
        created_at=act.now,
    )
    transcript.turns = [
        Turn(
            position=position,
            role=message.author_role,
            author=message.author_name[:LONGEST_NAME],
            text=message.text,
            sent_at=message.sent_at,
            internal=message.internal,
            external_id=message.external_id[:LONGEST_NAME],
            attachments=list(message.attachments),
        )
        for position, message in enumerate(conversation.messages)
    ]
    act.session.add(transcript)
    act.session.flush()


def _lasted_ms(conversation: IncomingConversation) -> int | None:
    times: list[datetime] = [message.sent_at for message in conversation.messages if message.sent_at is not None]
    return int((max(times) - min(times)).total_seconds() * 1000) if times else None
