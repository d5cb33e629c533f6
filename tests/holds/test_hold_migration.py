"""What was erased before sound and evaluations had moments of their own is dated, and nothing of it is offered to be played."""

from sqlalchemy import Engine, text

from qa import migrate
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.interactions.models import Interaction
from qa.privacy.erasure import erase_interaction
from tests.conftest import Stored
from tests.insight.scene import Scene


def test_what_was_erased_is_dated_and_the_rest_is_not(stored: Stored, engine: Engine) -> None:
    with stored() as make:
        scene = Scene(make)
        calls = [make.interaction(), make.interaction()]
        for call in calls:
            make.recording(call, playable_key="playable/ab")
            make.transcript(call)
        evaluations = [scene.submit(scene.assign(call, kind=EvaluationKind.TARGETED)).id for call in calls]
        erase_interaction(make.act, calls[1])
        moment, numbers = make.act.now, [call.id for call in calls]
    migrate.downgrade(engine, revision="0027")
    with engine.begin() as connection:
        # As erasing left it before.
        connection.execute(text("UPDATE recordings SET playable_key = 'playable/ab', playable_type = 'audio/ogg'"))
    migrate.upgrade(engine)
    with stored() as make:
        kept, erased = (make.act.session.get_one(Interaction, number) for number in numbers)
        assert (kept.sound_erased_at, erased.sound_erased_at) == (None, moment)
        assert kept.recordings[0].playable_key == "playable/ab"
        assert erased.recordings[0].playable_key is None
        dated = [make.act.session.get_one(Evaluation, number).erased_at for number in evaluations]
        assert dated == [None, moment]
