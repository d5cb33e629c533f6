"""The command that does the long work."""

import os
import signal
import threading

import click

from qa import handlers
from qa.commands.ground import make_bench, quiet_logs, tell
from qa.i18n import _
from qa.jobs.worker import JobWorker
from qa.settings import read_settings


@click.command("worker")
@click.option("--until-idle", is_flag=True, help="Stop when nothing is left to do.")
def worker(*, until_idle: bool) -> None:
    """Transcribe recordings and make reports until told to stop."""
    quiet_logs()
    # The hub's client reads this when it is imported: a worker asks nobody for a model, it says which one is missing.
    os.environ["HF_HUB_OFFLINE"] = "1"
    bench = make_bench(read_settings())
    handlers.load()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_given: stop.set())
    found = JobWorker(bench)
    found.start()
    tell(_("The worker is waiting for work. Stop it with Ctrl-C."))
    while not stop.wait(1.0):
        if until_idle and found.idle():
            break
    found.stop()
    bench.engine.dispose()
