"""How often one visitor may try what can be guessed."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)

#: Sign-in, password and invitation pages: enough for a shift change behind one address, too few to guess.
GUESSABLE = "60 per minute"
