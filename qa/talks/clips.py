"""Clips: choosing a stretch of a conversation, letting a team hear it, and its sound."""

from dataclasses import dataclass

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.evaluations.queries import newest_transcript
from qa.i18n import _
from qa.interactions.kinds import AuthorRole
from qa.interactions.models import Interaction
from qa.talks.models import Clip, Talk, TalkState
from qa.transcripts.models import Turn
from transcribe.cutting import cut_to_opus
from transcribe.errors import AudioError
from transcribe.types import Span

LONGEST_MS = 300_000
LONGEST_REMARK = 500


@dataclass(frozen=True, slots=True)
class Stretch:
    """Milliseconds of sound, or the places of the first and the last message."""

    start_ms: int | None = None
    end_ms: int | None = None
    first_turn: int | None = None
    last_turn: int | None = None


def make_clip(
    act: Act, interaction: Interaction, stretch: Stretch, *, remark: str, example: bool, talk: Talk | None = None
) -> Clip:
    """Choose a stretch of a conversation that the actor may see; ``talk`` takes it into a planned session at once."""
    act.require(Permission.CLIP_MAKE)
    _check(act, interaction, stretch)
    if len(remark) > LONGEST_REMARK:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_REMARK), field="remark")
    if talk is not None and (
        talk.state is TalkState.CANCELLED or interaction.agent_id not in {one.agent_id for one in talk.agents}
    ):
        raise InvalidError(_("Choose a session of this agent."), field="talk")
    made = Clip(
        interaction_id=interaction.id,
        talk_id=talk.id if talk else None,
        made_by_id=act.person().id,
        made_at=act.now,
        start_ms=stretch.start_ms,
        end_ms=stretch.end_ms,
        first_turn=stretch.first_turn,
        last_turn=stretch.last_turn,
        remark=remark.strip(),
        example=example,
    )
    act.session.add(made)
    act.session.flush()
    audit.record(act, "clip.made", made, interaction=interaction.id, example=example)
    return made


def allow(act: Act, clip: Clip, *, allowed: bool) -> None:
    """Let the team hear a good example, or take that back; only the agent whose work it is may."""
    act.require(Permission.TALK_JOIN)
    if clip.interaction.agent_id != act.person().id:
        raise ForbiddenError(_("Only the agent whose work it is decides whether the team hears it."))
    if not clip.example:
        raise ConflictError(_("This clip is not meant as an example for the team."))
    if allowed == (clip.allowed_at is not None):
        return
    clip.allowed_at = act.now if allowed else None
    audit.record(act, "clip.allowed" if allowed else "clip.taken_back", clip)


def take_out(act: Act, clip: Clip) -> None:
    """Take a clip away: out of its session, and out of what the team hears."""
    if clip.made_by_id != act.person().id and not act.may(Permission.TALK_LEAD):
        raise ForbiddenError(_("Only who chose a clip, or a supervisor, can take it away."))
    audit.record(act, "clip.removed", clip)
    act.session.delete(clip)
    act.session.flush()


def said_in(act: Act, clip: Clip) -> list[tuple[AuthorRole, str]]:
    """Return who says or writes what in the clip, as the transcript reads now; notes among colleagues are left out."""
    transcript = newest_transcript(act, clip.interaction_id)
    turns = transcript.turns if transcript else ()
    found = [(turn.role, _words(turn, clip)) for turn in turns if not turn.internal and _in(turn, clip)]
    return [(role, text) for role, text in found if text]


def has_sound(clip: Clip) -> bool:
    """Tell whether there is something to play."""
    recordings = clip.interaction.recordings
    return clip.start_ms is not None and bool(recordings) and recordings[0].playable_key is not None


def sound_of(act: Act, clip: Clip) -> bytes:
    """Return the sound of the clip and of nothing else, cut from what browsers play: holds and hidden numbers are silent."""
    if not has_sound(clip) or clip.start_ms is None or clip.end_ms is None:
        raise NotFoundError(_("There is no recording to play yet."))
    try:
        return cut_to_opus(
            act.blobs.path(clip.interaction.recordings[0].playable_key or ""), Span(clip.start_ms, clip.end_ms)
        )
    except AudioError:
        raise NotFoundError(_("There is no recording to play yet.")) from None


def _in(turn: Turn, clip: Clip) -> bool:
    if clip.start_ms is not None and clip.end_ms is not None:
        return turn.start_ms is not None and turn.start_ms < clip.end_ms and (turn.end_ms or 0) > clip.start_ms
    return clip.first_turn is not None and clip.first_turn <= turn.position <= (clip.last_turn or 0)


def _words(turn: Turn, clip: Clip) -> str:
    """Return the words of a turn that fall in the clip; where their times are not known, all of them."""
    if clip.start_ms is None or clip.end_ms is None or not turn.words:
        return turn.text
    return " ".join(str(word[0]) for word in turn.words if word[1] < clip.end_ms and word[2] > clip.start_ms)


def _check(act: Act, interaction: Interaction, stretch: Stretch) -> None:
    if interaction.erased_at is not None:
        raise ConflictError(_("This interaction was erased."))
    if stretch.start_ms is None and stretch.first_turn is None:
        raise InvalidError(_("Say where the clip begins and ends."), field="begins")
    if stretch.start_ms is not None and stretch.end_ms is not None:
        if not 0 <= stretch.start_ms < stretch.end_ms:
            raise InvalidError(_("The clip ends before it begins."), field="ends")
        if stretch.end_ms - stretch.start_ms > LONGEST_MS:
            raise InvalidError(_("A clip is at most {n} minutes long.", n=LONGEST_MS // 60_000), field="ends")
        if interaction.duration_ms is not None and stretch.start_ms >= interaction.duration_ms:
            raise InvalidError(_("The conversation is shorter than that."), field="begins")
        return
    transcript = newest_transcript(act, interaction.id)
    places = {turn.position for turn in transcript.turns} if transcript else set()
    if not {stretch.first_turn, stretch.last_turn} <= places:
        raise InvalidError(_("Choose messages of this conversation."), field="begins")
    if (stretch.first_turn or 0) > (stretch.last_turn or 0):
        raise InvalidError(_("The clip ends before it begins."), field="ends")
