"""How fast coaching reports are made: content put together from the database, and its PDF drawn, one after another as a batch does.

Companies of sixty agents in five teams in SQLite, six months of drawn and scored calls, the last with transcripts, answers and
evidence. With ``A_MONTH`` calls of each agent a month a report has four pages; one with ``MORE_A_MONTH`` has more, mostly the
tables of its evaluations, and stands beside it as ``longer_``. Processor time of this process, so that other work on the machine counts less; ``share_of_content`` is what
of it goes to putting the content together, and ``ratio_to_drawing`` is the whole over drawing alone from a prepared value.
``megabytes_grown`` is what the process holds more after the last report than after the first tenth.
"""

import io
import statistics
import tempfile
import time
from pathlib import Path

from pypdf import PdfReader

from benchmarks._report_material import NOW, make_company
from qa import migrate
from qa.act import Act
from qa.coaching.assembly import Asked, assemble
from qa.coaching.shared import Shared
from qa.db import make_engine, transaction
from qa.i18n import Language
from qa.people.models import User
from qa.reports.coaching_pdf import coaching_pdf
from qa.settings import Settings
from qa.storage.blobs import LocalFolder

SIZE = 2_000
A_MONTH, MORE_A_MONTH = 2, 5
#: Reports that the longer ones are measured by.
LONGER = 240
LANGUAGES = (Language.NL, Language.EN)


def run(size: int = SIZE, longer: int = LONGER) -> dict[str, float]:
    """Make both companies, then that many reports in turn of the agents of each."""
    beside = _measured(longer, a_month=MORE_A_MONTH)
    return _measured(size, a_month=A_MONTH) | {f"longer_{name}": value for name, value in beside.items()}


def _measured(size: int, *, a_month: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(data_dir=place, secret_key="measured")
        engine = make_engine(settings.database)
        migrate.upgrade(engine)
        blobs = LocalFolder(place / "files")
        with transaction(engine) as session:
            made = make_company(Act(session, NOW, settings, blobs), a_month=a_month)
        shared = Shared(made.stretch, many=True)
        gathered, drawn, pages, sizes = 0.0, 0.0, [], []
        held_early = held = 0.0
        for number in range(size):
            began = time.process_time()
            with transaction(engine, reading=True) as session:
                agent = session.get_one(User, made.agents[number % len(made.agents)])
                asked = Asked(agent, made.stretch, LANGUAGES[number % 2], made_on=NOW.date(), coach="Sofie Supervisor")
                content = assemble(Act(session, NOW, settings, blobs), asked, shared=shared)
            between = time.process_time()
            pdf = coaching_pdf(content)
            gathered, drawn = gathered + between - began, drawn + time.process_time() - between
            if number < len(made.agents):
                pages.append(len(PdfReader(io.BytesIO(pdf)).pages))
                sizes.append(len(pdf))
            if number in {size // 10, size - 1}:
                held_early, held = held_early or _megabytes(), _megabytes()
        engine.dispose()
    whole = gathered + drawn
    return {
        "evaluations": a_month,
        "reports": size,
        "reports_per_second": round(size / whole, 1),
        "share_of_content": round(gathered / whole, 3),
        "ratio_to_drawing": round(whole / drawn, 2),
        "content_ms": round(1000 * gathered / size, 2),
        "drawing_ms": round(1000 * drawn / size, 2),
        "pages": statistics.median(pages),
        "kilobytes": round(statistics.median(sizes) / 1024),
        "megabytes_grown": round(held - held_early, 1),
    }


def _megabytes() -> float:
    """Memory of this process that is not on disk, as the kernel counts it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
