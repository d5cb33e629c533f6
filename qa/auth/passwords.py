"""Passwords and secret links: kept as hashes only."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from qa.errors import InvalidError
from qa.i18n import _

SHORTEST = 12
LONGEST = 200

_hasher = PasswordHasher()

#: Checked when no such user exists, so that both refusals take the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return the argon2id hash; refuse what is too short or absurdly long."""
    if len(password) < SHORTEST:
        raise InvalidError(_("Use at least {n} characters.", n=SHORTEST), field="password")
    if len(password) > LONGEST:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST), field="password")
    return _hasher.hash(password)


def password_fits(password: str, password_hash: str | None) -> bool:
    """Tell whether the password belongs to the hash; takes as long when there is none."""
    try:
        _hasher.verify(password_hash or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def new_token() -> str:
    """Return 256 random bits for a link or a sign-in."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
