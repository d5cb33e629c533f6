"""What can be done for coaching from the page of a conversation: plan a session, choose a clip, give kudos."""

from dataclasses import dataclass

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import Text
from qa.interactions.models import Interaction
from qa.kudos.models import Kudos
from qa.kudos.service import giver_name, kudos_of, own_kudos


@dataclass(frozen=True, slots=True)
class Beside:
    """What the reader may do, and the kudos they may read with who gave it."""

    interaction_id: int
    plans: bool
    clips: bool
    praises: bool
    own: Kudos | None
    given: tuple[tuple[Kudos, str | Text], ...]


def beside(act: Act, interaction: Interaction) -> Beside:
    """Put it together for whoever reads."""
    me = act.person().id
    own = own_kudos(act, interaction)
    return Beside(
        interaction_id=interaction.id,
        plans=act.may(Permission.TALK_LEAD),
        clips=act.may(Permission.CLIP_MAKE) and interaction.erased_at is None,
        praises=act.may(Permission.KUDOS_GIVE) and interaction.agent_id != me and own is None,
        own=own,
        given=tuple((one, giver_name(act, one)) for one in kudos_of(act, interaction) if one.giver_id != me),
    )
