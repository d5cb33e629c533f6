"""The worker: Dramatiq carries job numbers from the sweeper, or from a broker, to threads that do them."""

import threading

import dramatiq
from dramatiq import Broker, Worker
from dramatiq.brokers.stub import StubBroker

from qa.errors import InvalidError
from qa.i18n import _
from qa.jobs import ledger
from qa.jobs.ticks import Daily, Hourly
from qa.jobs.work import Bench
from qa.settings import Settings

#: Far above the longest job; the ledger's lease decides what is lost, not the broker.
TIME_LIMIT_MS = 24 * 3_600_000
SWEEP_SECONDS = 1.0
QUEUE = "steekproef"
#: Numbers handed to a broker in one sweep.
MOST_AT_ONCE = 200


def make_broker(settings: Settings) -> Broker:
    """Return the broker of the settings; without one, numbers stay inside this process."""
    url = settings.broker_url
    if not url:
        return StubBroker()
    if url.startswith("redis"):
        from dramatiq.brokers.redis import RedisBroker  # noqa: PLC0415 - only where Redis is used

        return RedisBroker(url=url, heartbeat_timeout=60_000, maintenance_chance=50_000)  # type: ignore[no-untyped-call]  # untyped in dramatiq
    if url.startswith("amqp"):
        from dramatiq.brokers.rabbitmq import RabbitmqBroker  # noqa: PLC0415 - only where RabbitMQ is used

        return RabbitmqBroker(url=url)
    raise InvalidError(_("STEEKPROEF_BROKER_URL must begin with redis:// or amqp://, not {value}.", value=url))


class JobWorker:
    """Threads that do jobs, and the sweeper that hands them out; ``stop`` lets running jobs end."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.broker = make_broker(bench.settings)
        for middleware in list(self.broker.middleware):
            if type(middleware).__name__ == "Prometheus":
                self.broker.middleware.remove(middleware)
        self.actor = dramatiq.actor(
            actor_name="run_job",
            queue_name=QUEUE,
            broker=self.broker,
            max_retries=0,
            time_limit=TIME_LIMIT_MS,
        )(self._do)
        self._worker = Worker(self.broker, worker_threads=bench.settings.worker_threads, worker_timeout=200)
        self._stopping = threading.Event()
        self._held = 0
        self._counting = threading.Lock()
        self._daily, self._hourly = Daily(bench), Hourly(bench)
        self._sweeper = threading.Thread(target=self._sweep, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._worker.start()
        self._sweeper.start()

    def stop(self, *, timeout_ms: int = 600_000) -> None:
        """Take up nothing new, let what runs end, and stop."""
        self._stopping.set()
        self._sweeper.join(timeout=10)
        self._worker.stop(timeout=timeout_ms)
        self.broker.close()

    def idle(self) -> bool:
        """Tell whether no job waits or runs."""
        return not ledger.anything_left(self.bench)

    def _do(self, job_id: int) -> None:
        try:
            if not self._stopping.is_set():
                ledger.run(self.bench, job_id)
        finally:
            with self._counting:
                self._held -= 1

    def _sweep(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            self._daily()
            self._hourly()
            for job_id in ledger.due(self.bench, limit=self._room()):
                with self._counting:
                    self._held += 1
                self.actor.send(job_id)

    def _room(self) -> int:
        """Return how many jobs to hand out: numbers inside this process are kept for its own threads only."""
        if self.bench.settings.broker_url:
            return MOST_AT_ONCE
        with self._counting:
            return max(0, self.bench.settings.worker_threads - self._held)
