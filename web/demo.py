"""The command that builds the demo company and serves it."""

import os
import subprocess
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from qa.commands.ground import make_bench, print_json, quiet_logs, tell
from qa.db import transaction
from qa.demo.build import Demo, StoppedError
from qa.demo.figures import counts, heard_well
from qa.i18n import Text, _
from qa.settings import read_settings
from web.serving import open_server, start_worker, stop_on_terminate, stop_worker

DEFAULT_DIR = "demo-data"
COMPANY = "Noordwind Energie"


@click.command("demo")
@click.option("--dir", "folder", default=DEFAULT_DIR, show_default=True, help="Folder for the demo company.")
@click.option("--port", type=int, help="Port to listen on; otherwise the setting STEEKPROEF_PORT.")
@click.option("--no-serve", is_flag=True, help="Build the company and stop.")
@click.option("--json", "as_json", is_flag=True, help="End with one JSON object of counts and measures.")
def demo(*, folder: str, port: int | None, no_serve: bool, as_json: bool) -> None:
    """Build a demo company from recordings and messages that come with the product, then serve it.

    Stopped half-way, the same command goes on where it was.
    """
    quiet_logs()
    settings = replace(
        read_settings(),
        data_dir=Path(folder),
        database_url="",
        demo=True,
        company=COMPANY,
        worker_threads=1,
        speech_threads=1,
    )
    if port is not None:
        settings = replace(settings, port=port)
    bench = make_bench(settings)
    stopping = threading.Event()
    building = Demo(bench, lambda line: _progress(building, line, err=as_json), stopped=stopping.is_set)
    server = None
    workers: list[subprocess.Popen[bytes]] = []
    stop_on_terminate()
    try:
        building.first_page()
        first_page = building.seconds
        # One process for each core: the small models of the demo gain nothing from threads.
        workers = [start_worker(settings) for _core in range(max(1, min(4, os.cpu_count() or 1)))]
        if not no_serve:
            server = open_server(settings)
            threading.Thread(target=server.run, daemon=True, name="pages").start()
            tell(
                _(
                    "Open {address} and choose who you want to be. Transcription goes on meanwhile.",
                    address=settings.address,
                ),
                err=as_json,
            )
        building.finish()
        if as_json:
            with transaction(bench.engine, reading=True) as session:
                found = {**counts(session), **heard_well(session)}
            print_json(
                {**found, "seconds_to_first_page": round(first_page, 1), "seconds_total": round(building.seconds, 1)}
            )
        while server is not None:
            time.sleep(1)
    except (KeyboardInterrupt, StoppedError):
        tell(_("Stopped. What was done is kept; run the command again to go on."), err=True)
    finally:
        stopping.set()
        if server is not None:
            server.close()
        for worker in workers:
            worker.terminate()
        for worker in workers:
            stop_worker(worker)
        bench.engine.dispose()


def _progress(building: Demo, line: Text, *, err: bool) -> None:
    passed = str(timedelta(seconds=int(building.seconds)))[2:]
    tell(_("{passed}  {line}", passed=passed, line=line), err=err)
