"""The command ``steekproef``: the commands of ``qa`` and those that serve pages, each imported when it is called."""

from importlib.metadata import version

import click

from qa.commands.group import LazyGroup, Place


class Commands(LazyGroup):
    """Every command with the line that stands for it in the list."""

    places = {  # noqa: RUF012 - a table that nobody changes
        "agreement": Place("qa.commands.scorecard", "agreement", "Tell how well raters agree."),
        "audit": Place("qa.commands.audit", "audit", "The log of who did what."),
        "db": Place("qa.commands.database", "database", "Bring the database up to date, or check that it is."),
        "demo": Place("web.demo", "demo", "Build a demo company and serve it."),
        "doctor": Place("qa.commands.doctor", "doctor", "Say what is installed, set, here and missing."),
        "draw": Place("qa.commands.draw", "draw", "Make sampling plans, draw by them, and prove every draw."),
        "evaluate-speech": Place(
            "qa.commands.evaluate_speech", "evaluate_speech", "Measure the speech models on your own calls."
        ),
        "ingest": Place("qa.commands.ingest", "ingest", "Take in recordings, chats and messages."),
        "models": Place("qa.commands.models", "models", "Speech models on this machine."),
        "people": Place("qa.commands.people", "people", "Add people, invite them, list them."),
        "privacy": Place("qa.commands.privacy", "privacy", "Erase what is personal."),
        "report": Place("qa.commands.report", "report", "Write coaching reports as PDF."),
        "score": Place("qa.commands.scorecard", "score_answers", "Score answers to a card and print the computation."),
        "scorecard": Place("qa.commands.scorecard", "scorecard", "Check, import and export scorecards as YAML files."),
        "serve": Place("web.serving", "serve", "Serve the pages, with a worker beside them."),
        "source": Place("qa.commands.sources", "source", "Where interactions come from, and how they are read."),
        "team": Place("qa.commands.people", "team", "Teams of agents."),
        "transcribe": Place("qa.commands.transcribe", "transcribe", "Write down what is said in a recording."),
        "worker": Place("qa.commands.worker", "worker", "Transcribe and write reports until told to stop."),
    }


@click.group(cls=Commands)
@click.version_option(version("steekproef"), prog_name="steekproef")
def main() -> None:
    """Steekproef: random samples of customer service, scored with evidence, returned as coaching."""


if __name__ == "__main__":
    main()
