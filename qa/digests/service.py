"""Who gets an e-mail about what waits, and when; each chooses how often."""

from datetime import date

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Role
from qa.digests.content import waiting_for
from qa.digests.models import DigestChoice, Rhythm
from qa.i18n import _
from qa.mail.letters import Item, Letter
from qa.people.models import User, UserState

#: What who chose nothing gets.
USUAL = Rhythm.WEEK
MONDAY = 0
#: Roles for whom something can wait.
ROLES = (Role.REVIEWER, Role.AGENT, Role.SUPERVISOR, Role.ADMIN)


def rhythm_of(act: Act, user: User) -> Rhythm:
    """Return how often somebody gets an e-mail."""
    chosen = act.session.scalar(select(DigestChoice.rhythm).where(DigestChoice.user_id == user.id))
    return chosen or USUAL


def choose(act: Act, rhythm: Rhythm) -> None:
    """Keep how often the actor wants an e-mail."""
    user = act.person()
    kept = act.session.scalar(select(DigestChoice).where(DigestChoice.user_id == user.id))
    if kept is None:
        act.session.add(DigestChoice(user_id=user.id, rhythm=rhythm))
    else:
        kept.rhythm = rhythm
    act.session.flush()
    audit.record(act, "digest.chosen", user, rhythm=rhythm.value)


def due_on(act: Act, day: date) -> list[int]:
    """Return the numbers of those whose day it is."""
    asked = (
        select(User.id, DigestChoice.rhythm)
        .outerjoin(DigestChoice, DigestChoice.user_id == User.id)
        .where(User.state == UserState.ACTIVE, User.email.is_not(None), User.role.in_(ROLES))
        .order_by(User.id)
    )
    wanted = {Rhythm.DAY, Rhythm.WEEK} if day.weekday() == MONDAY else {Rhythm.DAY}
    return [user_id for user_id, rhythm in act.session.execute(asked) if (rhythm or USUAL) in wanted]


def digest_for(act: Act, user: User) -> Letter | None:
    """Write what waits for somebody; nothing where nothing does."""
    found = waiting_for(act, user)
    if not found:
        return None
    return Letter(
        _("What waits for you"),
        [_("This waits for you:")],
        items=tuple(Item(one.sentence, one.path) for one in found),
        after=(Item(_("Choose how often you get this, or switch it off."), "/account/e-mail"),),
    )
