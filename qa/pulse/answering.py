"""Answering a round: once, and so that nobody can find out afterwards who answered what.

That somebody answered and what was answered are rows without anything in common. A database also knows in what order
rows were written and which were written together, so every answer writes all of its round's rows anew, mixed.
"""

from collections.abc import Mapping
from random import Random

from sqlalchemy import Select, delete, insert, select, update

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.i18n import _
from qa.privacy.redaction import redact
from qa.pulse.models import PulseAnswer, PulseInvitation, PulseRound, PulseWords
from qa.pulse.rounds import is_over
from qa.pulse.statements import scale_of

LONGEST_WORDS = 1_000
#: Numbers of rows are drawn from this many bits, so that two are never the same.
_BITS = 62


def answer_round(act: Act, round_id: int, *, values: Mapping[str, int], words: str, chance: Random) -> None:
    """Keep what the actor answered, apart from who they are; ``values`` by the key of a statement, any may be left out.

    The audit log, which holds names and times, is told nothing. ``chance`` must not be foreseeable.
    """
    act.require(Permission.PULSE_ANSWER)
    # Two who answer at once wait for each other here: each writes all rows anew.
    found = act.session.get(PulseRound, round_id, with_for_update=True, populate_existing=True)
    invitation = act.session.scalar(_own(act, round_id).execution_options(populate_existing=True))
    if found is None or invitation is None:
        raise NotFoundError(_("There is no such round, or you are not asked in it."))
    if invitation.answered:
        raise ConflictError(_("You answered this round already. Nobody can see what, so it cannot be changed either."))
    if is_over(act, found):
        raise ConflictError(_("This round is over; nothing was stored."))
    written = words.strip() if found.words else ""
    _check(found, values, written)
    invitation.answered = True
    act.session.flush()
    kept = act.session.execute(
        select(PulseAnswer.team_id, PulseAnswer.values).where(PulseAnswer.round_id == found.id)
    ).all()
    answers = [*((row.team_id, row[1]) for row in kept), (invitation.team_id, dict(values))]
    chance.shuffle(answers)
    act.session.execute(delete(PulseAnswer).where(PulseAnswer.round_id == found.id))
    act.session.execute(
        insert(PulseAnswer),
        [{**_row(found, chance), "team_id": team, "values": given} for team, given in answers],
    )
    if written:
        _mix_in(act, found, written, chance=chance)
    everybody = update(PulseInvitation).where(PulseInvitation.round_id == found.id)
    act.session.execute(everybody.values(round_id=PulseInvitation.round_id))


def _mix_in(act: Act, found: PulseRound, written: str, *, chance: Random) -> None:
    hidden = redact(written, language=act.language).text[:LONGEST_WORDS]
    texts = [*act.session.scalars(select(PulseWords.text).where(PulseWords.round_id == found.id)), hidden]
    chance.shuffle(texts)
    act.session.execute(delete(PulseWords).where(PulseWords.round_id == found.id))
    act.session.execute(insert(PulseWords), [{**_row(found, chance), "text": text} for text in texts])


def _row(found: PulseRound, chance: Random) -> dict[str, object]:
    return {"id": chance.getrandbits(_BITS) + 1, "round_id": found.id}


def _check(found: PulseRound, values: Mapping[str, int], written: str) -> None:
    keys = {one.key for one in found.statements}
    if not values and not written:
        raise InvalidError(_("Answer at least one of them, or leave this page: nobody has to answer."))
    if any(key not in keys or value not in scale_of(key).values for key, value in values.items()):
        raise InvalidError(_("Choose one of the answers that stand here."))
    if len(written) > LONGEST_WORDS:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_WORDS), field="words")


def own_invitation(act: Act, round_id: int) -> PulseInvitation:
    """Return the actor's own invitation."""
    found = act.session.scalar(_own(act, round_id))
    if found is None:
        raise NotFoundError(_("There is no such round, or you are not asked in it."))
    return found


def _own(act: Act, round_id: int) -> Select[PulseInvitation]:
    return select(PulseInvitation).where(
        PulseInvitation.round_id == round_id, PulseInvitation.user_id == act.person().id
    )
