"""The minutes of a calibration as PDF: what follows from it first, then every interaction with its answers side by side."""

from functools import partial

from qa.i18n import _
from qa.reports import style as look
from qa.reports.blocks import Block, Room
from qa.reports.document import write_pdf
from qa.reports.fonts import register_fonts
from qa.reports.minutes_content import Decided, Discussed, Minutes, MinutesItem, ReviewerScore
from qa.reports.parts import PART_START, Scribe, foot_of, purpose_line, together
from qa.reports.tables import Column


def minutes_pdf(report: Minutes, *, paper: str = "a4") -> bytes:
    """Return the minutes as PDF on ``a4`` or ``letter``; equal content gives equal bytes."""
    register_fonts()
    width = look.sheet(paper, foot_height=0).width
    scribe = Scribe(report.language, report.zone, width)
    title = scribe.say(_("Minutes of a calibration · {name}", name=report.name))
    about = [
        purpose_line(scribe, report.purpose, keep_until=report.keep_until),
        scribe.say(_("Scores of a calibration are in no agent's score, and these minutes name no agent.")),
    ]
    foot = foot_of(about, digest=report.digest, head=title, language=report.language, width=width)
    sheet = look.sheet(paper, foot_height=foot.height)
    story = [
        *_head(report, scribe),
        *_follows(report, scribe),
        *_agreement(report, scribe),
        *(block for item in report.items for block in _item(item, scribe)),
        together([scribe.heading(_("How these minutes were made")), *(scribe.body(text) for text in about)]),
        *scribe.replaced_note([report.name, *_written(report)]),
    ]
    return write_pdf(
        story,
        sheet,
        title=title,
        author=report.company,
        language=report.language,
        foot=partial(foot.draw, sheet=sheet),
    )


def _head(report: Minutes, scribe: Scribe) -> list[Block]:
    styles = look.styles()
    kind = scribe.say(_("Minutes of a calibration"))
    card = scribe.say(_("{card}, version {version}", card=report.card, version=report.card_version))
    told = [
        _("Scores locked {moment}", moment=scribe.moment(report.locked_at)),
        *([_("meeting ended {moment}", moment=scribe.moment(report.closed_at))] if report.closed_at else []),
        _("made on {day}", day=report.made_on),
    ]
    parts: list[Block] = [
        scribe.prose(f"{kind} · {report.company}" if report.company else kind, styles.eyebrow),
        scribe.title(report.name),
        scribe.prose(card, styles.lead),
        scribe.muted(" · ".join(scribe.say(text) for text in told)),
        scribe.labelled(_("Scored:"), ", ".join(report.present) or "–"),
    ]
    if report.absent:
        parts.append(scribe.labelled(_("Absent:"), ", ".join(report.absent)))
    if report.remarks:
        parts.append(scribe.prose(" ".join(report.remarks), styles.note))
    return parts


def _follows(report: Minutes, scribe: Scribe) -> list[Block]:
    heading = scribe.heading(_("What follows"))
    rows = [
        [row.criterion, decided.outcome, decided.owner, _day(decided, scribe), item.contact.reference]
        for item in report.items
        for row in item.criteria
        if (decided := row.decided) is not None and decided.outcome
    ]
    if not rows:
        return [together([heading, scribe.body(_("No wording is to be clarified and nobody is to be trained."))])]
    columns = (
        Column(scribe.say(_("Criterion")), 0.30),
        Column(scribe.say(_("What follows")), 0.21),
        Column(scribe.say(_("Who takes it up")), 0.18),
        Column(scribe.say(_("Until when")), 0.14),
        Column(scribe.say(_("Interaction")), 0.17),
    )
    return [heading, scribe.table(columns, rows)]


def _day(decided: Decided, scribe: Scribe) -> str:
    return scribe.date(decided.due) if decided.due else "–"


