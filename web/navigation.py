"""The links at the top of the page, by role, and the page each role begins on."""

from dataclasses import dataclass

from flask import request, url_for

from qa.auth.roles import Permission, Role, may
from qa.i18n import Text, _


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link; ``current`` when the present page belongs to it."""

    label: Text
    href: str
    current: bool


#: Endpoint, label, permission that shows it, roles it is for.
_ITEMS: tuple[tuple[str, Text, Permission, frozenset[Role]], ...] = (
    ("overview.week", _("Week"), Permission.OVERVIEW_SEE, frozenset({Role.ADMIN, Role.SUPERVISOR})),
    ("insight.company", _("Figures"), Permission.OVERVIEW_SEE, frozenset({Role.ADMIN, Role.SUPERVISOR})),
    ("evaluations.desk_list", _("Work list"), Permission.EVALUATION_SCORE, frozenset({Role.REVIEWER})),
    ("agent.home", _("My page"), Permission.EVALUATION_ACKNOWLEDGE, frozenset({Role.AGENT})),
    ("disputes.mine", _("My disputes"), Permission.DISPUTE_RAISE, frozenset({Role.AGENT})),
    ("visits.list_visits", _("My visits"), Permission.VISIT_FILL, frozenset({Role.SHOPPER})),
    (
        "interactions.list_interactions",
        _("Interactions"),
        Permission.INTERACTION_SEE,
        frozenset({Role.ADMIN, Role.SUPERVISOR}),
    ),
    ("sampling.list_plans", _("Samples"), Permission.DRAW_SEE, frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AGENT})),
    (
        "evaluations.list_evaluations",
        _("Evaluations"),
        Permission.EVALUATION_SEE,
        frozenset({Role.ADMIN, Role.SUPERVISOR}),
    ),
    (
        "calibration.list_sessions",
        _("Calibration"),
        Permission.CALIBRATION_SEE,
        frozenset({Role.ADMIN, Role.SUPERVISOR, Role.REVIEWER}),
    ),
    (
        "disputes.work_list",
        _("Disputes"),
        Permission.DISPUTE_JUDGE,
        frozenset({Role.ADMIN, Role.SUPERVISOR, Role.REVIEWER}),
    ),
    (
        "coaching.list_reports",
        _("Coaching"),
        Permission.REPORT_SEE,
        frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AGENT}),
    ),
    (
        "mystery.list_programmes",
        _("Mystery visits"),
        Permission.PROGRAMME_MANAGE,
        frozenset({Role.ADMIN, Role.SUPERVISOR}),
    ),
    ("insight.reviewers", _("My figures"), Permission.SEVERITY_SEE, frozenset({Role.REVIEWER})),
    ("cards.list_cards", _("Scorecards"), Permission.CARD_SEE, frozenset({Role.ADMIN, Role.SUPERVISOR, Role.REVIEWER})),
    ("comment_templates.list_templates", _("Templates"), Permission.TEMPLATE_USE, frozenset({Role.REVIEWER})),
    ("people.list_people", _("People"), Permission.PEOPLE_MANAGE, frozenset({Role.ADMIN})),
)

#: Features without a link of their own, and whose link is current on their pages.
_WITHIN = {
    "workload": "sampling",
    "picks": "sampling",
    "feedback": "interactions",
    "talks": "coaching",
    "kudos": "coaching",
    "holds": "interactions",
    "privacy": "people",
    "pulse": "insight",
}

HOME: dict[Role, str] = {
    Role.ADMIN: "overview.week",
    Role.SUPERVISOR: "overview.week",
    Role.REVIEWER: "evaluations.desk_list",
    Role.AGENT: "agent.home",
    Role.SHOPPER: "visits.list_visits",
}


def navigation(role: Role) -> list[NavItem]:
    """Return the links of a role; the link of the present page's feature is current."""
    here = (request.endpoint or "").split(".")[0]
    here = _WITHIN.get(here, here)
    found: list[NavItem] = []
    for endpoint, label, permission, roles in _ITEMS:
        if role in roles and may(role, permission):
            found.append(NavItem(label, url_for(endpoint), endpoint.split(".")[0] == here))
    return found


def search_url(role: Role) -> str | None:
    """Return where the search box sends its words; roles that may see no interactions have no box."""
    if not may(role, Permission.INTERACTION_SEE):
        return None
    return url_for("interactions.search")


def tokens_url(role: Role) -> str | None:
    """Return where somebody of the role makes access tokens; none where they may not."""
    return url_for("tokens.list_own") if may(role, Permission.TOKEN_USE) else None
