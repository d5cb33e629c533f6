"""Every job handler, gathered: importing a handler's module makes it known."""

from importlib import import_module

_MODULES = (
    "qa.transcripts.handler",
    "qa.coaching.handler",
    "qa.coaching.batch_handler",
    "qa.sampling.handler",
    "qa.evaluations.handler",
    "qa.feedback.handler",
    "qa.talks.handler",
    "qa.insight.handler",
    "qa.digests.handler",
    "qa.privacy.handler",
)


def load() -> None:
    """Make every handler known to the job ledger."""
    for name in _MODULES:
        import_module(name)
