"""The lengths that a draw by minutes of review went by: kept beside its frame, with a digest in the record."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from qa.act import Act
from qa.errors import NotFoundError
from qa.i18n import Text, _
from qa.sampling.commitment import canonical_json
from qa.sampling.models import Draw
from qa.sampling.order import token_of
from qa.sampling.record import Check, DrawRecord, Finding
from qa.sampling.strata import whole_of


def lengths_digest(lengths: Iterable[tuple[str, int]], *, salt: bytes) -> str:
    """SHA-256 of (token, milliseconds of review) of every interaction: lines of canonical JSON, sorted by token."""
    digest = hashlib.sha256()
    for row in sorted((token_of(key, salt=salt), review_ms) for key, review_ms in lengths):
        digest.update(canonical_json(row) + b"\n")
    return digest.hexdigest()


def keep_lengths(act: Act, draw: Draw, lengths: Iterable[tuple[str, int]]) -> None:
    """Keep (stable key, milliseconds of review) in storage, sorted."""
    act.blobs.put(_key(draw), b"".join(canonical_json(row) + b"\n" for row in sorted(lengths)))


def check_lengths(act: Act, draw: Draw, record: DrawRecord, rows: Iterable[tuple[str, str]]) -> list[Finding]:
    """Hold the kept lengths against the digest and the sums in the record; nothing where the draw did not go by them."""
    told = record.plan.get("allocation")
    if not isinstance(told, dict) or "lengths_digest" not in told:
        return []
    try:
        kept = {str(key): int(review_ms) for key, review_ms in map(json.loads, act.blobs.get(_key(draw)).splitlines())}
        agrees = lengths_digest(kept.items(), salt=record.salt or b"") == told["lengths_digest"]
        agrees = agrees and _sums(kept, rows) == {name: of["review_ms"] for name, of in told["strata"].items()}
    except (NotFoundError, KeyError, TypeError, ValueError):
        return [_finding(_("The lengths by which the minutes were divided cannot be read."), agrees=False)]
    if agrees:
        return [_finding(_("The lengths are those by which the minutes were divided."), agrees=True)]
    return [_finding(_("The lengths are not those by which the minutes were divided."), agrees=False)]


def _sums(lengths: Mapping[str, int], rows: Iterable[tuple[str, str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, stratum in rows:
        found[whole_of(stratum)] = found.get(whole_of(stratum), 0) + lengths[key]
    return found


def _key(draw: Draw) -> str:
    return f"draws/{draw.id}/{draw.frame_digest}.lengths.jsonl"


def _finding(sentence: Text, *, agrees: bool) -> Finding:
    return Finding(Check.ALLOCATION, agrees=agrees, sentence=sentence)
