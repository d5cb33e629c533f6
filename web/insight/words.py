"""How each figure of a dashboard is worked out, in a sentence or two for its reader."""

from qa.i18n import _

SCORE = _(
    "The mean of the scores, each stratum of a draw by what it holds: Σ(N × mean) ÷ ΣN. Scores that are disputed are left out."
)
PASSED = _("Interactions that passed ÷ interactions that passed or did not, as they were drawn.")
CRITICAL = _("Evaluations with a failed critical criterion ÷ all evaluations, as they were drawn.")
SECTIONS = _("As the score, of one section of the card; where a section did not apply it has none.")
CRITERIA = _(
    "The mean of what was given, 100 for the best option and 0 for the worst, each stratum by what it holds. Each interval is as wide as answers of yes and no would need it."
)
CONTACTS = _("Every interaction that began in the period, drawn or not.")
HANDLING = _(
    "The lengths of all spoken interactions whose length is known, added up, ÷ their number. Messages are left out: a thread is mostly waiting."
)
CSAT = _("The mean of the satisfaction that customers gave, each on its own scale from 0 to 100.")
NPS = _("Customers who gave 9 or 10 less those who gave 0 to 6, of a hundred who answered: from −100 to 100.")
RESOLVED = _("Customers who say that it was solved ÷ those who say whether it was.")
RESPONSE = _("Customers who answered ÷ customers who were asked.")
CHOSEN = _(
    "Customers choose whether to answer: the interval covers chance alone, not how those who stayed silent may differ."
)
REVIEWED = _("Drawn interactions whose evaluation came in during the period, by when it came in.")
OVERTURNED = _(
    "Disputed answers that were accepted or partly accepted ÷ disputed answers decided in the period. Agents choose what they dispute."
)
