"""The job that scores a long history again under a draft; it stores nothing but its own result."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from qa.act import Act
from qa.cards.models import CardVersion, VersionState
from qa.evaluations.whatif import state_of_history, what_if
from qa.i18n import _
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.service import enqueue
from qa.jobs.work import Work, handles
from scorecards.whatif import ChangedContact, NotCarried, Shift, WhatIf


def ask_what_if(act: Act, draft: CardVersion, *, days: int) -> Job:
    """Have a long history scored again; asked twice about the same draft and history, it is done once."""
    payload = {"version": draft.id, "revision": draft.revision, "days": days}
    return enqueue(act, JobKind.WHAT_IF, key=_key(act, draft, days=days), payload=payload)


def what_if_job(act: Act, draft: CardVersion, *, days: int) -> Job | None:
    """Return the job that scores this draft's history again, if it was asked for."""
    key = _key(act, draft, days=days)
    return act.session.scalar(select(Job).where(Job.kind == JobKind.WHAT_IF, Job.key == key))


@handles(JobKind.WHAT_IF)
def score_again(work: Work) -> Mapping[str, Any] | None:
    """Score the history again; a draft that was changed, published or thrown away meanwhile has no result."""
    step = _("Scoring evaluations again")
    with work.looking() as act:
        draft = act.session.get(CardVersion, int(work.payload["version"]))
        if draft is None or draft.state is not VersionState.DRAFT or draft.revision != work.payload["revision"]:
            return None
        found = what_if(
            act,
            draft,
            days=int(work.payload["days"]),
            progress=lambda done, total: work.report(done, total, step=step),
        )
    return plain_of(found)


def plain_of(found: WhatIf) -> dict[str, Any]:
    """Return the result as JSON: counts, and numbers of rows."""
    return {
        "counts": [found.contacts, found.changed, found.newly_passed, found.newly_failed, found.incomplete],
        "total": _plain_shift(found.total),
        "agents": [[agent, *_plain_shift(shift)] for agent, shift in found.agents.items()],
        "sections": [[key, *_plain_shift(shift)] for key, shift in found.sections.items()],
        "not_carried": [[key, reason.value, n] for (key, reason), n in found.not_carried.items()],
        "named": [
            [one.id, one.agent, one.before_bp, one.after_bp, one.passed_before, one.passed_after] for one in found.named
        ],
    }


def found_of(plain: Mapping[str, Any]) -> WhatIf:
    """Return the result that ``plain_of`` wrote."""
    contacts, changed, newly_passed, newly_failed, incomplete = plain["counts"]
    return WhatIf(
        contacts=contacts,
        changed=changed,
        newly_passed=newly_passed,
        newly_failed=newly_failed,
        incomplete=incomplete,
        total=Shift(*plain["total"]),
        agents={agent: Shift(*shift) for agent, *shift in plain["agents"]},
        sections={key: Shift(*shift) for key, *shift in plain["sections"]},
        not_carried={(key, NotCarried(reason)): n for key, reason, n in plain["not_carried"]},
        named=[ChangedContact(*one) for one in plain["named"]],
    )


def _plain_shift(shift: Shift) -> list[int]:
    return [shift.n, shift.before, shift.after]


def _key(act: Act, draft: CardVersion, *, days: int) -> str:
    """Another save of the draft, or another history, makes it another question."""
    return f"card-{draft.id}-{draft.revision}-{days}-{state_of_history(act, draft, days=days)}"
