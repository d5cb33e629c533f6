"""Verify an exported draw: python verify_draw.py DRAW.json [COMMITMENT shown before the period]. Needs only Python."""

import hashlib
import hmac
import json
import sys
from fractions import Fraction
from pathlib import Path


def written(value: object) -> bytes:
    """The one way in which the file writes JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def chances(weights: list[int], size: int) -> dict[int, Fraction]:
    """The chance of each weight: in proportion to it; what would pass 1 is certain, and the rest shares what is left."""
    certain = {weight for weight in set(weights) if size * weight >= sum(weights)}
    if not certain:
        return {weight: Fraction(size * weight, sum(weights)) for weight in set(weights)}
    others = [weight for weight in weights if weight not in certain]
    return dict.fromkeys(certain, Fraction(1)) | chances(others, size - len(weights) + len(others))


def differences(data: bytes, commitment: str) -> list[str]:
    """Redo the draw and say, in sentences, everything that does not agree."""
    draw, wrong, lines, expected = json.loads(data), [], [], []
    if data != written(draw) + b"\n" or sha256(written({n: draw[n] for n in draw if n != "digest"})) != draw["digest"]:
        wrong.append("The file was changed after it was made.")
    design = {"risk": "pareto", "rolling": "rolling"}.get(draw["plan"].get("design"), "order")
    method = [f"steekproef-draw/{1 if design == 'order' else 2}", f"hmac-sha256-{design}-sampling", 1]
    if [draw["format"], draw["algorithm"], draw["algorithm_version"]] != method:
        wrong.append("The file has a format or method that this script does not know.")
    seed, drawn = bytes.fromhex(draw["seed"]), draw["drawn"]
    if not sha256(seed) == draw["commitment"] == (commitment or draw["commitment"]):
        wrong.append("The seed is not the one that was committed to.")
    if sha256(written(draw["plan"])) != draw["plan_digest"]:
        wrong.append("The plan does not belong to its digest.")
    for one in sorted(draw["strata"], key=lambda one: str(one["stratum"])):
        tokens, weights, ranked = one["tokens"], one.get("weights", [1] * len(one["tokens"])), []
        chance = chances(weights, max(1, one["wanted"]))
        for token, weight in zip(tokens, weights, strict=True):
            number = int.from_bytes(hmac.digest(seed, token.encode(), "sha256")[:8], "big") >> 11
            (p, q), item = chance[weight].as_integer_ratio(), {"token": token, "stratum": one["stratum"]}
            rank = -1 if p == q else (number * (q - p) << 64) // ((2**53 - number) * p)  # Pareto sampling, Rosén 1997
            ranked.append((rank, number, token, item | ({"chance": [p, q]} if design == "pareto" else {})))
            if design == "rolling" and number * 10_000 < draw["plan"]["share_bp"] << 53:
                expected.append(item | {"number": number})
        for place, (_rank, number, _token, item) in enumerate(sorted(ranked, key=lambda row: row[:3]), start=1):
            if design != "rolling" and place <= one["wanted"]:
                expected.append(item | {"number": number, "position": place})
        rows = [f"{t} {w}\n" if design == "pareto" else f"{t}\n" for t, w in sorted(zip(tokens, weights, strict=True))]
        digest = sha256("".join(rows).encode())
        if (len(tokens), len(set(tokens)), digest) != (one["population"], one["population"], one["digest"]):
            wrong.append(f"The interactions of stratum {one['stratum']} do not belong to its digest.")
        lines.append(written([one["stratum"], len(tokens), digest]) + b"\n")
    if sha256(b"".join(lines)) != draw["frame_digest"]:
        wrong.append("The list of interactions does not belong to its digest.")
    wrong += [f"{one['token']} should have been drawn and was not." for one in expected if one not in drawn]
    wrong += [f"{one['token']} was not to be drawn, or not at this place." for one in drawn if one not in expected]
    if len(drawn) != len(expected):
        wrong.append(f"{len(drawn)} interactions are listed as drawn; the draw gives {len(expected)}.")
    return wrong


if __name__ == "__main__":
    try:
        found = differences(Path(sys.argv[1]).read_bytes(), "".join(sys.argv[2:3]).strip().lower())
    except (IndexError, OSError):
        sys.exit(__doc__)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        found = [f"The file cannot be read as a draw: {error!r}"]
    print("\n".join(found) if found else "The draw agrees: seed, plan, interactions and everything drawn.")
    sys.exit(1 if found else 0)
