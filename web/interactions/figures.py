"""What the times of a conversation tell, as its page shows it: figures by party, and figures with their places."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.i18n import Language, Text, _, duration_text, ngettext_, number_text, say
from qa.interactions.kinds import AUTHOR_LABELS, AuthorRole
from qa.transcripts.figures import Written, call_signals, written_signals
from qa.transcripts.labels import CERTAINTY_LABELS, TRANSFER_SIGN_LABELS
from qa.transcripts.models import Transcript
from transcribe.interruptions import Interruption
from transcribe.messages import Answer, Gap
from transcribe.pauses import Silence
from transcribe.signals import Signals
from transcribe.transfers import Transfer, TransferSign
from transcribe.types import Role, Span
from web.interactions import formulas


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was: a moment of the recording or a message, and what is to be said of it."""

    start_ms: int | None
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The figure of one party; ``place`` leads to where it is."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ByParty:
    """One figure of each party, and how it is worked out."""

    label: str
    formula: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class WithPlaces:
    """One figure of the conversation, how it is worked out, and where it was."""

    label: str
    formula: str
    text: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class FiguresShown:
    """Everything that is counted; ``hint`` is what to know before reading it."""

    parties: tuple[str, ...]
    by_party: tuple[ByParty, ...]
    with_places: tuple[WithPlaces, ...]
    hint: str = ""


def figures_of(transcript: Transcript, *, language: Language) -> FiguresShown | None:
    """Return what is counted of a call or of messages; nothing where there are no times."""
    found = call_signals(transcript)
    if found is not None:
        return _Call(found, language).shown()
    written = written_signals(transcript)
    return None if written is None else _Messages(written, language).shown()


@dataclass(frozen=True, slots=True)
class _Call:
    found: Signals
    language: Language

    def shown(self) -> FiguresShown:
        found = self.found
        hint = "" if found.interruptions is not None else self.say(formulas.ONE_CHANNEL)
        return FiguresShown(
            tuple(self.say(AUTHOR_LABELS[AuthorRole(role.value)]) for role in found.talk_ms),
            self.by_party(),
            self.with_places(),
            hint,
        )

    def by_party(self) -> tuple[ByParty, ...]:
        found = self.found
        rows: list[tuple[Text, Text, list[Cell]]] = [
            (_("Talks"), formulas.TALKS, [Cell(duration_text(ms)) for ms in found.talk_ms.values()]),
            (
                _("Part of all talk"),
                formulas.TALK_SHARE,
                [Cell(self.percent(found.talk_share.get(role))) for role in found.talk_ms],
            ),
            (
                _("Listens"),
                formulas.LISTENS,
                [Cell(self.percent(found.listening_share.get(role))) for role in found.talk_ms],
            ),
            (
                _("Words a minute"),
                formulas.WORDS_A_MINUTE,
                [Cell(self.whole(found.words_per_minute.get(role))) for role in found.talk_ms],
            ),
            (
                _("Longest stretch"),
                formulas.LONGEST_STRETCH,
                [self.stretch(found.longest_monologue.get(role)) for role in found.talk_ms],
            ),
        ]
        if found.interruptions is not None:
            cells = [Cell(str(sum(one.by is role for one in found.interruptions))) for role in found.talk_ms]
            rows.append((_("Interrupts"), formulas.INTERRUPTS, cells))
        return tuple(ByParty(self.say(label), self.say(formula), tuple(cells)) for label, formula, cells in rows)

    def with_places(self) -> tuple[WithPlaces, ...]:
        found = self.found
        rows: list[tuple[Text, Text, str, Sequence[Place]]] = []
        if found.interruptions:
            taken = sum(one.took_the_floor for one in found.interruptions)
            text = _("{n}, of which {taken} took the floor", n=str(len(found.interruptions)), taken=str(taken))
            places = [self.interruption(one) for one in found.interruptions]
            rows.append((_("Interruptions"), formulas.INTERRUPTIONS, self.say(text), places))
        silences = [Span(one.start_ms, one.end_ms) for one in found.silences]
        rows += [
            (
                _("Dead air"),
                formulas.DEAD_AIR,
                self.counted([Span(one.start_ms, one.end_ms) for one in found.dead_air]),
                [self.silence(one) for one in found.dead_air],
            ),
            (
                _("Silence"),
                formulas.SILENCE,
                self.counted(silences),
                [self.silence(one) for one in found.silences],
            ),
            (_("On hold"), formulas.HOLD, self.counted(found.holds), [self.span(one) for one in found.holds]),
            (
                _("Put through"),
                formulas.TRANSFERS,
                self.transfers(len(found.transfers)),
                [self.transfer(one) for one in found.transfers],
            ),
        ]
        if found.unrecorded_ms:
            rows.append((_("Not recorded"), formulas.UNRECORDED, duration_text(found.unrecorded_ms), ()))
        if found.overlap_ms is not None:
            rows.append((_("Both at once"), formulas.OVERLAP, duration_text(found.overlap_ms), ()))
        if found.first_answer_ms is not None:
            rows.append((_("Agent's first word after"), formulas.FIRST_WORD, duration_text(found.first_answer_ms), ()))
        return tuple(
            WithPlaces(self.say(label), self.say(formula), text, tuple(places)) for label, formula, text, places in rows
        )

    def stretch(self, span: Span | None) -> Cell:
        if span is None:
            return Cell("–")
        return Cell(duration_text(span.end_ms - span.start_ms), Place(span.start_ms, "transcript", ""))

    def interruption(self, one: Interruption) -> Place:
        who = AUTHOR_LABELS[AuthorRole(one.by.value)]
        text = _("{who}, took the floor", who=who) if one.took_the_floor else who
        return Place(one.start_ms, "transcript", self.say(text))

    def silence(self, one: Silence) -> Place:
        length = duration_text(one.length_ms)
        if one.announced:
            text = _("{length}, announced", length=length)
        elif one.after is Role.CUSTOMER:
            text = _("{length}, after the customer", length=length)
        elif one.after is Role.AGENT:
            text = _("{length}, after the agent", length=length)
        else:
            return Place(one.start_ms, "transcript", length)
        return Place(one.start_ms, "transcript", self.say(text))

    def span(self, one: Span) -> Place:
        return Place(one.start_ms, "transcript", duration_text(one.end_ms - one.start_ms))

    def transfer(self, one: Transfer) -> Place:
        signs = ", ".join(self.say(TRANSFER_SIGN_LABELS[sign]) for sign in TransferSign if sign in one.signs)
        text = _("{certainty}: {signs}", certainty=CERTAINTY_LABELS[one.certainty], signs=signs)
        return Place(one.at_ms, "transcript", self.say(text))

    def transfers(self, count: int) -> str:
        return self.say(ngettext_("{n} time", "{n} times", n=count)) if count else self.say(_("none"))

    def counted(self, spans: Sequence[Span]) -> str:
        lengths = [span.end_ms - span.start_ms for span in spans]
        if len(lengths) < 2:
            return duration_text(lengths[0]) if lengths else self.say(_("none"))
        text = _(
            "{n} times, {sum} in all, longest {longest}",
            n=str(len(lengths)),
            sum=duration_text(sum(lengths)),
            longest=duration_text(max(lengths)),
        )
        return self.say(text)

    def percent(self, share: float | None) -> str:
        return "–" if share is None else f"{number_text(100 * share, self.language, digits=0)} %"

    def whole(self, value: float | None) -> str:
        return "–" if value is None else number_text(value, self.language, digits=0)

    def say(self, text: Text) -> str:
        return say(text, self.language)


