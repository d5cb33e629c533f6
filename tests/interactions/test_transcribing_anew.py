"""A ready conversation that is transcribed once more."""

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError
from qa.evaluations.models import EvaluationKind
from qa.evaluations.service import assign
from qa.interactions.anew import may_be_anew, transcribe_anew
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.jobs.models import Job, JobState
from qa.privacy.erasure import erase_interaction
from tests.conftest import Stored
from tests.edits.editing import SAID, edited_call, texts, write
from tests.edits.test_carrying import again
from tests.makers import Makers
from tests.visitor import Visitor


def with_sound(make: Makers, call: Interaction) -> Interaction:
    recording = make.recording(call)
    make.act.blobs.put(recording.blob_key, b"sound")
    make.act.session.expire(call)
    return call


def test_a_supervisor_asks_for_it_on_the_page_and_sees_the_work(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = with_sound(make, make.interaction())
        make.transcript(call)
        supervisor, reviewer = make.user(Role.SUPERVISOR), make.user(Role.REVIEWER)
    page = f"/interactions/{call.id}"
    visitor.as_user(reviewer)
    assert "Transcribe again" not in visitor.get(page).text
    assert visitor.post(f"{page}/anew").status_code == 403
    visitor.as_user(supervisor)
    assert "Transcribe again" in visitor.get(page).text
    assert visitor.post(f"{page}/anew").status_code == 303
    shown = visitor.get(page).text
    assert "Transcribe again" not in shown
    assert "every 2s" in shown
    with stored() as make:
        assert [job.state for job in make.act.session.scalars(select(Job))] == [JobState.QUEUED]
    assert visitor.post(f"{page}/anew").status_code == 409


def test_what_was_corrected_goes_along(make: Makers) -> None:
    act, transcript = edited_call(make)
    write(act, transcript, turn=1, words=(1, 2), typed="invoice")
    told, call = texts(transcript), with_sound(make, transcript.interaction)
    transcribe_anew(make.act, call)
    assert call.state is InteractionState.RECEIVED
    now = again(act, transcript, *SAID)
    assert (now.number, call.state) == (2, InteractionState.READY)
    assert texts(now) == told


def test_words_that_marks_refer_to_are_kept(make: Makers, act: Act) -> None:
    call = with_sound(make, make.interaction())
    make.transcript(call)
    assert may_be_anew(act, call)
    assign(act, call, reviewer=make.user(Role.REVIEWER), version=make.card(), kind=EvaluationKind.TARGETED)
    assert not may_be_anew(act, call)
    with pytest.raises(ConflictError, match="marks refer to its words"):
        transcribe_anew(act, call)


def test_without_sound_there_is_nothing_to_hear(make: Makers, act: Act) -> None:
    chat, call = make.interaction(), with_sound(make, make.interaction())
    with pytest.raises(ConflictError, match="Only a conversation with a recording"):
        transcribe_anew(act, chat)
    erase_interaction(act, call)
    with pytest.raises(ConflictError, match="sound of this conversation was erased"):
        transcribe_anew(act, call)
