"""The nightly run: what is past its term goes, figures stay, and what is held, disputed or under way is passed by."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from qa import handlers
from qa.act import Act
from qa.audit.models import AuditEntry
from qa.coaching.models import CoachingReport, ReportState
from qa.disputes.models import Dispute
from qa.disputes.service import raise_dispute
from qa.errors import ConflictError
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import acknowledge, marks_of
from qa.feedback.models import CustomerAnswer
from qa.holds.service import lift_hold, place_hold
from qa.i18n import Language
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.jobs import ledger
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.service import enqueue
from qa.jobs.work import Bench
from qa.privacy import sweep
from qa.privacy.due import PassedBy, due, next_due, still_due
from qa.privacy.terms import Kept
from qa.privacy.warning import WARNING_DAYS
from qa.revisions.service import correct_evaluation
from qa.settings import Settings
from qa.transcripts.models import Turn
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene, quoted
from tests.makers import Makers

SECRET = "Yusuf Bakker"
YEAR = timedelta(days=366)


@dataclass
class Nights:
    """Runs the nightly work at moments of a test's choice."""

    stored: Stored
    settings: Settings
    ran: int = 0

    def run(self, at: datetime) -> dict[str, object]:
        """Run at a moment; returns what the run tells."""
        bench = Bench(self.stored.engine, self.settings, self.stored.blobs, partial(_same, at))
        self.ran += 1
        with self.stored() as make:
            job = enqueue(replace(make.act, now=at), JobKind.RETENTION, key=f"night-{self.ran}", payload={}).id
        ledger.run(bench, job)
        with self.stored() as make:
            done = make.act.session.get_one(Job, job)
            assert done.error is None
            return dict(done.result or {})


def _same(moment: datetime) -> datetime:
    return moment


@pytest.fixture
def nights(stored: Stored) -> Nights:
    """Terms that were told long enough ago."""
    handlers.load()
    made = Nights(stored, stored.settings)
    assert "waits_until" in made.run(NOW - YEAR)
    return made


def old_call(make: Makers, *, days_ago: int = 800) -> Interaction:
    """A call with sound, transcript and answer, past all terms."""
    call = make.interaction(days_ago=days_ago, subject=SECRET)
    make.recording(call, blob_key=f"recordings/{call.id}", playable_key=f"playable/{call.id}")
    for folder in ("recordings", "playable"):
        make.act.blobs.put(f"{folder}/{call.id}", b"sound")
    make.transcript(call, [("customer", f"I am {SECRET}")])
    make.answer(call, csat=1, comment=SECRET)
    return call


def evaluated(make: Makers, call: Interaction, *, days_ago: int) -> Evaluation:
    """An evaluation of the call that was submitted and released so long ago."""
    scene = Scene(replace_now(make, NOW - timedelta(days=days_ago)))
    found = scene.assign(call, kind=EvaluationKind.TARGETED)
    return scene.submit(found, summary=f"{SECRET} was angry", greeting=quoted(SECRET, comment=SECRET))


def replace_now(make: Makers, now: datetime) -> Makers:
    return Makers(replace(make.act, now=now), _number=make._number)


def test_what_is_past_its_term_goes_and_figures_stay(nights: Nights, stored: Stored) -> None:
    with stored() as make:
        call, recent, young = old_call(make), old_call(make, days_ago=500), old_call(make, days_ago=30)
        evaluation = evaluated(make, call, days_ago=790)
        waiting = make.answer(call, csat=2, comment=SECRET, received_at=NOW - timedelta(days=100))
        newer = make.answer(call, csat=2, received_at=NOW - timedelta(days=10))
        waiting.interaction_id = newer.interaction_id = None
        numbers = (call.id, recent.id, young.id, evaluation.id, waiting.id, newer.id)
        score = (evaluation.quality_bp, evaluation.computation)
    assert nights.run(NOW) == {"sound": 2, "texts": 1, "evaluations": 1, "waiting": 1}
    with stored() as make:
        session = make.act.session
        call, recent, young = (session.get_one(Interaction, number) for number in numbers[:3])
        assert (call.subject, call.erased_at, call.sound_erased_at) == ("", NOW, NOW)
        assert (recent.subject, recent.erased_at, recent.sound_erased_at) == (SECRET, None, NOW)
        assert (young.sound_erased_at, stored.blobs.has(f"recordings/{young.id}")) == (None, True)
        for gone in (call, recent):
            assert not stored.blobs.has(f"recordings/{gone.id}")
            assert not stored.blobs.has(f"playable/{gone.id}")
            assert gone.recordings[0].playable_key is None
            assert gone.recordings[0].duration_ms > 0
        kept = session.get_one(Evaluation, numbers[3])
        assert (kept.quality_bp, kept.computation, kept.erased_at) == (*score, NOW)
        texts = [kept.summary, *(f"{one.comment}{one.text}" for one in kept.answers)]
        assert SECRET not in str(texts)
        assert [turn.text for turn in session.scalars(select(Turn).order_by(Turn.id))].count(f"I am {SECRET}") == 2
        told = session.scalars(select(CustomerAnswer).order_by(CustomerAnswer.id)).all()
        assert numbers[4] not in {one.id for one in told}
        assert numbers[5] in {one.id for one in told}
        assert [one.csat_bp for one in told if one.interaction_id == call.id] == [0], "the figure stays"
        written = session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.erased")).all()
        assert [(one.data["kind"], one.data["n"]) for one in written] == [
            ("sound", 2),
            ("texts", 1),
            ("evaluations", 1),
            ("waiting", 1),
        ]
        assert SECRET not in str([one.data for one in written])
    assert nights.run(NOW) == {}


