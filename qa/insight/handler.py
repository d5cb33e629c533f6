"""The hourly job that keeps figures counted; run again at once it finds nothing to do."""

from qa.i18n import _
from qa.insight.counting import count_draws
from qa.insight.keeping import changed_draws, due_days, keep_days, keep_draw
from qa.insight.spreads import due_spreads, keep_spreads, learn_spreads
from qa.insight.validity import validity_of
from qa.insight.validity_kept import due_validities, keep_validity
from qa.jobs.kinds import JobKind
from qa.jobs.work import Work, handles
from qa.talks.keeping import count_effects


@handles(JobKind.COUNT)
def count_figures(work: Work) -> dict[str, int]:
    """Count the draws that changed, each in a transaction of its own, what peers tell, the days of contacts
    that are due, what scores say of customers, and what coaching did.
    """
    with work.looking() as act:
        changed = changed_draws(act)
        days = due_days(act)
        due = due_spreads(act, changed)
    for stretch in due:
        with work.looking() as act:
            spreads = learn_spreads(act, stretch, sections=True)
        with work.act() as act:
            keep_spreads(act, stretch, spreads)
    for done, (draw_id, state) in enumerate(changed.items()):
        work.report(done, len(changed), step=_("Counting draws"))
        with work.looking() as act:
            parts = count_draws(act, [draw_id])
        with work.act() as act:
            keep_draw(act, draw_id, parts, state=state)
    if days is not None:
        with work.act() as act:
            keep_days(act, days)
    with work.looking() as act:
        validities = due_validities(act)
    for done, (card, known_by) in enumerate(validities.items()):
        work.report(done, len(validities), step=_("Holding scores against customers' answers"))
        with work.looking() as act:
            found = validity_of(act, card=card)
        with work.act() as act:
            keep_validity(act, found, card=card, state=known_by)
    return {
        "draws": len(changed),
        "spreads": len(due),
        "days": len(days.rows) if days is not None else 0,
        "validities": len(validities),
        "effects": count_effects(work),
    }
