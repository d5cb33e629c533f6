"""The blueprint of coaching sessions; its views stand in several modules."""

from flask import Blueprint

from qa.talks.labels import ACTION_STATE_LABELS, OCCASION_LABELS, TALK_KIND_LABELS, TALK_STATE_LABELS

pages = Blueprint("talks", __name__, url_prefix="/coaching-sessions")


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words of sessions."""
    return {
        "action_states": ACTION_STATE_LABELS,
        "occasions": OCCASION_LABELS,
        "talk_kinds": TALK_KIND_LABELS,
        "talk_states": TALK_STATE_LABELS,
    }
