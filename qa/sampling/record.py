"""The record of a draw: everything that is needed to do it again, and the check that says what agrees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.errors import InvalidError
from qa.i18n import Text, _, ngettext_
from qa.sampling import order
from qa.sampling.allocation import chances_over_time
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.commitment import commit, frame_digest
from qa.sampling.digesting import PLAIN, WEIGHTED, FrameDigest
from qa.sampling.order import OrderSample
from qa.sampling.rows import FrameRow, Note, in_batches

#: Name and version of the method of each design.
METHODS: dict[DesignKind, tuple[str, int]] = {
    DesignKind.EQUAL: ("hmac-sha256-order-sampling", 1),
    DesignKind.RISK: ("hmac-sha256-pareto-sampling", 1),
    DesignKind.ROLLING: ("hmac-sha256-rolling-sampling", 1),
}
ALGORITHM, ALGORITHM_VERSION = METHODS[DesignKind.EQUAL]


@dataclass(frozen=True, slots=True)
class StratumCount:
    """One stratum of the frame as it was drawn."""

    stratum: str
    #: Interactions in the frame.
    population: int
    #: Interactions that the plan asked for.
    wanted: int
    #: Digest of the stratum's tokens, see `digesting.FrameDigest`.
    digest: str


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """One drawn interaction in the record."""

    key: str
    token: str
    stratum: str
    number: int
    position: int
    #: Chance of being drawn, as the design gave it.
    chance: float


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """What is stored of a draw, enough to redo it from the frame."""

    plan: Mapping[str, object]
    #: SHA-256 of the seed, shown before the period.
    commitment: str
    #: Empty until the seed is revealed.
    seed: bytes | None
    #: Hides the stable keys in what is published; never published itself. Its digest is shown with the commitment.
    salt: bytes | None
    #: SHA-256 of the salt, shown before the period; empty without a salt.
    salt_commitment: str
    frame_digest: str
    strata: tuple[StratumCount, ...]
    drawn: tuple[DrawnItem, ...]
    algorithm: str = ALGORITHM
    algorithm_version: int = ALGORITHM_VERSION


class Check(StrEnum):
    """What a verification looks at."""

    ALGORITHM = "algorithm"
    SEED = "seed"
    SALT = "salt"
    FRAME = "frame"
    COUNTS = "counts"
    ALLOCATION = "allocation"
    DRAWN = "drawn"
    LOG = "log"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was compared, with a sentence that says how it came out."""

    check: Check
    agrees: bool
    sentence: Text


@dataclass(frozen=True, slots=True)
class Verification:
    """The findings in the order in which they were made."""

    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything that was compared agrees."""
        return all(finding.agrees for finding in self.findings)

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that do not agree."""
        return tuple(finding for finding in self.findings if not finding.agrees)


def conduct(
    frame: Iterable[FrameRow],
    *,
    plan: Mapping[str, object],
    seed: bytes,
    sizes: Mapping[str, int] | int,
    salt: bytes | None = None,
    reserve: int = 0,
) -> tuple[DrawRecord, OrderSample]:
    """Draw from a frame of (stable key, stratum) and write the record, with the seed in it.

    A frame of (stable key, stratum, weight) is drawn with chances in proportion to the weights; the plan names them by
    `chance_design.Design.written`. An empty frame is refused: a plan whose filter matches nothing should be heard of, not stored.
    """
    design = Design.read(plan)
    with FrameDigest(line=WEIGHTED if design.kind is DesignKind.RISK else PLAIN) as digest:
        if design.share_bp is not None:
            sample = order.draw_rolling(frame, seed=seed, share_bp=design.share_bp, salt=salt, note=digest.note)
        else:
            sample = order.draw_weighted(frame, seed=seed, sizes=sizes, salt=salt, reserve=reserve, note=digest.note)
        if not digest.seen:
            raise InvalidError(_("No interaction matches this plan in this period, so there is nothing to draw."))
        digested = digest.strata()
    strata = tuple(
        StratumCount(stratum, count, sample.wanted.get(stratum, 0), found) for stratum, count, found in digested
    )
    name, version = METHODS[design.kind]
    record = DrawRecord(
        plan=plan,
        commitment=commit(seed),
        seed=seed,
        salt=salt,
        salt_commitment=commit(salt) if salt is not None else "",
        frame_digest=frame_digest(digested),
        strata=strata,
        drawn=_drawn_items(sample.drawn, strata),
        algorithm=name,
        algorithm_version=version,
    )
    return record, sample


def _drawn_items(drawn: Iterable[order.Ranked], strata: Sequence[StratumCount]) -> tuple[DrawnItem, ...]:
    """Return drawn interactions as the record keeps them; in stretches of time with the chance of the whole stratum."""
    spread = chances_over_time(
        {one.stratum: one.population for one in strata}, {one.stratum: one.wanted for one in strata}
    )
    return tuple(
        DrawnItem(
            one.key,
            one.token,
            one.stratum,
            one.number,
            one.position,
            spread.get(one.stratum, one.inclusion_probability),
        )
        for one in drawn
    )


