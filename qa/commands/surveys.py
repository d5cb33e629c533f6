"""What is printed while answers are taken in."""

import sys
from collections import Counter
from collections.abc import Iterable

import click

from qa.commands.ground import print_json, refuse, tell
from qa.feedback.batch import Piece, refusal_text
from qa.feedback.service import Taken
from qa.i18n import Language, Text, _, ngettext_, say


def follow_surveys(pieces: Iterable[Piece], *, language: Language, as_json: bool) -> None:
    """Follow the pieces as they come: a line that moves on, one for each refusal, the counts at the end."""
    counts: Counter[Taken] = Counter()
    moving = sys.stderr.isatty()
    for piece in pieces:
        counts.update(piece.stored.counts)
        for refusal in piece.stored.refusals:
            click.echo(("\r\x1b[K" if moving else "") + say(refusal_text(piece.file, refusal), language), err=True)
        if moving:
            click.echo("\r\x1b[K" + say(counted(counts), language), nl=False, err=True)
    if moving:
        click.echo(err=True)
    good = sum(counts.values()) - counts[Taken.REFUSED]
    if as_json:
        print_json({taken.value: counts[taken] for taken in Taken})
    elif good:
        tell(counted(counts))
    if not counts:
        refuse(_("Nothing to take in was found there. docs/formats.md lists what is read."))
    if not good:
        refuse(
            ngettext_(
                "{n} file or line was refused, nothing was taken in.",
                "{n} files or lines were refused, nothing was taken in.",
                n=counts[Taken.REFUSED],
            )
        )


def counted(counts: Counter[Taken]) -> Text:
    """Say how many lines went which way."""
    return _(
        "Answers taken in: {added}. Waiting for their interaction: {waiting}. Corrected: {changed}. Known already: {known}. Refused: {refused}.",
        **{taken.value: counts[taken] for taken in Taken},
    )
