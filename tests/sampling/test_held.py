"""What is under legal hold takes no part where a plan says so: counted, in the record, and provable like the rest."""

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.holds.service import lift_hold, place_hold
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling import service
from qa.sampling.plan_design import plan_in_writing
from qa.sampling.plans import population_of
from qa.sampling.proof import verify
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, entropy, foreseen, only, plan

SCRIPTS = Path(__file__).parents[2] / "docs"


def checked(path: Path) -> list[int]:
    """The exit codes of both scripts on the file of a draw."""
    return [
        subprocess.run([sys.executable, "-I", SCRIPTS / script, path], check=False, capture_output=True).returncode
        for script in ("verify_draw.py", "verify_allocation.py")
    ]


def test_what_is_held_takes_no_part_and_the_draw_proves_it(
    act: Act, make: Makers, team_of_three: list[User], tmp_path: Path
) -> None:
    asked = select(Interaction).where(Interaction.agent_id == team_of_three[0].id).order_by(Interaction.id).limit(3)
    held = list(act.session.scalars(asked))
    for call in held:
        place_hold(act, call, reason="Claim")
    lift_hold(act, held.pop(), reason="Settled")
    everything = plan(make, name="All", per_agent=20)
    found = plan(make, name="Not held", per_agent=20, population=only(not_held=True))
    assert foreseen(make, population_of(everything), each=20).eligible == 20
    seen = foreseen(make, population_of(found), each=20)
    sentence = "2 interactions are under legal hold and take no part."
    assert seen.eligible == 18
    assert sentence in [str(note) for note in seen.notes]
    outcome = service.draw_past(act, found, period=OCTOBER, entropy=entropy())
    assert (outcome.drawn, outcome.draw.frame_size) == (18, 18)
    assert sentence in [str(one) for one in outcome.sentences()]
    assert not {call.id for call in held} & {item.interaction_id for item in outcome.draw.items}
    made = act.session.scalars(select(AuditEntry).where(AuditEntry.action == "draw.made")).one()
    assert made.data["held"] == 2
    assert json.loads(outcome.draw.canonical_plan)["not_held"] is True
    service.reveal(act, outcome.draw)
    assert all(one.agrees for one in verify(act, outcome.draw).findings)
    path = tmp_path / "draw.json"
    path.write_bytes(service.export(act, outcome.draw))
    assert checked(path) == [0, 0]
    forged = json.loads(path.read_text())
    del forged["plan"]["not_held"]
    path.write_text(json.dumps(forged))
    assert checked(path)[0] == 1


def test_what_was_scored_and_is_held_is_counted_once(act: Act, make: Makers, team_of_three: list[User]) -> None:
    first = service.draw_past(act, plan(make, name="First", per_agent=1), period=OCTOBER, entropy=entropy())
    assert first.drawn == 3
    for item in first.draw.items:
        place_hold(act, item.interaction, reason="Claim")
    free = act.session.scalars(
        select(Interaction).where(Interaction.id.not_in([item.interaction_id for item in first.draw.items]))
    ).first()
    assert free is not None
    assert free.agent_id in {agent.id for agent in team_of_three}
    place_hold(act, free, reason="Claim")
    seen = foreseen(make, only(not_evaluated=True, not_held=True), each=20)
    told = [str(note) for note in seen.notes]
    assert "3 interactions were scored already or lie on a desk, and take no part." in told
    assert "1 interaction is under legal hold and takes no part." in told
    assert seen.eligible == 16


def test_a_plan_that_does_not_ask_is_written_as_before(make: Makers) -> None:
    found, version = plan(make), make.card()
    assert "not_held" not in plan_in_writing(found, period=OCTOBER, version=version)
    found.not_held = True
    assert plan_in_writing(found, period=OCTOBER, version=version)["not_held"] is True
