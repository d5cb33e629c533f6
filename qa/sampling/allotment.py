"""What the record of a draw says of its allocation, and the check that its numbers follow from it.

The plan in the record holds the rule with everything that went into it besides the sizes of the strata, which the record
counts anyway. So whoever has the record can divide the sample anew; `docs/verify_allocation.py` does it without this
program.
"""

from collections.abc import Mapping
from dataclasses import replace

from qa.i18n import Text, _
from qa.sampling.allocation import Cell, allocate, over_time
from qa.sampling.division import Allocation, Division
from qa.sampling.record import Check, DrawRecord, Finding
from qa.sampling.strata import Dimension, together


def written(design: Division, cells: Mapping[str, Cell], *, lengths_digest: str = "") -> dict[str, object]:
    """Write the rule and what it was worked out from; of each stratum only what the rule uses."""
    content: dict[str, object] = {"rule": design.allocation.value, "parts": design.parts, "fill": design.fill}
    if design.allocation is Allocation.EACH:
        return {**content, "each": design.each}
    content["minimum"] = design.minimum
    if design.allocation is Allocation.SHARE:
        return {**content, "share_bp": design.share_bp}
    if design.allocation is Allocation.PROPORTIONAL:
        return {**content, "total": design.total}
    facts: dict[str, dict[str, int]] = {name: {} for name in sorted(cells)}
    for name, cell in cells.items():
        if cell.variance is not None:
            facts[name]["variance"] = cell.variance
        if design.allocation is Allocation.BUDGET:
            facts[name]["review_ms"] = cell.review_ms
    if design.allocation is Allocation.NEYMAN:
        return {**content, "total": design.total, "strata": facts}
    return {**content, "minutes": design.minutes, "strata": facts, "lengths_digest": lengths_digest}


def check(record: DrawRecord) -> list[Finding]:
    """Divide the sample anew from the record and compare; nothing for a draw from before allocations were recorded.

    Until the seed is revealed the stretches of time of a stratum can only be checked together.
    """
    if "allocation" not in record.plan:
        return []
    sizes = {one.stratum: one.population for one in record.strata}
    found = {one.stratum: one.wanted for one in record.strata}
    try:
        design, cells = _read(record.plan, together(sizes))
        expected: Mapping[str, int] = allocate(cells, design).wanted
        if design.parts > 1 and record.seed is not None:
            expected = over_time(expected, sizes, seed=record.seed)
        elif design.parts > 1:
            found = together(found)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return [_finding(_("The allocation in the record cannot be read."), agrees=False)]
    wrong = [
        _finding(
            _(
                "Stratum “{stratum}” was asked for {found} interactions; by the plan it is {expected}.",
                stratum=stratum,
                found=found[stratum],
                expected=expected[stratum],
            ),
            agrees=False,
        )
        for stratum in sorted(found)
        if found[stratum] != expected[stratum]
    ]
    return wrong or [_finding(_("The numbers to draw follow from the plan, stratum by stratum."), agrees=True)]


def _read(plan: Mapping[str, object], sizes: Mapping[str, int]) -> tuple[Division, dict[str, Cell]]:
    """Read the rule back, with what is known of the strata."""
    told = _mapping(plan["allocation"])
    strata = plan["strata"]
    if not isinstance(strata, list):
        raise TypeError("The divisions are a list.")
    facts = {name: _mapping(of) for name, of in _mapping(told.get("strata", {})).items()}

    def number(name: str, otherwise: int) -> int:
        return _number(told.get(name, otherwise))

    plain = Division(tuple(Dimension(one) for one in strata), Allocation(str(told["rule"])), fill=str(told["fill"]))
    design = replace(
        plain,
        each=number("each", plain.each),
        share_bp=number("share_bp", plain.share_bp),
        total=number("total", plain.total),
        minutes=number("minutes", plain.minutes),
        minimum=number("minimum", plain.minimum),
        parts=number("parts", plain.parts),
    )
    cells = {
        name: Cell(
            size,
            _number(facts.get(name, {}).get("review_ms", 0)),
            _number(facts[name]["variance"]) if "variance" in facts.get(name, {}) else None,
        )
        for name, size in sizes.items()
    }
    return design, cells


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("Not an object.")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("Not a whole number.")
    return value


def _finding(sentence: Text, *, agrees: bool) -> Finding:
    return Finding(Check.ALLOCATION, agrees=agrees, sentence=sentence)
