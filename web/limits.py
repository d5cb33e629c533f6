"""How often one visitor may try what can be guessed, and how often a program may ask."""

import math
import time

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from web.product import product

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)

#: Sign-in, password and invitation pages: enough for a shift change behind one address, too few to guess.
GUESSABLE = "60 per minute"


def api_limit() -> str:
    """Return how often one address may ask the API."""
    return f"{product().settings.api_per_minute} per minute"


def seconds_to_wait() -> int | None:
    """Return after how many seconds the limit that was passed lets more through; none where there is no limit."""
    passed = limiter.current_limit
    return None if passed is None else max(1, math.ceil(passed.reset_at - time.time()))
