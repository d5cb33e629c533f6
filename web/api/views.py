"""Everything that the API answers, gathered so that the app finds it."""

from web.api import cards, document, draws, evaluations, figures
from web.api.endpoint import pages

__all__ = ["cards", "document", "draws", "evaluations", "figures", "pages"]
