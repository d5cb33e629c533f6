"""The job that takes in a file with answers which was sent in; run twice it takes in the same once."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.act import Act
from qa.auth.roles import Permission
from qa.feedback.batch import GivenSurvey, ingest_survey
from qa.feedback.reading import SURVEYS
from qa.feedback.service import Refusal, Taken
from qa.feedback.values import Scale
from qa.i18n import _, text_from_json, text_to_json
from qa.interactions.models import Source
from qa.interactions.reading.mapping import mapping_from_json, mapping_to_json
from qa.interactions.sources import source_named
from qa.jobs.kinds import JobKind
from qa.jobs.leftovers import FILE
from qa.jobs.models import Job
from qa.jobs.service import enqueue
from qa.jobs.work import Work, handles
from qa.storage.blobs import Blobs

#: Refusals that are kept to be shown; the rest is counted.
MOST_REFUSALS = 200
_PIECE = 1 << 20


def ask_to_take_in(act: Act, path: Path, *, digest: str, ending: str, given: GivenSurvey) -> Job:
    """Keep a file that was sent in until a worker has taken in what it says; ``ending`` is that of its name."""
    act.require(Permission.INTERACTION_ADD)
    key = f"answers/{digest[:2]}/{digest}"
    act.blobs.put_file(key, path)
    source = source_named(act, given.source)
    payload: dict[str, int | str] = {
        FILE: key,
        "ending": ending if ending in SURVEYS else ".csv",
        "source": source.id,
    }
    if given.scale is not None:
        payload |= {"lowest": given.scale.lowest, "highest": given.scale.highest}
    if given.mapping is not None:
        payload["mapping"] = json.dumps(mapping_to_json(given.mapping))
    return enqueue(act, JobKind.ANSWERS, key=f"{digest}-{act.now.isoformat()}", payload=payload)


@handles(JobKind.ANSWERS)
def take_in(work: Work) -> Mapping[str, Any] | None:
    """Take in the file piece by piece, and forget it; gone already, an earlier run had ended."""
    key, step = str(work.payload[FILE]), _("Taking in answers")
    with work.looking() as act:
        blobs, source = act.blobs, act.session.get_one(Source, int(work.payload["source"])).name
    if not blobs.has(key):
        return None
    total = max(1, _lines(blobs, key))
    scale = Scale(int(work.payload["lowest"]), int(work.payload["highest"])) if "lowest" in work.payload else None
    mapping = mapping_from_json(json.loads(work.payload["mapping"])) if "mapping" in work.payload else None
    given = GivenSurvey(source, mapping=mapping, scale=scale)
    counts: Counter[Taken] = Counter()
    refusals: list[Refusal] = []
    done = 0
    for piece in ingest_survey(_opener(work), blobs.path(key), name=f"answers{work.payload['ending']}", given=given):
        counts.update(piece.stored.counts)
        refusals += piece.stored.refusals[: MOST_REFUSALS - len(refusals)]
        done += sum(piece.stored.counts.values())
        work.report(min(done, total), total, step=step)
    blobs.delete(key)
    return {
        "counts": {taken.value: counts[taken] for taken in Taken},
        "refusals": [[one.line, text_to_json(one.sentence)] for one in refusals],
    }


def counts_of(job: Job) -> dict[Taken, int]:
    """Return how many lines went which way; empty before the job has ended."""
    kept = (job.result or {}).get("counts", {})
    return {taken: int(kept[taken.value]) for taken in Taken if kept.get(taken.value)}


def refusals_of(job: Job) -> list[Refusal]:
    """Return what was refused, at most ``MOST_REFUSALS``."""
    return [Refusal(line, text_from_json(told)) for line, told in (job.result or {}).get("refusals", [])]


def _lines(blobs: Blobs, key: str) -> int:
    with blobs.open(key) as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))


def _opener(work: Work) -> Any:
    @contextmanager
    def opened() -> Iterator[Act]:
        with work.act() as act:
            yield act

    return opened
