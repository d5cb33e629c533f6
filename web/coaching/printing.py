"""One evaluation on paper."""

from flask import Response, g
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.coaching.one_evaluation import evaluation_report
from qa.evaluations.queries import get_evaluation
from qa.i18n import _, say
from qa.reports.evaluation_pdf import evaluation_pdf
from web.coaching.pages import pages
from web.door import allowed


@pages.get("/evaluations/<int:evaluation_id>.pdf")
@allowed(Permission.EVALUATION_SEE)
def print_evaluation(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Send an evaluation as PDF to whoever may see it."""
    evaluation = get_evaluation(act, evaluation_id)
    made = evaluation_pdf(evaluation_report(act, evaluation, language=g.language))
    response = Response(made, mimetype="application/pdf")
    word = say(_("evaluation"), g.language)
    response.headers["Content-Disposition"] = f'inline; filename="{word}-{evaluation.id}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
