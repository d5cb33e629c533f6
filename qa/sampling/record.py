"""The record of a draw: everything that is needed to do it again, and the check that says what agrees."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.errors import InvalidError
from qa.i18n import Text, _, ngettext_
from qa.sampling import order
from qa.sampling.commitment import canonical_json, commit, digest_strata, frame_digest, plan_digest

ALGORITHM = "hmac-sha256-order-sampling"
ALGORITHM_VERSION = 1
EXPORT_FORMAT = "steekproef-draw/1"


@dataclass(frozen=True, slots=True)
class StratumCount:
    """One stratum of the frame as it was drawn."""

    stratum: str
    #: Interactions in the frame.
    population: int
    #: Interactions that the plan asked for.
    wanted: int
    #: Digest of the stratum's tokens, see `commitment.stratum_digest`.
    digest: str


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """One drawn interaction in the record."""

    key: str
    token: str
    stratum: str
    number: int
    position: int


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
    frame: Iterable[tuple[str, str]],
    *,
    plan: Mapping[str, object],
    seed: bytes,
    sizes: Mapping[str, int] | int,
    salt: bytes | None = None,
    reserve: int = 0,
) -> tuple[DrawRecord, order.OrderSample]:
    """Draw from a frame of (stable key, stratum) and write the record, with the seed in it.

    An empty frame is refused: a plan whose filter matches nothing should be heard of, not stored.
    """
    rows = list(frame)
    if not rows:
        raise InvalidError(_("No interaction matches this plan in this period, so there is nothing to draw."))
    digested = digest_strata(rows, salt=salt)
    sample = order.draw(rows, seed=seed, sizes=sizes, salt=salt, reserve=reserve)
    strata = tuple(
        StratumCount(stratum, count, sample.wanted.get(stratum, 0), digest) for stratum, count, digest in digested
    )
    drawn = tuple(DrawnItem(one.key, one.token, one.stratum, one.number, one.position) for one in sample.drawn)
    record = DrawRecord(
        plan=plan,
        commitment=commit(seed),
        seed=seed,
        salt=salt,
        salt_commitment=commit(salt) if salt is not None else "",
        frame_digest=frame_digest(digested),
        strata=strata,
        drawn=drawn,
    )
    return record, sample


def verify(record: DrawRecord, frame: Iterable[tuple[str, str]]) -> Verification:
    """Redo a draw from its record and a frame of (stable key, stratum), and say what agrees and what differs."""
    if (record.algorithm, record.algorithm_version) != (ALGORITHM, ALGORITHM_VERSION):
        unknown = _(
            "The record names the method “{name}”, version {version}, which this program does not know.",
            name=record.algorithm,
            version=record.algorithm_version,
        )
        return Verification((Finding(Check.ALGORITHM, agrees=False, sentence=unknown),))
    findings = [Finding(Check.ALGORITHM, agrees=True, sentence=_("The method of the draw is known."))]
    findings += _check_secrets(record)
    rows = list(frame)
    findings += _check_frame(record, rows)
    if record.seed is not None:
        findings += _check_drawn(record, rows, seed=record.seed)
    return Verification(tuple(findings))


def export(record: DrawRecord, frame: Iterable[tuple[str, str]]) -> bytes:
    """Write a draw as JSON for anyone to verify with `docs/verify_draw.py`; stable keys are not in it.

    The file is canonical JSON and a line feed; `digest` is SHA-256 of the canonical JSON of all the rest.
    """
    if record.seed is None:
        raise InvalidError(_("The seed of this draw has not been revealed yet, so the draw cannot be exported."))
    if record.salt is None:
        raise InvalidError(_("This draw was made without a salt, so an export would show the keys of interactions."))
    tokens: dict[str, list[str]] = {}
    for key, stratum in frame:
        tokens.setdefault(stratum, []).append(order.token_of(key, salt=record.salt))
    content: dict[str, object] = {
        "format": EXPORT_FORMAT,
        "algorithm": record.algorithm,
        "algorithm_version": record.algorithm_version,
        "plan": record.plan,
        "plan_digest": plan_digest(record.plan),
        "commitment": record.commitment,
        "seed": record.seed.hex(),
        "salt_commitment": record.salt_commitment,
        "frame_digest": record.frame_digest,
        "strata": [
            {
                "stratum": one.stratum,
                "population": one.population,
                "wanted": one.wanted,
                "digest": one.digest,
                "tokens": sorted(tokens.get(one.stratum, [])),
            }
            for one in record.strata
        ],
        "drawn": [
            {"token": one.token, "stratum": one.stratum, "number": one.number, "position": one.position}
            for one in record.drawn
        ],
    }
    content["digest"] = hashlib.sha256(canonical_json(content)).hexdigest()
    return canonical_json(content) + b"\n"


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


def _check_frame(record: DrawRecord, rows: Sequence[tuple[str, str]]) -> list[Finding]:
    digested = digest_strata(rows, salt=record.salt)
    findings: list[Finding] = []
    now = {stratum: (count, digest) for stratum, count, digest in digested}
    then = {one.stratum: (one.population, one.digest) for one in record.strata}
    recorded = [(one.stratum, one.population, one.digest) for one in record.strata]
    findings.append(
        _finding(
            Check.FRAME,
            agrees=frame_digest(digested) == record.frame_digest == frame_digest(recorded),
            yes=_("The interactions to choose from are the same {n} as when the draw was made.", n=len(rows)),
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


def _check_drawn(record: DrawRecord, rows: Sequence[tuple[str, str]], *, seed: bytes) -> list[Finding]:
    sizes = {one.stratum: one.wanted for one in record.strata}
    again = order.draw(rows, seed=seed, sizes=sizes, salt=record.salt).drawn
    expected = {one.token: (one.key, one.stratum, one.number, one.position) for one in again}
    found = {one.token: (one.key, one.stratum, one.number, one.position) for one in record.drawn}
    findings: list[Finding] = []
    if len(found) != len(record.drawn):
        findings.append(Finding(Check.DRAWN, agrees=False, sentence=_("The record lists an interaction twice.")))
    for token in sorted(expected.keys() - found.keys()):
        sentence = _("Interaction {key} should have been drawn and is not in the record.", key=expected[token][0])
        findings.append(Finding(Check.DRAWN, agrees=False, sentence=sentence))
    for token in sorted(found.keys() - expected.keys()):
        sentence = _("Interaction {key} is in the record and should not have been drawn.", key=found[token][0])
        findings.append(Finding(Check.DRAWN, agrees=False, sentence=sentence))
    for token in sorted(found.keys() & expected.keys()):
        if found[token] != expected[token]:
            sentence = _(
                "Interaction {key} was drawn, but its stratum, number or place in the record is wrong.",
                key=found[token][0],
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
