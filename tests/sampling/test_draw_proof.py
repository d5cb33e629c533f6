"""The proof of a draw: nobody sees a seed too early, and every change is found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.errors import ConflictError, InvalidError
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling import service
from qa.sampling.commitment import commit
from qa.sampling.models import Draw, DrawItem
from tests.makers import Makers
from tests.sampling.plan_making import (
    OCTOBER,
    differences,
    drawn,
    entropy,
    plan,
)

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_draw.py"


def test_a_seed_is_revealed_once_and_only_after_the_draw(act: Act, make: Makers, team_of_three: list[User]) -> None:
    found = plan(make)
    draw = service.commit(act, found, period=OCTOBER, entropy=entropy())
    with pytest.raises(ConflictError, match="secret"):
        service.reveal(act, draw)
    service.run(act, draw)
    assert draw.shown_seed == ""
    service.reveal(act, draw)
    assert commit(bytes.fromhex(draw.shown_seed)) == draw.commitment
    with pytest.raises(ConflictError, match="already revealed"):
        service.reveal(act, draw)


def test_the_audit_log_never_holds_a_seed(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    for entry in act.session.scalars(select(AuditEntry)):
        assert draw.seed not in json.dumps(entry.data)
        assert draw.salt not in json.dumps(entry.data)


def test_an_honest_draw_verifies_before_and_after_its_seed_is_revealed(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    assert differences(act, draw) == "The seed has not been revealed yet, so the draw itself cannot be redone."
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    assert any("All 8 drawn" in str(one.sentence) for one in service.verify(act, draw).findings)


def test_what_is_only_promised_cannot_be_verified_or_exported(act: Act, make: Makers) -> None:
    promised = plan(make).draws[0]
    for use in (service.verify, service.export):
        with pytest.raises(ConflictError, match="not been made yet"):
            use(act, promised)


@pytest.mark.parametrize(
    ("altered", "sentence"),
    [
        ({Draw.seed: "0" * 64}, "The seed is not the one"),
        ({Draw.commitment: "0" * 64}, "The commitment is not the one in the audit log"),
        ({Draw.salt: "0" * 64}, "The salt is not the one"),
        ({Draw.frame_digest: "0" * 64}, "The digest of the interactions is not the one in the audit log"),
        ({Draw.canonical_plan: '{"per_stratum":4}'}, "The plan is not the one in the audit log"),
        ({Draw.canonical_plan: "{"}, "can no longer be read"),
        ({Draw.algorithm: "by-hand/1"}, "which this program does not know"),
    ],
)
def test_a_record_altered_in_one_place_is_found(
    act: Act, make: Makers, team_of_three: list[User], altered: dict[object, str], sentence: str
) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    act.session.execute(update(Draw).where(Draw.id == draw.id).values(altered))
    assert sentence in differences(act, draw)


def test_a_swapped_item_is_found_by_name(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    item = draw.items[0]
    agent_id = item.interaction.agent_id
    other = act.session.scalars(
        select(Interaction).where(
            Interaction.agent_id == agent_id, Interaction.id.not_in([one.interaction_id for one in draw.items])
        )
    ).first()
    assert other is not None
    act.session.execute(update(DrawItem).where(DrawItem.id == item.id).values(interaction_id=other.id))
    told = differences(act, draw)
    assert f"{item.interaction.stable_key} should have been drawn" in told or other.stable_key in told


def test_one_byte_of_the_frame_changed_is_found(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    assert draw.frame_key is not None
    kept = bytearray(act.blobs.get(draw.frame_key))
    kept[5] = ord("0") if kept[5] != ord("0") else ord("1")
    act.blobs.put(draw.frame_key, bytes(kept))
    assert "not the same as when the draw was made" in differences(act, draw)
    act.blobs.delete(draw.frame_key)
    assert "cannot be read" in differences(act, draw)


def test_the_exported_file_satisfies_the_script_that_anyone_can_run(
    act: Act, make: Makers, team_of_three: list[User], tmp_path: Path
) -> None:
    draw = drawn(make, plan(make))
    with pytest.raises(InvalidError, match="not been revealed"):
        service.export(act, draw)
    service.reveal(act, draw)
    written = service.export(act, draw)
    assert all(item.interaction.stable_key.encode() not in written for item in draw.items)
    assert draw.salt.encode() not in written
    path = tmp_path / "draw.json"
    path.write_bytes(written)
    done = subprocess.run([sys.executable, SCRIPT, path, draw.commitment], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
