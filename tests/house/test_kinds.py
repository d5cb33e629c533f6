"""Nobody asks for a kind of evaluation by the column alone: probes are stored as picked on purpose."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What was drawn, or is a visit, is never a probe, which the database sees to.
BY_HAND = re.compile(r"\.kind\s*(?:!=|\.in_\(|\.not_in\(|==\s*EvaluationKind\.TARGETED)")


def asks_by_hand(text: str) -> bool:
    return any(BY_HAND.search(line) for line in text.splitlines() if "Evaluation" in line)


def test_kinds_are_asked_for_where_probes_are_left_out() -> None:
    files = [path for ring in ("qa", "web") for path in (ROOT / ring).rglob("*.py") if path.name != "purpose.py"]
    assert len(files) > 100
    assert [path.relative_to(ROOT).as_posix() for path in files if asks_by_hand(path.read_text("utf-8"))] == []


def test_the_house_rule_sees_what_it_is_to_see() -> None:
    assert asks_by_hand(".where(Evaluation.kind == EvaluationKind.TARGETED)")
    assert asks_by_hand(".where(Evaluation.kind.in_((EvaluationKind.RANDOM, EvaluationKind.TARGETED)))")
    assert not asks_by_hand(".where(Evaluation.kind == EvaluationKind.RANDOM)")