def test_nothing_is_added_to_an_evaluation_whose_texts_are_gone(stored: Stored) -> None:
    with stored() as make:
        call = make.interaction(days_ago=3)
        make.transcript(call)
        found = evaluated(make, call, days_ago=2)
        found.erased_at = NOW
        own = replace(make.act, actor=found.agent)
        with pytest.raises(ConflictError, match="texts of this evaluation were erased"):
            acknowledge(own, found, revision=found.revision, comment="I said it well.")
        with pytest.raises(ConflictError, match="texts of this evaluation were erased"):
            raise_dispute(own, found, claims={"greeting": Mark(option="yes")}, revision=found.revision)
        with pytest.raises(ConflictError, match="texts of this evaluation were erased"):
            correct_evaluation(
                replace(make.act, actor=found.reviewer),
                found,
                marks=marks_of(found),
                summary="Otherwise",
                reason="I misheard",
                revision=found.revision,
            )
        acknowledge(own, found, revision=found.revision)


def test_words_go_from_evaluations_that_are_kept_longer(nights: Nights, stored: Stored) -> None:
    with stored() as make:
        call = old_call(make)
        evaluation = evaluated(make, call, days_ago=300)
        number = evaluation.id
    assert nights.run(NOW) == {"sound": 1, "texts": 1}
    with stored() as make:
        kept = make.act.session.get_one(Evaluation, number)
        assert kept.summary == f"{SECRET} was angry", "what a reviewer wrote has its own term"
        quotes = [item.quote for answer in kept.answers for item in answer.evidence]
        assert quotes
        assert set(quotes) == {""}


def test_what_is_passed_by_is_told_by_why_and_goes_afterwards(nights: Nights, stored: Stored) -> None:
    with stored() as make:
        held, disputed, open_one, released, unread = (old_call(make) for _ in range(5))
        place_hold(make.act, held, reason="Claim")
        evaluated(make, held, days_ago=790)
        first = evaluated(make, disputed, days_ago=790)
        make.act.session.add(
            Dispute(
                evaluation_id=first.id,
                against=1,
                agent_id=first.agent_id,
                reviewer_id=first.reviewer_id,
                raised_at=NOW - timedelta(days=780),
            )
        )
        Scene(make).assign(open_one, kind=EvaluationKind.TARGETED)
        evaluated(make, released, days_ago=5)
        unread.state = InteractionState.RECEIVED
        make.act.session.flush()
        numbers = [one.id for one in (held, disputed, open_one, released, unread)]
        everything = {
            PassedBy.HELD: 1,
            PassedBy.DISPUTED: 1,
            PassedBy.UNDER_WAY: 1,
            PassedBy.DISPUTABLE: 1,
            PassedBy.UNREAD: 1,
        }
        for kind in (Kept.SOUND, Kept.TEXTS):
            assert (due(make.act, kind).erased, due(make.act, kind).passed) == (0, everything)
        assert due(make.act, Kept.EVALUATIONS).passed == {PassedBy.HELD: 1, PassedBy.DISPUTED: 1}
    assert nights.run(NOW) == {}
    with stored() as make:
        assert all(stored.blobs.has(f"recordings/{number}") for number in numbers)
        lift_hold(make.act, make.act.session.get_one(Interaction, numbers[0]), reason="Settled")
    later = NOW + timedelta(days=20)
    assert nights.run(later) == {"sound": 2, "texts": 2, "evaluations": 1}
    with stored() as make:
        gone = [number for number in numbers if not stored.blobs.has(f"recordings/{number}")]
        assert gone == [numbers[0], numbers[3]]