def _agreement(report: Minutes, scribe: Scribe) -> list[Block]:
    heading = scribe.heading(_("How far the reviewers agreed before they spoke"))
    counted = _(
        "On {same} of {n} criteria, counted over all interactions, everybody gave the same answer.",
        same=report.same,
        n=report.asked,
    )
    parts: list[Block] = [heading, scribe.body(counted)]
    if not report.agreement:
        few = _("Too few interactions were scored by two or more to give a coefficient of agreement.")
        return [together([*parts, scribe.muted(few)])]
    columns = (
        Column(scribe.say(_("Criterion")), 0.52),
        Column(scribe.say(_("Krippendorff's alpha, 95% interval")), 0.32, is_number=True),
        Column(scribe.say(_("Interactions")), 0.16, is_number=True),
    )
    rows = []
    for line in report.agreement:
        value, low, high = (
            scribe.number(part, digits=2).replace("-", "−") for part in (line.value, line.low, line.high)
        )
        said = scribe.say(_("{value} ({low} to {high})", value=value, low=low, high=high))
        rows.append([line.criterion, said, str(line.n)])
    about = _("1 is the same every time, 0 no more than by chance.")
    return [*parts, scribe.muted(about), scribe.table(columns, rows)]


def _item(item: MinutesItem, scribe: Scribe) -> list[Block]:
    parts: list[Block] = [
        Room(PART_START),
        scribe.heading(item.contact.reference),
        scribe.muted(f"{scribe.moment(item.contact.occurred_at)} · {item.contact.channel}"),
    ]
    if item.absent:
        parts.append(scribe.labelled(_("Not scored in time by:"), ", ".join(item.absent)))
    if item.scores:
        scores = " · ".join(_score(one, scribe) for one in item.scores)
        parts.append(scribe.labelled(_("Quality scores:"), scores))
    if len(item.scores) < 2:
        parts.append(scribe.body(_("Fewer than two reviewers scored this in time, so there is nothing to compare.")))
    if item.criteria:
        parts.append(_side_by_side(item, scribe))
    parts += [together(_noted(row, scribe)) for row in item.criteria if _has_words(row)]
    return parts


def _score(one: ReviewerScore, scribe: Scribe) -> str:
    return f"{one.reviewer}\N{NO-BREAK SPACE}" + (
        "–" if one.quality is None else f"{scribe.number(one.quality)}\N{NO-BREAK SPACE}(n\N{NO-BREAK SPACE}1)"
    )


def _side_by_side(item: MinutesItem, scribe: Scribe) -> Block:
    columns = (
        Column(scribe.say(_("Criterion")), 0.30),
        Column(scribe.say(_("Answers")), 0.36),
        Column(scribe.say(_("Spread")), 0.14),
        Column(scribe.say(_("Consensus")), 0.20),
    )
    rows = [
        [row.criterion, _answers(row), row.spread, row.decided.consensus if row.decided else "–"]
        for row in item.criteria
    ]
    return scribe.table(columns, rows)


def _answers(row: Discussed) -> str:
    """Who gave which answer; of one that everybody gave the answer alone."""
    found = row.by_answer
    if len(found) == 1:
        return next(iter(found))
    return "; ".join(f"{answer}: {', '.join(who)}" for answer, who in found.items())


def _has_words(row: Discussed) -> bool:
    decided = row.decided
    return any(one.comment for one in row.opinions) or (decided is not None and bool(decided.note or decided.outcome))


def _noted(row: Discussed, scribe: Scribe) -> list[Block]:
    parts: list[Block] = [scribe.subheading(row.criterion)]
    parts += [scribe.labelled(f"{one.reviewer}:", one.comment, small=True) for one in row.opinions if one.comment]
    decided = row.decided
    if decided is None:
        return parts
    parts.append(scribe.labelled(_("Consensus:"), decided.consensus))
    if decided.note:
        parts.append(scribe.labelled(_("Note:"), decided.note))
    if decided.outcome:
        follows = _("{what}, by {who}, until {day}", what=decided.outcome, who=decided.owner, day=_day(decided, scribe))
        parts.append(scribe.labelled(_("What follows:"), follows))
    return parts


def _written(report: Minutes) -> list[str]:
    rows = [row for item in report.items for row in item.criteria]
    said = [text for row in rows for one in row.opinions for text in (one.reviewer, one.answer, one.comment)]
    return [*report.present, *report.absent, *said, *(row.decided.note for row in rows if row.decided)]
