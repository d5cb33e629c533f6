"""Replacing a drawn interaction: the next in the order takes its place, and both stay visible."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.privacy.erasure import erase_interaction
from qa.sampling import queries, service
from qa.sampling.models import DrawItem, ItemState, ReplaceReason
from tests.makers import Makers
from tests.sampling.plan_making import calls, differences, drawn, evaluations, plan


def test_the_next_in_the_order_takes_the_place_of_a_replaced_one(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    stratum = f"agent-{team_of_three[0].id}"
    item = next(one for one in draw.items if one.stratum == stratum)
    first_reviewer = next(one.reviewer_id for one in evaluations(act) if one.draw_item_id == item.id)
    heir = service.replace_item(act, item, reason=ReplaceReason.PRIVATE_CALL)
    assert heir is not None
    assert (heir.position, heir.stratum) == (4, stratum)
    assert (item.state, item.replaced_by_id, item.replaced_at) == (ItemState.REPLACED, heir.id, act.now)
    again = {one.draw_item_id: one.reviewer_id for one in evaluations(act)}
    assert item.id not in again
    assert again[heir.id] == first_reviewer
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    with pytest.raises(ConflictError, match="already replaced"):
        service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)


def test_a_replacement_can_be_replaced_and_the_draw_still_verifies(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[1].id}")
    second = service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    assert second is not None
    third = service.replace_item(act, second, reason=ReplaceReason.LANGUAGE)
    assert third is not None
    assert third.position == 5
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    assert [one.reason for one in queries.ledger(act, draw)] == [ReplaceReason.NO_AUDIO, ReplaceReason.LANGUAGE]
    assert queries.progress(act, [draw])[draw.id].replaced == 2


def test_where_none_is_left_the_place_stays_empty_and_everything_stays_visible(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[2].id}")
    assert service.replace_item(act, item, reason=ReplaceReason.UNPLAYABLE) is None
    found = queries.progress(act, [draw])[draw.id]
    assert (found.drawn, found.replaced) == (7, 1)
    service.reveal(act, draw)
    assert differences(act, draw) == ""


def test_a_replacement_that_was_picked_by_hand_is_found(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[0].id}")
    heir = service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    service.reveal(act, draw)
    act.session.execute(update(DrawItem).where(DrawItem.id == heir.id).values(position=6))
    assert "was not the next in the order" in differences(act, draw)


def test_what_was_reviewed_stays_in_the_draw(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    item = draw.items[0]
    act.session.execute(
        update(Evaluation)
        .where(Evaluation.draw_item_id == item.id)
        .values(state=EvaluationState.SUBMITTED, submitted_at=act.now)
    )
    act.session.expire_all()
    with pytest.raises(ConflictError, match="already reviewed"):
        service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)


def test_only_its_reviewer_or_a_supervisor_replaces_an_item(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    item = draw.items[0]
    reviewer = next(one.reviewer for one in evaluations(act) if one.draw_item_id == item.id)
    with pytest.raises(ForbiddenError):
        service.replace_item(replace(act, actor=make.user(Role.REVIEWER)), item, reason=ReplaceReason.NO_AUDIO)
    service.replace_item(replace(act, actor=reviewer), item, reason=ReplaceReason.NO_AUDIO)
    assert item.replaced_by_user_id == reviewer.id


def test_an_erased_interaction_does_not_take_a_place(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    stratum = f"agent-{team_of_three[0].id}"
    left = [one.interaction_id for one in draw.items]
    spare = act.session.scalars(
        select(Interaction.id).where(Interaction.agent_id == team_of_three[0].id, Interaction.id.not_in(left))
    ).all()
    # In whatever order: all but one are erased, so that one it is.
    for number in spare[:-1]:
        erase_interaction(replace(act, actor=make.user(Role.ADMIN)), act.session.get_one(Interaction, number))
    first, second = [one for one in draw.items if one.stratum == stratum][:2]
    heir = service.replace_item(act, first, reason=ReplaceReason.ERASED)
    assert heir is not None
    assert heir.interaction_id == spare[-1]
    assert service.replace_item(act, second, reason=ReplaceReason.NO_AUDIO) is None
    service.reveal(act, draw)
    assert differences(act, draw) == ""


def test_what_is_erased_after_it_stepped_in_was_the_next_all_the_same(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[0].id}")
    heir = service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    later = replace(act, actor=make.user(Role.ADMIN), now=act.now + timedelta(hours=1))
    erase_interaction(later, heir.interaction)
    service.replace_item(replace(act, now=later.now), heir, reason=ReplaceReason.ERASED)
    service.reveal(act, draw)
    assert differences(act, draw) == ""


def test_a_long_row_of_erased_ones_is_passed_over(act: Act, make: Makers) -> None:
    agent = make.agent("Anna")
    calls(make, agent, 120)
    draw = drawn(make, plan(make))
    left = [one.interaction_id for one in draw.items]
    spare = act.session.scalars(select(Interaction).where(Interaction.id.not_in(left)).order_by(Interaction.id)).all()
    for one in spare[1:]:
        one.erased_at = act.now
    heir = service.replace_item(act, draw.items[0], reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    assert heir.interaction_id == spare[0].id