def test_reports_go_by_their_own_day_unless_they_tell_of_what_is_held(nights: Nights, stored: Stored) -> None:
    with stored() as make:
        agent, other = make.agent(), make.agent()
        long_ago = NOW - timedelta(days=800)
        place_hold(make.act, make.interaction(agent=other, started_at=long_ago), reason="Claim")
        days = {"starts_on": (long_ago - timedelta(days=9)).date(), "ends_on": (long_ago + timedelta(days=1)).date()}
        reports: dict[int, str | None] = {}
        for whose, created_at in ((agent, long_ago), (other, long_ago), (agent, NOW - timedelta(days=30))):
            report = CoachingReport(
                agent_id=whose.id,
                language=Language.NL,
                state=ReportState.READY,
                created_at=created_at,
                blob_key=f"reports/{len(reports)}",
                facts={"n": 6},
                **days,
            )
            make.act.session.add(report)
            make.act.session.flush()
            make.act.blobs.put(f"reports/{len(reports)}", b"%PDF-")
            reports[report.id] = report.blob_key
        assert (due(make.act, Kept.REPORTS).erased, due(make.act, Kept.REPORTS).passed) == (1, {PassedBy.HELD: 1})
    assert nights.run(NOW) == {"reports": 1}
    assert [stored.blobs.has(str(key)) for key in reports.values()] == [False, True, True]
    with stored() as make:
        first = make.act.session.get_one(CoachingReport, next(iter(reports)))
        assert (first.state, first.facts) == (ReportState.ERASED, {"n": 6})


def test_a_term_without_an_end_erases_nothing(stored: Stored) -> None:
    handlers.load()
    settings = replace(
        stored.settings, keep_sound_months=0, keep_texts_months=0, keep_evaluations_months=0, keep_waiting_months=0
    )
    forever = Nights(stored, settings)
    forever.run(NOW - YEAR)
    with stored() as make:
        evaluated(make, old_call(make), days_ago=790)
    assert forever.run(NOW) == {}


def test_a_run_that_was_stopped_is_gone_on_with(
    nights: Nights, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "AT_ONCE", 2)
    with stored() as make:
        for _ in range(5):
            old_call(make, days_ago=500)
        act = replace(make.act, settings=nights.settings)
        job = enqueue(act, JobKind.RETENTION, key="stopped", payload={}).id
        sweep.erase_some(act, Kept.SOUND, after=0, job_id=job)
        assert due(act, Kept.SOUND).erased == 3
    bench = Bench(stored.engine, stored.settings, stored.blobs, partial(_same, NOW))
    ledger.run(bench, job)
    with stored() as make:
        assert make.act.session.get_one(Job, job).result == {"sound": 5}, "also what it erased before it was stopped"


@pytest.mark.parametrize("kind", [Kept.SOUND, Kept.TEXTS, Kept.EVALUATIONS])
def test_what_is_held_between_looking_and_erasing_stays(act: Act, make: Makers, kind: Kept) -> None:
    calls = [old_call(make), old_call(make)]
    evaluations = [evaluated(make, call, days_ago=790).id for call in calls]
    numbers = evaluations if kind is Kept.EVALUATIONS else [call.id for call in calls]
    assert next_due(act, kind, after=0, most=9) == numbers
    assert next_due(act, kind, after=numbers[0], most=9) == numbers[1:]
    place_hold(act, calls[0], reason="Claim")
    assert still_due(act, kind, numbers) == numbers[1:]


def test_terms_that_are_new_or_shorter_erase_nothing_for_some_days(stored: Stored) -> None:
    handlers.load()
    nights = Nights(stored, replace(stored.settings, keep_sound_months=36, keep_texts_months=0))
    with stored() as make:
        old_call(make)
    due_on = NOW + timedelta(days=WARNING_DAYS)
    assert nights.run(NOW) == {"waits_until": due_on.isoformat()}
    assert nights.run(due_on - timedelta(hours=1)) == {"waits_until": due_on.isoformat()}
    assert nights.run(due_on) == {}
    nights.settings = replace(stored.settings, keep_sound_months=12, keep_texts_months=0)
    again = due_on + timedelta(days=1)
    assert nights.run(again) == {"waits_until": (again + timedelta(days=WARNING_DAYS)).isoformat()}
    nights.settings = replace(nights.settings, keep_sound_months=18)
    # Longer than what was told is no reason to wait anew.
    assert nights.run(again + timedelta(days=WARNING_DAYS)) == {"sound": 1}
    with stored() as make:
        told = make.act.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "retention.announced").order_by(AuditEntry.id)
        ).all()
        assert [(one.data["sound"], one.data["texts"], one.data["warns"]) for one in told] == [
            (36, 0, True),
            (12, 0, True),
            (18, 0, False),
        ]
