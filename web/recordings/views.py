"""The sound of a recording and its waveform, for whoever may see the interaction."""

from flask import Blueprint, jsonify, send_file
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import NotFoundError
from qa.i18n import _
from qa.interactions.models import Recording
from qa.interactions.queries import get_interaction
from web.door import allowed

pages = Blueprint("recordings", __name__, url_prefix="/interactions")

#: Stored peaks go from 0 to 100, the player draws from 0 to 1.
_FULL = 100


@pages.get("/<int:interaction_id>/audio")
@allowed(Permission.RECORDING_PLAY)
def audio(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Send the form that browsers play, in the ranges they ask for; the file as it came is never sent."""
    recording = _playable(act, interaction_id)
    response = send_file(
        act.blobs.path(recording.playable_key or ""),
        mimetype=recording.playable_type or "audio/ogg",
        conditional=True,
        etag=f"{recording.sha256}-{recording.playable_key}".replace("/", "-"),
        max_age=0,
    )
    response.cache_control.private = True
    return response


@pages.get("/<int:interaction_id>/peaks.json")
@allowed(Permission.RECORDING_PLAY)
def peaks(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Send the waveform: one list of numbers from 0 to 1 per channel."""
    recording = _playable(act, interaction_id)
    kept = recording.peaks or {"per_second": 1, "channels": []}
    response = jsonify(
        per_second=kept["per_second"],
        duration_ms=recording.interaction.duration_ms or recording.duration_ms,
        peaks=[[value / _FULL for value in channel] for channel in kept["channels"]],
    )
    response.cache_control.private = True
    return response


def _playable(act: Act, interaction_id: int) -> Recording:
    """Return the recording that holds what browsers play: the first, with all parts of the conversation joined."""
    recordings = get_interaction(act, interaction_id).recordings
    if not recordings or recordings[0].playable_key is None:
        raise NotFoundError(_("There is no recording to play yet."))
    return recordings[0]