def verify(record: DrawRecord, frame: Iterable[FrameRow]) -> Verification:
    """Redo a draw from its record and a frame of (stable key, stratum) with or without weights; say what differs.

    The frame is read once and may be of any size.
    """
    design = Design.read(record.plan)
    if (record.algorithm, record.algorithm_version) not in METHODS.values():
        unknown = _(
            "The record names the method “{name}”, version {version}, which this program does not know.",
            name=record.algorithm,
            version=record.algorithm_version,
        )
        return Verification((Finding(Check.ALGORITHM, agrees=False, sentence=unknown),))
    findings = [
        _finding(
            Check.ALGORITHM,
            agrees=(record.algorithm, record.algorithm_version) == METHODS[design.kind],
            yes=_("The method of the draw is known."),
            no=_("The method of the draw is not the one that the plan asks for."),
        )
    ]
    findings += _check_secrets(record)
    with FrameDigest(line=WEIGHTED if design.kind is DesignKind.RISK else PLAIN) as digest:
        again = _redo(record, frame, design=design, note=digest.note)
        findings += _check_frame(record, digest.strata())
    if again is not None:
        findings += _check_drawn(record, again)
    return Verification(tuple(findings))


def _redo(
    record: DrawRecord, frame: Iterable[FrameRow], *, design: Design, note: Note
) -> tuple[order.Ranked, ...] | None:
    """Draw again, or only note the frame where the seed is still secret."""
    if record.seed is None:
        name = order.names(record.salt)
        for some in in_batches(frame):
            note([name(key) for key in some.keys], some)
        return None
    if design.share_bp is not None:
        sample = order.draw_rolling(frame, seed=record.seed, share_bp=design.share_bp, salt=record.salt, note=note)
    else:
        sizes = {one.stratum: one.wanted for one in record.strata}
        sample = order.draw_weighted(frame, seed=record.seed, sizes=sizes, salt=record.salt, note=note)
    return sample.drawn


def _check_secrets(record: DrawRecord) -> list[Finding]:
    findings: list[Finding] = []
    if record.seed is None:
        sentence = _("The seed has not been revealed yet, so the draw itself cannot be redone.")
        findings.append(Finding(Check.SEED, agrees=False, sentence=sentence))
    else:
        findings.append(
            _finding(
                Check.SEED,
                agrees=commit(record.seed) == record.commitment,
                yes=_("The seed is the one that was committed to."),
                no=_("The seed is not the one that was committed to."),
            )
        )
    if record.salt is not None or record.salt_commitment:
        findings.append(
            _finding(
                Check.SALT,
                agrees=record.salt is not None and commit(record.salt) == record.salt_commitment,
                yes=_("The salt is the one that was committed to."),
                no=_("The salt is not the one that was committed to."),
            )
        )
    return findings


def _check_frame(record: DrawRecord, digested: Sequence[tuple[str, int, str]]) -> list[Finding]:
    findings: list[Finding] = []
    now = {stratum: (count, digest) for stratum, count, digest in digested}
    then = {one.stratum: (one.population, one.digest) for one in record.strata}
    recorded = [(one.stratum, one.population, one.digest) for one in record.strata]
    total = sum(count for _stratum, count, _digest in digested)
    findings.append(
        _finding(
            Check.FRAME,
            agrees=frame_digest(digested) == record.frame_digest == frame_digest(recorded),
            yes=_("The interactions to choose from are the same {n} as when the draw was made.", n=total),
            no=_("The interactions to choose from are not the same as when the draw was made."),
        )
    )
    for stratum in sorted(now.keys() | then.keys()):
        count, digest = now.get(stratum, (0, ""))
        recorded_count, recorded_digest = then.get(stratum, (0, ""))
        if count != recorded_count:
            sentence = _(
                "Stratum “{stratum}” counts {now} interactions now; the record says {then}.",
                stratum=stratum,
                now=count,
                then=recorded_count,
            )
            findings.append(Finding(Check.COUNTS, agrees=False, sentence=sentence))
        elif digest != recorded_digest:
            sentence = _(
                "Stratum “{stratum}” holds as many interactions as recorded, but not the same.", stratum=stratum
            )
            findings.append(Finding(Check.COUNTS, agrees=False, sentence=sentence))
    return findings


def _check_drawn(record: DrawRecord, again: Iterable[order.Ranked]) -> list[Finding]:
    expected = {one.token: one for one in _drawn_items(again, record.strata)}
    found = {one.token: one for one in record.drawn}
    findings: list[Finding] = []
    if len(found) != len(record.drawn):
        findings.append(Finding(Check.DRAWN, agrees=False, sentence=_("The record lists an interaction twice.")))
    for token in sorted(expected.keys() - found.keys()):
        sentence = _("Interaction {key} should have been drawn and is not in the record.", key=expected[token].key)
        findings.append(Finding(Check.DRAWN, agrees=False, sentence=sentence))
    for token in sorted(found.keys() - expected.keys()):
        sentence = _("Interaction {key} is in the record and should not have been drawn.", key=found[token].key)
        findings.append(Finding(Check.DRAWN, agrees=False, sentence=sentence))
    for token in sorted(found.keys() & expected.keys()):
        if found[token] != expected[token]:
            sentence = _(
                "Interaction {key} was drawn, but its stratum, chance, number or place in the record is wrong.",
                key=found[token].key,
            )
            findings.append(Finding(Check.DRAWN, agrees=False, sentence=sentence))
    if not findings:
        sentence = ngettext_(
            "The one drawn interaction comes out again.",
            "All {n} drawn interactions come out again, in the same order.",
            n=len(found),
        )
        findings.append(Finding(Check.DRAWN, agrees=True, sentence=sentence))
    return findings


def _finding(check: Check, *, agrees: bool, yes: Text, no: Text) -> Finding:
    return Finding(check, agrees=agrees, sentence=yes if agrees else no)