@dataclass(frozen=True, slots=True)
class _Messages:
    written: Written
    language: Language

    def shown(self) -> FiguresShown:
        found = self.written.signals
        rows = (
            (_("Messages"), formulas.MESSAGES, found.messages),
            (_("Most in a row"), formulas.IN_A_ROW, found.most_in_a_row),
        )
        return FiguresShown(
            tuple(self.say(AUTHOR_LABELS[AuthorRole(role.value)]) for role in found.messages),
            tuple(
                ByParty(self.say(label), self.say(formula), tuple(Cell(str(counts[role])) for role in found.messages))
                for label, formula, counts in rows
            ),
            self.with_places(),
            self.say(formulas.BUSINESS_HOURS),
        )

    def with_places(self) -> tuple[WithPlaces, ...]:
        found = self.written.signals
        rows: list[tuple[Text, Text, str, Sequence[Place]]] = []
        if found.first is not None and found.longest is not None and found.median_s is not None:
            rows += [
                (_("First answer after"), formulas.FIRST_ANSWER, "", [self.answer(found.first)]),
                (_("Half of the answers within"), formulas.HALF_OF_ANSWERS, self.clock(found.median_s), ()),
                (_("Longest wait for an answer"), formulas.LONGEST_WAIT, "", [self.answer(found.longest)]),
            ]
        rows += [
            (
                _("Gaps of {length} or more", length=self.clock(found.gap_from_s)),
                formulas.GAPS,
                str(len(found.gaps)) if found.gaps else self.say(_("none")),
                [self.gap(gap) for gap in found.gaps],
            ),
            (_("Unanswered at the end"), formulas.UNANSWERED, str(found.unanswered), ()),
        ]
        return tuple(
            WithPlaces(self.say(label), self.say(formula), text, tuple(places)) for label, formula, text, places in rows
        )

    def answer(self, answer: Answer) -> Place:
        return Place(None, self.anchor(answer.message), self.clock(answer.seconds))

    def gap(self, gap: Gap) -> Place:
        length = self.clock(gap.seconds)
        by_agent = gap.let_pass_by is Role.AGENT
        text = _("{length}, the agent's", length=length) if by_agent else _("{length}, the customer's", length=length)
        return Place(None, self.anchor(gap.message), self.say(text))

    def anchor(self, message: int) -> str:
        return f"turn-{self.written.turns[message].id}"

    def clock(self, seconds: float) -> str:
        return duration_text(int(seconds * 1000))

    def say(self, text: Text) -> str:
        return say(text, self.language)
