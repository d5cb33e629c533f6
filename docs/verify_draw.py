"""Verify an exported draw: python verify_draw.py DRAW.json [COMMITMENT shown before the period]. Needs only Python."""

import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any


def written(value: object) -> bytes:
    """The one way in which the file writes JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def number(seed: bytes, token: str) -> int:
    """The permanent random number of an interaction: the first 53 bits of HMAC-SHA256."""
    return int.from_bytes(hmac.new(seed, token.encode(), hashlib.sha256).digest()[:8], "big") >> 11


def differences(data: bytes, commitment: str) -> list[str]:
    """Redo the draw and say, in sentences, everything that does not agree."""
    draw: dict[str, Any] = json.loads(data)
    wrong = []
    rest = {name: value for name, value in draw.items() if name != "digest"}
    if data != written(draw) + b"\n" or sha256(written(rest)) != draw["digest"]:
        wrong.append("The file was changed after it was made.")
    if (draw["format"], draw["algorithm_version"]) != ("steekproef-draw/1", 1):
        wrong.append("The file has a format or method that this script does not know.")
    seed = bytes.fromhex(draw["seed"])
    if not sha256(seed) == draw["commitment"] == (commitment or draw["commitment"]):
        wrong.append("The seed is not the one that was committed to.")
    if sha256(written(draw["plan"])) != draw["plan_digest"]:
        wrong.append("The plan does not belong to its digest.")
    lines, expected = [], []
    for one in sorted(draw["strata"], key=lambda one: str(one["stratum"])):
        tokens = sorted(one["tokens"])
        digest = sha256("".join(f"{token}\n" for token in tokens).encode())
        if (len(tokens), len(set(tokens)), digest) != (one["population"], one["population"], one["digest"]):
            wrong.append(f"The interactions of stratum {one['stratum']} do not belong to its digest.")
        lines.append(written([one["stratum"], len(tokens), digest]) + b"\n")
        ranked = sorted((number(seed, token), token) for token in tokens)[: one["wanted"]]
        for position, (value, token) in enumerate(ranked, start=1):
            expected.append({"token": token, "stratum": one["stratum"], "number": value, "position": position})
    if sha256(b"".join(lines)) != draw["frame_digest"]:
        wrong.append("The list of interactions does not belong to its digest.")
    missing = [one["token"] for one in expected if one not in draw["drawn"]]
    surplus = [one["token"] for one in draw["drawn"] if one not in expected]
    wrong += [f"{token} should have been drawn and was not." for token in missing]
    wrong += [f"{token} was drawn and should not have been, or its number or place is wrong." for token in surplus]
    if len(draw["drawn"]) != len(expected):
        wrong.append(f"{len(draw['drawn'])} interactions are listed as drawn; the draw gives {len(expected)}.")
    return wrong


if __name__ == "__main__":
    try:
        found = differences(Path(sys.argv[1]).read_bytes(), "".join(sys.argv[2:3]).strip().lower())
    except (IndexError, OSError):
        sys.exit(__doc__)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        found = [f"The file cannot be read as a draw: {error!r}"]
    print("\n".join(found) if found else "The draw agrees: seed, plan, interactions and everything drawn.")
    sys.exit(1 if found else 0)
