"""Why a criterion was failed: causes an agent can be coached on, and causes that lie with the organisation."""

from enum import StrEnum

from scorecards.words import Words


class Nature(StrEnum):
    """Where a cause leads: to the agent's coaching or to the supervisor's report."""

    COACHABLE = "coachable"
    SYSTEMIC = "systemic"

    @property
    def label(self) -> Words:
        return _NATURE_LABELS[self]


class Cause(StrEnum):
    """Root causes of a failed criterion."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    COMMUNICATION = "communication"
    AUTHORITY = "authority"
    POLICY = "policy"
    STAFFING = "staffing"
    TECHNOLOGY = "technology"
    THIRD_PARTY = "third_party"
    WAITING_ON_TEAM = "waiting_on_team"
    UNIQUE_CASE = "unique_case"
    CUSTOMER_DECLINES = "customer_declines"
    COMPETITOR_EXPECTATIONS = "competitor_expectations"

    @property
    def nature(self) -> Nature:
        """Systemic causes never become a development point of an agent."""
        return Nature.COACHABLE if self in _COACHABLE else Nature.SYSTEMIC

    @property
    def label(self) -> Words:
        return _LABELS[self]


_COACHABLE = frozenset({Cause.KNOWLEDGE, Cause.SKILL, Cause.COMMUNICATION})

_LABELS = {
    Cause.KNOWLEDGE: Words("Lack of knowledge", "Te weinig kennis"),
    Cause.SKILL: Words("Lack of skill", "Te weinig vaardigheid"),
    Cause.COMMUNICATION: Words("Communication barrier", "Communicatieprobleem"),
    Cause.AUTHORITY: Words("Limited authority", "Te weinig bevoegdheid"),
    Cause.POLICY: Words("Policy that hinders", "Beleid dat in de weg zit"),
    Cause.STAFFING: Words("Too few staff", "Te weinig personeel"),
    Cause.TECHNOLOGY: Words("Technical or unknown fault", "Technische of onbekende storing"),
    Cause.THIRD_PARTY: Words("Third party, such as a courier", "Derde partij, zoals een bezorger"),
    Cause.WAITING_ON_TEAM: Words("Waiting on another team", "Wachten op een ander team"),
    Cause.UNIQUE_CASE: Words("Case that had not come up before", "Geval dat niet eerder voorkwam"),
    Cause.CUSTOMER_DECLINES: Words("Customer does not accept the solution", "Klant aanvaardt de oplossing niet"),
    Cause.COMPETITOR_EXPECTATIONS: Words(
        "Expectations raised by competitors", "Verwachtingen gewekt door concurrenten"
    ),
}

_NATURE_LABELS = {
    Nature.COACHABLE: Words("Can be coached", "Te verbeteren met coaching"),
    Nature.SYSTEMIC: Words("Lies with the organisation", "Ligt bij de organisatie"),
}
