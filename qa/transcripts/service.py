"""Keeping a transcript: turns with words, events, warnings, and the form of the recording that browsers play."""

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.edits.carrying import carry_edits
from qa.edits.heard import heard_rows
from qa.i18n import Text, text_to_json
from qa.interactions.kinds import AuthorRole, InteractionState
from qa.interactions.models import Interaction
from qa.transcripts.models import Transcript, Turn
from qa.transcripts.speakers import roles_kept
from transcribe.types import Transcript as Heard
from transcribe.types import Turn as HeardTurn


def store_transcript(act: Act, interaction: Interaction, heard: Heard) -> Transcript:
    """Keep what was heard as the interaction's newest transcript, and make the interaction ready.

    Who was named by hand in the transcript before keeps their role, and what people corrected in it is kept where it
    has a place; the rest waits for somebody to look.
    """
    last = act.session.scalar(
        select(Transcript)
        .where(Transcript.interaction_id == interaction.id)
        .order_by(Transcript.number.desc())
        .limit(1)
    )
    named = roles_kept(heard_rows(last.turns), heard.turns) if last is not None else {}
    transcript = Transcript(
        interaction_id=interaction.id,
        number=last.number + 1 if last is not None else 1,
        language=heard.language[:2],
        engine=heard.engine,
        model=heard.model,
        diariser=heard.diariser,
        layout=heard.layout.value if heard.layout else "",
        warnings=[text_to_json(Text(warning.msgid, warning.params)) for warning in heard.warnings],
        events=[
            {"kind": event.kind.value, "start_ms": event.start_ms, "end_ms": event.end_ms, "channel": event.channel}
            for event in heard.events
        ],
        removed=[
            {
                "text": gone.text,
                "start_ms": gone.start_ms,
                "end_ms": gone.end_ms,
                "reason": gone.reason.value,
                "channel": gone.channel,
            }
            for gone in heard.removed
        ],
        created_at=act.now,
    )
    transcript.turns = [
        _turn(position, turn, named=named.get(turn.speaker)) for position, turn in enumerate(heard.turns)
    ]
    act.session.add(transcript)
    interaction.state = InteractionState.READY
    interaction.language = interaction.language or heard.language[:2]
    interaction.duration_ms = heard.duration_ms or interaction.duration_ms
    act.session.flush()
    if last is not None:
        carry_edits(act, before=last, now=transcript)
    audit.record(act, "transcript.stored", transcript, number=transcript.number, turns=len(heard.turns))
    return transcript


def _turn(position: int, turn: HeardTurn, *, named: AuthorRole | None) -> Turn:
    return Turn(
        position=position,
        role=named or AuthorRole(turn.role.value),
        role_by_hand=named is not None,
        author=turn.speaker[:200],
        text=turn.text,
        language=turn.language[:2] if turn.language else None,
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
        words=[
            [word.text, word.start_ms, word.end_ms, round(word.probability, 3), sorted(word.doubts)]
            for word in turn.words
        ],
    )
