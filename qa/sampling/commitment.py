"""Commit and reveal: the seed is fixed before the period and shown after the draw.

The bytes are simple on purpose, so that `docs/verify_draw.py` and anybody's own program can redo them:
a commitment is SHA-256 of the 32 bytes of the seed; a seed and a digest are written as 64 lower-case hexadecimal digits.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping

from qa.errors import InvalidError
from qa.i18n import _
from qa.sampling.order import SEED_BYTES

_HEX_DIGITS = frozenset("0123456789abcdef")


def make_seed(entropy: Callable[[int], bytes]) -> bytes:
    """Make a 256-bit seed from the given source, in the product always `os.urandom`."""
    seed = entropy(SEED_BYTES)
    if len(seed) != SEED_BYTES:
        raise ValueError(f"The source gave {len(seed)} bytes of randomness instead of {SEED_BYTES}.")
    return seed


def commit(seed: bytes) -> str:
    """What is shown before the period: SHA-256 of the seed's bytes, in hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def parse_seed(written: str) -> bytes:
    """Read a seed as somebody typed or pasted it; spaces and capitals do not matter."""
    digits = "".join(written.split()).lower()
    if len(digits) != 2 * SEED_BYTES:
        raise InvalidError(
            _("A seed has {wanted} characters; this one has {given}.", wanted=2 * SEED_BYTES, given=len(digits))
        )
    wrong = sorted(set(digits) - _HEX_DIGITS)
    if wrong:
        raise InvalidError(
            _("A seed holds only the digits 0-9 and the letters a-f; this one holds “{wrong}”.", wrong=wrong[0])
        )
    return bytes.fromhex(digits)


def check_seed(seed: bytes, commitment: str) -> None:
    """Refuse a seed that is not the one that was committed to."""
    if not hmac.compare_digest(commit(seed).encode(), commitment.strip().lower().encode()):
        raise InvalidError(
            _(
                "This seed does not belong to the commitment that was shown before the period: the draw cannot be trusted."
            )
        )


def canonical_json(value: object) -> bytes:
    """The one way to write a value as JSON: keys sorted, no spaces, UTF-8 without escapes, no NaN or infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def plan_digest(plan: Mapping[str, object]) -> str:
    """SHA-256 of the canonical JSON of a plan, in hexadecimal."""
    return hashlib.sha256(canonical_json(plan)).hexdigest()


def frame_digest(strata: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 of a frame, from (stratum, number of interactions, digest of the stratum) in any order.

    Each is one line of canonical JSON, a list of three, ended by a line feed; the lines are sorted by stratum.
    The two steps let anyone check one stratum without the others, and let a frame of millions stream by stratum.
    """
    digest = hashlib.sha256()
    for stratum, count, tokens_digest in sorted(strata):
        digest.update(canonical_json([stratum, count, tokens_digest]))
        digest.update(b"\n")
    return digest.hexdigest()
