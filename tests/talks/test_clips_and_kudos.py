"""Clips are heard by who takes part and, once their agent allows it, by the team; kudos is read by whom it is for."""

from dataclasses import replace
from pathlib import Path

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction
from qa.kudos import service as kudos
from qa.people.models import User
from qa.storage.blobs import LocalFolder
from qa.talks import clips
from qa.talks.clips import Stretch
from qa.talks.queries import examples, get_clip, waiting_clips
from tests.evaluations.desk_making import make_desk, submit_best
from tests.makers import Makers
from tests.talks.talking import talk
from tests.transcribe.sounds import tone, write
from transcribe.playback import to_opus


def by(act: Act, who: User) -> Act:
    return replace(act, actor=who)


@pytest.fixture
def coach(make: Makers) -> User:
    return make.user(Role.SUPERVISOR)


def test_the_team_hears_an_example_only_while_its_agent_allows_it(act: Act, make: Makers, coach: User) -> None:
    team = make.team()
    agent, colleague, stranger = make.agent(team=team), make.agent(team=team), make.agent(team=make.team())
    call = make.interaction(agent=agent)
    clip = clips.make_clip(by(act, coach), call, Stretch(1_000, 9_000), remark="Calm", example=True)
    assert examples(by(act, colleague)) == []
    assert examples(by(act, agent)) == [clip], "its agent hears it, to decide"
    with pytest.raises(ForbiddenError):
        clips.allow(by(act, colleague), clip, allowed=True)
    clips.allow(by(act, agent), clip, allowed=True)
    assert examples(by(act, colleague)) == [clip]
    assert examples(by(act, stranger)) == []
    clips.allow(by(act, agent), clip, allowed=False)
    with pytest.raises(NotFoundError):
        get_clip(by(act, colleague), clip.id)


def test_in_a_group_session_colleagues_hear_a_clip_only_when_its_agent_allowed_it(
    act: Act, make: Makers, coach: User
) -> None:
    agent, colleague = make.agent(), make.agent()
    group = talk(make, agent, colleague, coach=coach)
    call = make.interaction(agent=agent)
    clip = clips.make_clip(by(act, coach), call, Stretch(0, 5_000), remark="", example=True, talk=group)
    assert get_clip(by(act, agent), clip.id) is clip
    with pytest.raises(NotFoundError):
        get_clip(by(act, colleague), clip.id)
    clips.allow(by(act, agent), clip, allowed=True)
    assert get_clip(by(act, colleague), clip.id) is clip


def test_a_reviewers_clip_waits_for_a_session_of_its_agent(act: Act, make: Makers, coach: User) -> None:
    desk = make_desk(make)
    reviewer = act.session.get_one(User, desk.reviewer_id)
    call = make.act.session.get_one(Interaction, desk.interaction_id)
    clip = clips.make_clip(by(act, reviewer), call, Stretch(0, 5_000), remark="", example=False)
    assert waiting_clips(by(act, coach), [desk.agent_id]) == [clip]
    assert waiting_clips(by(act, coach), [make.agent().id]) == []
    assert examples(by(act, act.session.get_one(User, desk.agent_id))) == []


@pytest.mark.parametrize(
    ("stretch", "field"),
    [
        (Stretch(5_000, 5_000), "ends"),
        (Stretch(0, 400_000), "ends"),
        (Stretch(95_000, 99_000), "begins"),
        (Stretch(), "begins"),
        (Stretch(first_turn=0, last_turn=99), "begins"),
        (Stretch(first_turn=2, last_turn=1), "ends"),
    ],
)
def test_a_stretch_that_is_none_is_refused(act: Act, make: Makers, coach: User, stretch: Stretch, field: str) -> None:
    call = make.interaction()
    make.transcript(call)
    with pytest.raises(InvalidError) as refused:
        clips.make_clip(by(act, coach), call, stretch, remark="", example=False)
    assert refused.value.field == field


def test_a_clip_reads_as_its_stretch_and_nothing_else(act: Act, make: Makers, coach: User) -> None:
    call = make.interaction()
    make.transcript(call)
    clip = clips.make_clip(by(act, coach), call, Stretch(4_100, 7_900), remark="", example=False)
    assert [text for _role, text in clips.said_in(act, clip)] == ["My parcel did not arrive."]
    part = clips.make_clip(by(act, coach), call, Stretch(4_900, 5_500), remark="", example=False)
    assert [text for _role, text in clips.said_in(act, part)] == ["parcel"], "what is not heard is not read either"
    chat = make.interaction(channel=Channel.CHAT)
    written = make.transcript(chat)
    written.turns[1].internal = True
    some = clips.make_clip(by(act, coach), chat, Stretch(first_turn=0, last_turn=1), remark="", example=False)
    assert [role.value for role, _text in clips.said_in(act, some)] == ["agent"], "a note among colleagues stays out"


def test_the_sound_of_a_clip_is_cut_from_what_browsers_play(
    act: Act, make: Makers, coach: User, blobs: LocalFolder, tmp_path: Path
) -> None:
    call = make.interaction(duration_ms=10_000)
    whole = write(tmp_path / "whole.wav", tone(10)[None, :])
    to_opus(whole, tmp_path / "whole.ogg")
    blobs.put_file("playable/x", tmp_path / "whole.ogg")
    make.recording(call, playable_key="playable/x", playable_type="audio/ogg")
    act.session.expire(call)
    clip = clips.make_clip(by(act, coach), call, Stretch(2_000, 4_000), remark="", example=False)
    sound = clips.sound_of(act, clip)
    assert sound.startswith(b"OggS")
    assert len(sound) < 0.4 * (tmp_path / "whole.ogg").stat().st_size


def test_kudos_is_read_by_its_agent_and_never_for_oneself(act: Act, make: Makers, coach: User) -> None:
    agent, colleague = make.agent(), make.agent()
    call = make.interaction(agent=agent)
    given = kudos.give_kudos(by(act, coach), call, text=" So patient. ")
    assert [one.text for one in kudos.kudos_for(by(act, agent), agent.id)] == ["So patient."]
    assert kudos.kudos_for(by(act, colleague), agent.id) == []
    with pytest.raises(ConflictError):
        kudos.give_kudos(by(act, coach), call, text="Again")
    with pytest.raises(ForbiddenError):
        kudos.give_kudos(by(act, agent), call, text="Me")
    with pytest.raises(ForbiddenError):
        kudos.take_back(by(act, agent), given)
    kudos.take_back(by(act, coach), given)
    assert kudos.kudos_for(by(act, agent), agent.id) == []


def test_what_a_reviewer_praised_is_told_when_the_conversation_is_the_agents_to_read(act: Act, make: Makers) -> None:
    desk = make_desk(make)
    reviewer, agent = (act.session.get_one(User, number) for number in (desk.reviewer_id, desk.agent_id))
    call = act.session.get_one(Interaction, desk.interaction_id)
    kudos.give_kudos(by(act, reviewer), call, text="Very clear.")
    assert kudos.kudos_for(by(act, agent), agent.id) == []
    submit_best(make, desk, release=True)
    (told,) = kudos.kudos_for(by(act, agent), agent.id)
    hiding = replace(by(act, agent), settings=replace(act.settings, hide_reviewers=True))
    assert (told.text, str(kudos.giver_name(by(act, agent), told))) == ("Very clear.", reviewer.name)
    assert str(kudos.giver_name(hiding, told)) == "a reviewer"
    boss = kudos.give_kudos(by(act, make.user(Role.SUPERVISOR, name="Noor")), call, text="Yes")
    assert str(kudos.giver_name(hiding, boss)) == "Noor"
