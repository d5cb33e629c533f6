"""Records of draws: seeds that were promised, and a verification that finds every change."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.sampling.commitment import (
    canonical_json,
    check_seed,
    commit,
    frame_digest,
    make_seed,
    parse_seed,
    plan_digest,
)
from qa.sampling.digesting import FrameDigest
from qa.sampling.exporting import export
from qa.sampling.record import Check, DrawRecord, conduct, verify
from qa.sampling.rows import in_batches

SEED = bytes(range(32))
SALT = bytes(range(32, 64))
FRAME = [(f"pbx:{number:04}", f"agent-{number % 4}") for number in range(80)]
SCRIPT = Path(__file__).parents[2] / "docs" / "verify_draw.py"


def made() -> DrawRecord:
    return conduct(FRAME, plan={"name": "maandelijks", "per_agent": 3}, seed=SEED, sizes=3, salt=SALT)[0]


def digest_strata(frame: list[tuple[str, str]]) -> list[tuple[str, int, str]]:
    with FrameDigest() as digest:
        for some in in_batches(frame):
            digest.note([key.encode() for key in some.keys], some)
        return digest.strata()


def differences(record: DrawRecord, frame: list[tuple[str, str]]) -> str:
    return " ".join(str(finding.sentence) for finding in verify(record, frame).differences)


def test_a_seed_is_committed_to_by_its_sha256() -> None:
    # The digest of 32 zero bytes, as any SHA-256 program gives it.
    assert commit(bytes(32)) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    assert make_seed(lambda size: b"x" * size) == b"x" * 32
    with pytest.raises(ValueError, match="16 bytes"):
        make_seed(lambda _size: b"x" * 16)


def test_a_seed_may_be_pasted_with_spaces_and_capitals() -> None:
    written = SEED.hex().upper()
    assert parse_seed(f" {written[:32]} {written[32:]}\n") == SEED


@pytest.mark.parametrize(("written", "reason"), [("12ab", "64 characters"), ("g" * 64, "“g”"), ("é" * 64, "“é”")])
def test_a_seed_typed_wrongly_is_refused_with_what_is_wrong(written: str, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        parse_seed(written)


def test_another_seed_than_promised_is_refused() -> None:
    check_seed(SEED, commit(SEED))
    with pytest.raises(InvalidError, match="does not belong to the commitment"):
        check_seed(bytes(32), commit(SEED))


def test_a_plan_has_one_way_of_being_written() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert plan_digest({"b": 1, "a": 2}) == plan_digest({"a": 2, "b": 1})


@given(st.permutations(FRAME[:12]))
def test_the_digest_of_a_frame_does_not_depend_on_its_order(frame: list[tuple[str, str]]) -> None:
    assert frame_digest(digest_strata(frame)) == frame_digest(digest_strata(FRAME[:12]))


def test_an_interaction_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidError, match="more than once"):
        digest_strata([("x", "a"), ("x", "a")])
    with pytest.raises(InvalidError, match="more than once"):
        digest_strata([("x", "a"), ("x", "b")])


def test_a_draw_from_nothing_is_refused() -> None:
    with pytest.raises(InvalidError, match="nothing to draw"):
        conduct([], plan={}, seed=SEED, sizes=3)


def test_a_true_record_agrees_on_everything() -> None:
    verification = verify(made(), list(reversed(FRAME)))
    assert verification.agrees
    assert [finding.check for finding in verification.findings] == [
        Check.ALGORITHM,
        Check.SEED,
        Check.SALT,
        Check.FRAME,
        Check.DRAWN,
    ]
    assert "All 12 drawn interactions come out again" in str(verification.findings[-1].sentence)


def test_a_frame_that_changed_is_named_by_its_stratum() -> None:
    found = differences(made(), FRAME[1:])
    assert "not the same as when the draw was made" in found
    assert "Stratum “agent-0” counts 19 interactions now; the record says 20." in found
    swapped = [("pbx:9999", "agent-1"), *(row for row in FRAME if row[0] != "pbx:0001")]
    assert "Stratum “agent-1” holds as many interactions as recorded, but not the same." in differences(made(), swapped)


def test_a_drawn_interaction_exchanged_by_hand_is_found_with_the_one_it_pushed_out() -> None:
    record = made()
    out = record.drawn[0]
    pushed = next(key for key, of in FRAME if of == out.stratum and key not in {one.key for one in record.drawn})
    found = differences(replace(record, drawn=(replace(out, key=pushed, token="0" * 64), *record.drawn[1:])), FRAME)
    assert f"Interaction {out.key} should have been drawn" in found
    assert f"Interaction {pushed} is in the record and should not have been drawn." in found


def test_wrong_secrets_and_places_are_found() -> None:
    record = made()
    assert "seed is not the one" in differences(replace(record, seed=bytes(32)), FRAME)
    assert "salt is not the one" in differences(replace(record, salt=bytes(32)), FRAME)
    assert "not been revealed" in differences(replace(record, seed=None), FRAME)
    assert "does not know" in differences(replace(record, algorithm_version=9), FRAME)
    moved = replace(record.drawn[0], position=2)
    assert "place in the record is wrong" in differences(replace(record, drawn=(moved, *record.drawn[1:])), FRAME)
    likelier = replace(record.drawn[0], chance=0.5)
    assert "chance, number or place in the record is wrong" in differences(
        replace(record, drawn=(likelier, *record.drawn[1:])), FRAME
    )
    assert "twice" in differences(replace(record, drawn=(*record.drawn, record.drawn[0])), FRAME)


def test_an_export_shows_no_keys_and_needs_seed_and_salt() -> None:
    written = export(made(), FRAME)
    assert b"pbx:" not in written
    assert SALT.hex().encode() not in written
    assert json.loads(written)["seed"] == SEED.hex()
    with pytest.raises(InvalidError, match="not been revealed"):
        export(replace(made(), seed=None), FRAME)
    with pytest.raises(InvalidError, match="without a salt"):
        export(replace(made(), salt=None), FRAME)


def test_the_file_of_an_equal_draw_is_what_it_always_was() -> None:
    """Made by the version before there were other designs; whoever kept such a file can still hold ours against it."""
    digest = "5425fb6800e1e4624ddf9b0e719ac621a1e798c04a813848f531c59d050caf9f"
    assert hashlib.sha256(export(made(), FRAME)).hexdigest() == digest


def run_script(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path), *arguments], capture_output=True, text=True, check=False
    )


def test_the_script_agrees_with_a_true_export(tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    path.write_bytes(export(made(), FRAME))
    assert run_script(path).returncode == 0
    assert run_script(path, commit(SEED)).stdout.startswith("The draw agrees")
    other = run_script(path, commit(SALT))
    assert other.returncode == 1
    assert "not the one that was committed to" in other.stdout
    assert len(SCRIPT.read_text().splitlines()) <= 80


def test_the_script_finds_a_forged_draw_whose_digest_was_made_anew(tmp_path: Path) -> None:
    record = made()
    forged = replace(record, drawn=record.drawn[1:])
    path = tmp_path / "draw.json"
    path.write_bytes(export(forged, FRAME))
    assert f"{record.drawn[0].token} should have been drawn and was not." in run_script(path).stdout


def test_a_file_that_is_no_draw_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    path.write_text("[]")
    assert "cannot be read as a draw" in run_script(path).stdout
    assert run_script(tmp_path / "none.json").returncode == 1


def test_a_change_of_any_byte_is_found() -> None:
    space: dict[str, object] = {"__name__": "verify_draw"}
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), space)  # the script is no module of a package
    check = space["differences"]
    assert callable(check)
    true = export(conduct(FRAME[:6], plan={"n": 1}, seed=SEED, sizes=1, salt=SALT)[0], FRAME[:6])
    assert check(true, "") == []
    for place in range(len(true)):
        altered = bytearray(true)
        altered[place] ^= 1
        try:
            assert check(bytes(altered), ""), place
        except (KeyError, TypeError, ValueError):
            continue
