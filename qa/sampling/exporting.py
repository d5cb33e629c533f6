"""The file of a draw, for anyone to verify with `docs/verify_draw.py`; stable keys are not in it."""

import hashlib
from collections.abc import Iterable
from fractions import Fraction

from qa.errors import InvalidError
from qa.i18n import _
from qa.sampling import order
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.chances import chances_of
from qa.sampling.commitment import canonical_json, plan_digest
from qa.sampling.record import DrawnItem, DrawRecord, StratumCount
from qa.sampling.rows import FrameRow, weighted

#: The first form of the file knows equal chances only; the second names a method and, by risk, every weight.
FORMATS = {
    DesignKind.EQUAL: "steekproef-draw/1",
    DesignKind.RISK: "steekproef-draw/2",
    DesignKind.ROLLING: "steekproef-draw/2",
}


def export(record: DrawRecord, frame: Iterable[FrameRow]) -> bytes:
    """Write a draw as JSON.

    The file is canonical JSON and a line feed; `digest` is SHA-256 of the canonical JSON of all the rest.
    """
    if record.seed is None:
        raise InvalidError(_("The seed of this draw has not been revealed yet, so the draw cannot be exported."))
    if record.salt is None:
        raise InvalidError(_("This draw was made without a salt, so an export would show the keys of interactions."))
    kind = Design.read(record.plan).kind
    name = order.names(record.salt)
    tokens: dict[str, dict[str, int]] = {}
    for key, stratum, weight in weighted(frame):
        tokens.setdefault(stratum, {})[name(key).decode()] = weight
    content: dict[str, object] = {
        "format": FORMATS[kind],
        "algorithm": record.algorithm,
        "algorithm_version": record.algorithm_version,
        "plan": record.plan,
        "plan_digest": plan_digest(record.plan),
        "commitment": record.commitment,
        "seed": record.seed.hex(),
        "salt_commitment": record.salt_commitment,
        "frame_digest": record.frame_digest,
        "strata": [_stratum(one, tokens.get(one.stratum, {}), kind=kind) for one in record.strata],
        "drawn": [_drawn(one, kind=kind) for one in record.drawn],
    }
    if kind is DesignKind.RISK:
        content["drawn"] = _with_chances(record, tokens)
    content["digest"] = hashlib.sha256(canonical_json(content)).hexdigest()
    return canonical_json(content) + b"\n"


def _stratum(one: StratumCount, tokens: dict[str, int], *, kind: DesignKind) -> dict[str, object]:
    written: dict[str, object] = {
        "stratum": one.stratum,
        "population": one.population,
        "wanted": one.wanted,
        "digest": one.digest,
        "tokens": sorted(tokens),
    }
    if kind is DesignKind.RISK:
        written["weights"] = [tokens[token] for token in sorted(tokens)]
    return written


def _drawn(one: DrawnItem, *, kind: DesignKind) -> dict[str, object]:
    written: dict[str, object] = {"token": one.token, "stratum": one.stratum, "number": one.number}
    return written if kind is DesignKind.ROLLING else {**written, "position": one.position}


def _with_chances(record: DrawRecord, tokens: dict[str, dict[str, int]]) -> list[dict[str, object]]:
    """The drawn ones with their chance as a fraction in its lowest terms: nothing is rounded in the file."""
    found: list[dict[str, object]] = []
    chances: dict[str, dict[int, Fraction]] = {}
    for stratum in record.strata:
        classes: dict[int, int] = {}
        for weight in tokens.get(stratum.stratum, {}).values():
            classes[weight] = classes.get(weight, 0) + 1
        chances[stratum.stratum] = chances_of(classes, size=stratum.wanted)
    for one in record.drawn:
        chance = chances[one.stratum][tokens[one.stratum][one.token]]
        written = _drawn(one, kind=DesignKind.RISK)
        found.append({**written, "chance": [chance.numerator, chance.denominator]})
    return found
