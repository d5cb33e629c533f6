"""Verify how many of each stratum an exported draw took: python verify_allocation.py DRAW.json. Needs only Python."""

import hashlib
import hmac
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any


def whole(stratum: str) -> str:
    """The stratum without its stretch of time."""
    head, _bar, tail = stratum.rpartition("|")
    return head if tail.startswith("part-") else stratum


def by_turns(sizes: dict[str, int], told: dict[str, Any], *, budget: bool) -> dict[str, int]:
    """Neyman's allocation, or the same by minute: each next interaction goes where it saves most variance."""
    facts = told["strata"]
    known = all("variance" in facts[s] for s in sizes) and any(facts[s]["variance"] for s in sizes)
    cost = {s: -(-facts[s]["review_ms"] // sizes[s]) if budget else 1 for s in sizes}
    weight = {s: Fraction(sizes[s] ** 2 * (facts[s]["variance"] if known else 1), cost[s]) for s in sizes}
    given = {s: min(told["minimum"], sizes[s]) for s in sizes}
    left = (told["minutes"] * 60_000 if budget else told["total"]) - sum(cost[s] * given[s] for s in sizes)
    while waiting := [s for s in sizes if given[s] < sizes[s]]:
        turn = min(waiting, key=lambda s: (-weight[s] / (given[s] * (given[s] + 1)), s))
        if cost[turn] > left:
            break
        given[turn] += 1
        left -= cost[turn]
    return given


def by_size(sizes: dict[str, int], total: int, minimum: int) -> dict[str, int]:
    """In proportion to size by largest remainder, with a minimum of each."""
    given, rest, left = dict[str, int](), dict(sizes), min(total, sum(sizes.values()))
    while small := [s for s in rest if left * rest[s] < min(minimum, rest[s]) * sum(rest.values())]:
        given.update({s: min(minimum, rest.pop(s)) for s in small})
        left -= sum(given[s] for s in small)
    size = sum(rest.values())
    over = left - sum(left * one // size for one in rest.values())
    up = sorted(rest, key=lambda s: (-(left * rest[s] % size), s))[:over]
    return given | {s: left * one // size + (s in up) for s, one in rest.items()}


def differences(draw: dict[str, Any]) -> list[str]:
    """Divide the sample anew and say, in sentences, every stratum that does not agree."""
    told, parts, sizes = draw["plan"]["allocation"], {s["stratum"]: s["population"] for s in draw["strata"]}, {}
    for stratum, size in parts.items():
        sizes[whole(stratum)] = sizes.get(whole(stratum), 0) + size
    rule, least = told["rule"], told.get("minimum", 1)
    if rule == "each":
        given = dict.fromkeys(sizes, told["each"])
    elif rule == "share":
        given = {s: max(least, -(-told["share_bp"] * size // 10_000)) for s, size in sizes.items()}
    elif rule == "budget" or (rule == "neyman" and any(f.get("variance") for f in told["strata"].values())):
        given = by_turns(sizes, told, budget=rule == "budget")
    else:
        given = by_size(sizes, told["total"], least)
    kind, fill = told["fill"].partition("-")[0], told["fill"]
    for s in sorted(sizes) if fill else ():
        to = "|".join(fill if part.partition("-")[0] == kind else part for part in s.split("|"))
        moved = min(given[s] - sizes[s], max(0, sizes.get(to, 0) - given.get(to, 0))) if to != s else 0
        if moved > 0:
            given[s], given[to] = given[s] - moved, given[to] + moved
    if told["parts"] > 1:
        dice, asked, seen = hmac.digest(bytes.fromhex(draw["seed"]), b"steekproef:spread", "sha256"), given, {}
        given = {}
        for part in sorted(parts):
            s = whole(part)
            number = int.from_bytes(hmac.digest(dice, s.encode(), hashlib.sha256)[:8], "big") >> 11
            before = seen.get(s, 0)
            seen[s] = before + parts[part]
            ends = [int(Fraction(asked[s] * n, sizes[s]) + Fraction(number, 1 << 53)) for n in (before, seen[s])]
            given[part] = ends[1] - ends[0]
    wrong = [(s["stratum"], s["wanted"], given[s["stratum"]]) for s in draw["strata"]]
    return [
        f"Stratum {s} was asked for {found}; by the plan it is {right}." for s, found, right in wrong if found != right
    ]


if __name__ == "__main__":
    try:
        lines = differences(json.loads(Path(sys.argv[1]).read_bytes()))
    except (IndexError, OSError):
        sys.exit(__doc__)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        lines = [f"The file cannot be read as a draw with an allocation: {error!r}"]
    print("\n".join(lines) or "The numbers of every stratum follow from the plan.")
    sys.exit(1 if lines else 0)
