"""How a plan draws: with equal chances, with chances by risk, or as days pass; as values, and as the record has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qa.errors import InvalidError
from qa.i18n import _
from qa.sampling.risk import Factor, Points, check_points


class DesignKind(StrEnum):
    """Which chance each interaction has."""

    #: The same for all of a stratum.
    EQUAL = "equal"
    #: In proportion to a weight, see `risk`.
    RISK = "risk"
    #: The same for all, decided for each by itself as it comes.
    ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class Design:
    """How a plan draws; `points` only by risk, `share_bp` (hundredths of a per cent) only as days pass."""

    points: Points = field(default_factory=dict)
    share_bp: int | None = None

    def __post_init__(self) -> None:
        if self.share_bp is not None and self.points:
            raise InvalidError(_("A draw as days pass has equal chances; give the factors no points."))
        if self.share_bp is not None and not 0 < self.share_bp <= 10_000:
            raise InvalidError(_("The share of a rolling draw must be above 0 and at most 100 %."))
        if self.points:
            check_points(self.points)

    @property
    def kind(self) -> DesignKind:
        """Which of the three it is."""
        if self.share_bp is not None:
            return DesignKind.ROLLING
        return DesignKind.RISK if self.points else DesignKind.EQUAL

    def written(self) -> dict[str, object]:
        """Return what the record of a draw says of it beside the plan; nothing with equal chances, as it always was."""
        if self.share_bp is not None:
            return {"design": DesignKind.ROLLING.value, "share_bp": self.share_bp}
        if self.points:
            points = {factor.value: number for factor, number in sorted(self.points.items()) if number}
            return {"design": DesignKind.RISK.value, "risk_points": points}
        return {}

    @classmethod
    def read(cls, plan: Mapping[str, object]) -> "Design":
        """Read it back from the plan in a record; a plan that names no design draws with equal chances.

        Raises:
            ValueError: when the record was altered so that it names no design there is.

        """
        kind = plan.get("design")
        share, points = plan.get("share_bp"), plan.get("risk_points")
        if kind is None:
            return EQUAL
        if kind == DesignKind.ROLLING and isinstance(share, int):
            return cls(share_bp=share)
        if kind == DesignKind.RISK and isinstance(points, dict) and points:
            return cls({Factor(name): int(number) for name, number in points.items()})
        raise ValueError(f"There is no design {kind!r} with these values.")


EQUAL = Design()
