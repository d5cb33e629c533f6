"""The report of one mystery visit as PDF: what was asked, what was seen, how it was scored; never to discipline."""

from functools import partial

from qa.i18n import _, date_text
from qa.reports import style as look
from qa.reports.blocks import Block, Gap, Room
from qa.reports.document import write_pdf
from qa.reports.fonts import register_fonts
from qa.reports.parts import TABLE_START, Scribe, foot_of, purpose_line, together
from qa.reports.tables import Column
from qa.reports.visit_content import VisitReport


def visit_pdf(report: VisitReport, *, paper: str = "a4") -> bytes:
    """Return the visit's report as PDF on ``a4`` or ``letter``; equal content gives equal bytes."""
    register_fonts()
    width = look.sheet(paper, foot_height=0).width
    scribe = Scribe(report.language, report.zone, width)
    day = date_text(report.began_at.date(), report.language)
    title = scribe.say(_("Mystery visit · {place} · {day}", place=report.place, day=day))
    foot = foot_of(_about(report, scribe), digest=report.digest, head=title, language=report.language, width=width)
    sheet = look.sheet(paper, foot_height=foot.height)
    story = [
        *_head(report, scribe),
        *_result(report, scribe),
        *_scenario(report, scribe),
        *_answers(report, scribe),
        *_notes(report, scribe),
        *_attachments(report, scribe),
        *_computation(report, scribe),
        together(
            [scribe.heading(_("How this report was made")), *(scribe.body(text) for text in _about(report, scribe))]
        ),
        *scribe.replaced_note([report.place, report.shopper, report.notes]),
    ]
    return write_pdf(
        story,
        sheet,
        title=title,
        author=report.company,
        language=report.language,
        foot=partial(foot.draw, sheet=sheet),
    )


def _about(report: VisitReport, scribe: Scribe) -> list[str]:
    return [
        scribe.say(_("Score: {formula}", formula=report.formula)),
        purpose_line(scribe, report.purpose, keep_until=report.keep_until),
        scribe.say(_("This visit is not used to discipline anyone and is in no score of sampled interactions.")),
    ]


def _head(report: VisitReport, scribe: Scribe) -> list[Block]:
    styles = look.styles()
    kind = scribe.say(_("Mystery visit"))
    ended = scribe.moment(report.ended_at) if report.ended_at else scribe.say(_("end not noted"))
    parts: list[Block] = [
        scribe.prose(f"{kind} · {report.company}" if report.company else kind, styles.eyebrow),
        scribe.title(report.place),
        scribe.prose(f"{report.programme} · {report.scenario}", styles.lead),
        scribe.muted(
            _(
                "Began {began} · ended {ended} · shopper {shopper} · scorecard {card}, version {version} · made on {day}",
                began=scribe.moment(report.began_at),
                ended=ended,
                shopper=report.shopper,
                card=report.card,
                version=report.card_version,
                day=report.made_on,
            )
        ),
        scribe.prose(
            _("Not used to discipline. Shown beside sampled interactions and never mixed into their score."),
            styles.note,
        ),
    ]
    if report.remarks:
        parts.append(scribe.body(" ".join(report.remarks)))
    return parts


def _result(report: VisitReport, scribe: Scribe) -> list[Block]:
    heading = scribe.heading(_("Result of this visit"))
    if report.quality is None:
        return [together([heading, scribe.body(_("No question was scored, so this visit has no score."))])]
    parts: list[Block] = [heading, scribe.large(scribe.number(report.quality), "· n 1")]
    if report.final is not None and report.final != report.quality:
        parts.append(
            scribe.body(
                _(
                    "Final outcome, with bonus and critical errors: {final}.",
                    final=scribe.number(report.final, digits=1),
                )
            )
        )
    if report.passed is not None:
        verdict = _("Passed: every rule of the card was met.") if report.passed else _("Not passed.")
        parts.append(scribe.body(verdict))
    parts.append(scribe.muted(_("One visit says how it went once, not how it usually goes.")))
    return [together(parts)]


def _scenario(report: VisitReport, scribe: Scribe) -> list[Block]:
    told = [
        (_("Persona"), report.persona),
        (_("Question"), report.question),
        (_("Expected handling"), report.expected),
    ]
    lines = [scribe.labelled(label, text) for label, text in told if text]
    return [together([scribe.heading(_("The scenario")), scribe.body(report.scenario), *lines])]


def _answers(report: VisitReport, scribe: Scribe) -> list[Block]:
    heading = scribe.heading(_("What was seen"))
    if not report.answers:
        return [together([heading, scribe.body(_("No question was answered."))])]
    parts: list[Block] = [heading]
    for section in dict.fromkeys(answer.section for answer in report.answers):
        answers = [answer for answer in report.answers if answer.section == section]
        noted = any(answer.note for answer in answers)
        rows = []
        for answer in answers:
            points = "–"
            if answer.points is not None and answer.possible is not None:
                points = scribe.say(_("{points} of {possible}", points=answer.points, possible=answer.possible))
            rows.append([answer.question, answer.answer, *([answer.note] if noted else []), points])
        columns = (
            Column(scribe.say(_("Question")), 0.34 if noted else 0.46),
            Column(scribe.say(_("Answer")), 0.20 if noted else 0.40),
            *([Column(scribe.say(_("Note")), 0.32)] if noted else []),
            Column(scribe.say(_("Points")), 0.14, is_number=True),
        )
        table = scribe.table(columns, rows)
        parts += [scribe.subheading(section), table] if section else [table]
        parts.append(Gap(look.TIGHT))
    return parts


def _notes(report: VisitReport, scribe: Scribe) -> list[Block]:
    if not report.notes.strip():
        return []
    paragraphs = [scribe.body(text) for text in report.notes.splitlines() if text.strip()]
    return [scribe.heading(_("Notes of the shopper")), *paragraphs]


def _attachments(report: VisitReport, scribe: Scribe) -> list[Block]:
    heading = scribe.heading(_("Photos and recordings"))
    if not report.attachments:
        return [together([heading, scribe.body(_("None were made."))])]
    columns = (
        Column(scribe.say(_("File")), 0.22),
        Column(scribe.say(_("Kind")), 0.12),
        Column("SHA-256", 0.66),
    )
    rows = [[item.name, item.kind, item.digest or "–"] for item in report.attachments]
    return [together([heading, scribe.table(columns, rows)])]


def _computation(report: VisitReport, scribe: Scribe) -> list[Block]:
    if not report.lines:
        return []
    about = _(
        "Value is what the answer is worth from 0 to 100, weight its share after what was not applicable, adds what it brings."
    )
    return [
        Room(TABLE_START),
        scribe.heading(_("The score, line by line")),
        scribe.muted(about),
        *scribe.computation(report.lines, quality=report.quality, final=report.final),
    ]
