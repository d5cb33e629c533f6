"""Draws with unequal chances: what weighs is counted and bounded, every chance is stored, and all of it is verified."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select, update

from qa.act import Act
from qa.errors import InvalidError
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling import queries, service
from qa.sampling.chance_design import EQUAL, Design
from qa.sampling.exporting import export
from qa.sampling.models import Draw, DrawItem, Plan, ReplaceReason
from qa.sampling.record import DrawRecord, conduct, verify
from qa.sampling.risk import Factor, Facts, factors_of, weight_of
from qa.sampling.weighing import count_factors, weigh
from tests.makers import Makers
from tests.sampling.plan_making import IN_OCTOBER, calls, differences, drawn, plan

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_draw.py"
SEED, SALT = bytes(range(32)), bytes(range(32, 64))
RISKY = Design({Factor.LONG: 3, Factor.TRANSFER: 1})
FRAME = [(f"pbx:{number:04}", f"agent-{number % 3}", 1 + 3 * (number % 5 == 0)) for number in range(90)]


def made() -> DrawRecord:
    return conduct(FRAME, plan=RISKY.written(), seed=SEED, sizes=4, salt=SALT)[0]


def checked(written: bytes) -> list[str]:
    space: dict[str, object] = {"__name__": "verify_draw"}
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), space)  # the script is no module of a package
    check = space["differences"]
    assert callable(check)
    found: list[str] = check(written, "")
    return found


@pytest.mark.parametrize(
    ("facts", "factors"),
    [
        (Facts(), set()),
        (Facts(duration_ms=29_999), {Factor.SHORT}),
        (Facts(duration_ms=30_000), set()),
        (Facts(duration_ms=900_000, transfers=2), {Factor.LONG, Factor.TRANSFER}),
        (Facts(hold_ms=60_000, longest_silence_ms=19_999), {Factor.HOLD}),
        (Facts(hold_ms=59_999, longest_silence_ms=20_000), {Factor.SILENCE}),
    ],
)
def test_factors_are_counts_with_fixed_edges(facts: Facts, factors: set[Factor]) -> None:
    assert factors_of(facts) == factors
    assert weight_of(facts, dict.fromkeys(Factor, 2)) == 1 + 2 * len(factors)
    assert weight_of(facts, {}) == 1


@pytest.mark.parametrize(
    ("points", "share_bp", "reason"),
    [
        ({Factor.LONG: 10}, None, "0 to 9"),
        ({Factor.LONG: -1}, None, "0 to 9"),
        ({Factor.LONG: 0}, None, "at least one factor"),
        ({Factor.LONG: 1}, 100, "equal chances"),
        ({}, 0, "above 0"),
        ({}, 10_001, "above 0"),
    ],
)
def test_a_design_that_cannot_be_is_refused(points: dict[Factor, int], share_bp: int | None, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        Design(points, share_bp=share_bp)


@pytest.mark.parametrize("design", [EQUAL, RISKY, Design(share_bp=250)])
def test_a_design_is_read_back_from_the_record(design: Design) -> None:
    assert Design.read(design.written()) == design


def test_facts_come_from_length_transfers_holds_and_silences(act: Act, make: Makers) -> None:
    agent = make.agent()
    quick = make.interaction(agent=agent, duration_ms=20_000)
    held = make.interaction(agent=agent, duration_ms=1_000_000, transfers=1)
    kept = make.transcript(held)
    kept.events = [{"kind": "hold", "start_ms": 20_000, "end_ms": 90_000, "channel": 0}]
    quiet = make.interaction(agent=agent)
    said = make.transcript(quiet)
    said.turns[-1].start_ms, said.turns[-1].end_ms = 40_000, 44_000
    act.session.flush()
    rows = [(one.stable_key, "all") for one in (quick, held, quiet)]
    points = {Factor.SHORT: 1, Factor.LONG: 2, Factor.TRANSFER: 3, Factor.HOLD: 4, Factor.SILENCE: 9}
    assert [weight for _key, _stratum, weight in weigh(act, rows, points=points)] == [2, 1 + 2 + 3 + 4, 10]
    assert count_factors(act, rows) == dict.fromkeys(Factor, 1)


def test_a_true_record_agrees_and_so_does_its_file() -> None:
    record = made()
    assert record.algorithm == "hmac-sha256-pareto-sampling"
    assert verify(record, list(reversed(FRAME))).agrees
    written = export(record, FRAME)
    assert checked(written) == []
    assert b"pbx:" not in written
    first = json.loads(written)["drawn"][0]
    # Six of thirty weigh 4 and twenty-four weigh 1, and four are drawn: 4·4/48 and 4·1/48.
    assert Fraction(*first["chance"]) in {Fraction(1, 3), Fraction(1, 12)}


def test_a_changed_weight_is_found_by_both() -> None:
    record = made()
    heavier = [(key, stratum, 9 if key == "pbx:0001" else weight) for key, stratum, weight in FRAME]
    told = " ".join(str(finding.sentence) for finding in verify(record, heavier).differences)
    assert "Stratum “agent-1” holds as many interactions as recorded, but not the same." in told
    assert any("do not belong to its digest" in one for one in checked(export(record, heavier)))


def test_a_changed_chance_is_found() -> None:
    record = made()
    changed = replace(record, drawn=(replace(record.drawn[0], chance=0.9), *record.drawn[1:]))
    assert "chance" in str(verify(changed, FRAME).differences[0].sentence)


def test_a_record_of_another_method_than_its_plan_is_found() -> None:
    record = replace(made(), algorithm="hmac-sha256-order-sampling")
    assert "not the one that the plan asks for" in str(verify(record, FRAME).differences[0].sentence)


def test_a_change_of_any_byte_of_the_file_is_found() -> None:
    frame = FRAME[:9]
    true = export(conduct(frame, plan=RISKY.written(), seed=SEED, sizes=1, salt=SALT)[0], frame)
    assert checked(true) == []
    space: dict[str, object] = {"__name__": "verify_draw"}
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), space)
    check: Callable[[bytes, str], list[str]] = space["differences"]  # type: ignore[assignment]
    for place in range(len(true)):
        altered = bytearray(true)
        altered[place] ^= 1
        try:
            assert check(bytes(altered), ""), place
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
            continue


@pytest.fixture
def risky(act: Act, make: Makers) -> tuple[Plan, list[User]]:
    """A plan that prefers long and transferred calls, and two agents with calls of every kind."""
    agents = [make.agent(name) for name in ("Anna", "Bram")]
    for agent in agents:
        calls(make, agent, 8)
        calls(make, agent, 2, at=IN_OCTOBER + timedelta(days=3), duration_ms=1_200_000)
        calls(make, agent, 1, at=IN_OCTOBER + timedelta(days=5), duration_ms=1_200_000, transfers=1)
    found = plan(make)
    service.design_plan(act, found, RISKY)
    return found, agents


def test_a_plan_draws_by_its_points_and_stores_every_chance(
    act: Act, make: Makers, risky: tuple[Plan, list[User]], tmp_path: Path
) -> None:
    found, agents = risky
    draw = drawn(make, found)
    count = draw.counts[f"agent-{agents[0].id}"]
    assert (count["eligible"], count["wanted"], count["weights"]) == (11, 3, {"1": 8, "4": 2, "5": 1})
    # 3·5/21, 3·4/21 and 3·1/21.
    by_weight = {5: 15 / 21, 4: 12 / 21, 1: 3 / 21}
    weights = {
        number: 1 + 3 * ((length or 0) >= 900_000) + (transfers > 0)
        for number, length, transfers in act.session.execute(
            select(Interaction.id, Interaction.duration_ms, Interaction.transfers)
        )
    }
    assert len(draw.items) == 6
    for item in draw.items:
        assert item.inclusion_probability == pytest.approx(by_weight[weights[item.interaction_id]])
    assert draw.is_weighted
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    path = tmp_path / "draw.json"
    path.write_bytes(service.export(act, draw))
    done = subprocess.run([sys.executable, SCRIPT, path, draw.commitment], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_replacement_follows_the_weighted_order(act: Act, make: Makers, risky: tuple[Plan, list[User]]) -> None:
    draw = drawn(make, risky[0])
    item = draw.items[0]
    heir = service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    assert heir.position == 4
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    act.session.execute(update(DrawItem).where(DrawItem.id == heir.id).values(position=6))
    assert "was not the next in the order" in differences(act, draw)


def test_a_stored_chance_altered_by_hand_is_found(act: Act, make: Makers, risky: tuple[Plan, list[User]]) -> None:
    draw = drawn(make, risky[0])
    service.reveal(act, draw)
    act.session.execute(update(DrawItem).where(DrawItem.id == draw.items[0].id).values(inclusion_probability=0.99))
    assert "chance, number or place in the record is wrong" in differences(act, draw)


@pytest.mark.parametrize("altered", ['{"design":"risk"}', '{"design":"dice"}', '{"design":"rolling","share_bp":"all"}'])
def test_a_design_altered_in_the_record_is_told(
    act: Act, make: Makers, risky: tuple[Plan, list[User]], altered: str
) -> None:
    draw = drawn(make, risky[0])
    service.reveal(act, draw)
    act.session.execute(update(Draw).where(Draw.id == draw.id).values(canonical_plan=altered))
    assert "can no longer be read" in differences(act, draw)


def test_the_drawn_ones_stand_first_in_the_picture_also_when_weighed(
    act: Act, make: Makers, risky: tuple[Plan, list[User]]
) -> None:
    views = queries.strata(act, drawn(make, risky[0]))
    assert [place for _at, place in views[0].marks] == [queries.Place.DRAWN] * 3 + [queries.Place.REST] * 8
    assert views[0].chances == pytest.approx((300 / 21, 1500 / 21))
