"""Until when the scores of a calibration can still be given."""

from sqlalchemy import Select, select

from qa.act import Act
from qa.calibration.models import CalibrationItem, CalibrationScore, CalibrationSession
from qa.errors import ConflictError
from qa.evaluations.models import Evaluation, Probe
from qa.i18n import _


def ended(act: Act) -> Select[int]:
    """Select the evaluations of calibrations whose term has passed."""
    return (
        select(CalibrationScore.evaluation_id)
        .join(CalibrationScore.item)
        .join(CalibrationItem.session)
        .where(CalibrationSession.locks_at <= act.now)
    )


def check_open(act: Act, evaluation: Evaluation) -> None:
    """Refuse to score for a calibration that is locked: the others' scores can be seen by now."""
    if evaluation.probe is not Probe.CALIBRATION:
        return
    locked = act.session.scalar(ended(act).where(CalibrationScore.evaluation_id == evaluation.id))
    if locked is not None:
        raise ConflictError(
            _("This calibration is locked, because its term has passed. What you had saved stays, but is not compared.")
        )
