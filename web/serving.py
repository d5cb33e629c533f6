"""Serving pages, with one worker as a child process."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import click
import waitress

from qa.commands.ground import make_bench, quiet_logs, tell
from qa.errors import ConflictError
from qa.i18n import _
from qa.settings import PREFIX, Settings, read_settings
from web.app import create_app

SERVER_THREADS = 8


@click.command("serve")
@click.option("--port", type=int, help="Port to listen on; otherwise the setting STEEKPROEF_PORT.")
@click.option("--no-worker", is_flag=True, help="Do not start a worker; one runs elsewhere.")
def serve(*, port: int | None, no_worker: bool) -> None:
    """Serve the pages, and do the long work in a child process."""
    settings = read_settings()
    if port is not None:
        settings = replace(settings, port=port)
    run_server(settings, with_worker=not no_worker)


def run_server(settings: Settings, *, with_worker: bool) -> None:
    """Serve until interrupted; the worker ends with the server."""
    quiet_logs()
    make_bench(settings).engine.dispose()
    server = open_server(settings)
    child = start_worker(settings) if with_worker else None
    tell(_("Steekproef is ready at {address}", address=settings.address))
    stop_on_terminate()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        if child is not None:
            stop_worker(child)


def open_server(settings: Settings) -> Any:
    """Return waitress, listening on the settings' address; refuses a port that somebody else has."""
    try:
        return waitress.create_server(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            threads=SERVER_THREADS,
            max_request_body_size=(settings.upload_limit_mb + 2) * 1024 * 1024,
        )
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise ConflictError(
            _(
                "{where} cannot be listened on: {reason}. Choose another port with --port.",
                where=where,
                reason=error.strerror,
            )
        ) from error


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a worker on the same settings as a process of its own."""
    environment = {**os.environ, **settings_environment(settings)}
    return subprocess.Popen([sys.executable, "-m", "web.entry", "worker"], env=environment, stdout=subprocess.DEVNULL)


def stop_worker(child: "subprocess.Popen[bytes]", *, seconds: float = 20.0) -> None:
    """Ask the worker to stop; a job it cannot end in time is taken up again later."""
    child.terminate()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def settings_environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables that give a child process these settings."""
    given = {}
    for name in settings.__slots__:
        value = getattr(settings, name)
        given[PREFIX + name.upper()] = ("1" if value else "0") if isinstance(value, bool) else str(value)
    return given


def stop_on_terminate() -> None:
    """Make a request to terminate end the command as Ctrl-C does, so that its workers end with it."""

    def interrupt(*_given: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, interrupt)
