"""What the choices of a scorecard are called in both languages."""

from enum import StrEnum

from scorecards.causes import Cause, Nature
from scorecards.definition import Channel, Effect, ErrorClass, Kind, PassRule
from scorecards.words import Words

LABELS: dict[StrEnum, Words] = {
    Kind.YES_NO: Words("Yes or no", "Ja of nee"),
    Kind.SCALE_3: Words("3-point scale", "3-puntsschaal"),
    Kind.SCALE_4: Words("4-point scale", "4-puntsschaal"),
    Kind.SCALE_5: Words("5-point scale", "5-puntsschaal"),
    Kind.NUMERIC: Words("Number", "Getal"),
    Kind.CHOICE: Words("Choice", "Keuze"),
    Kind.TEXT: Words("Free text, not scored", "Vrije tekst, telt niet mee"),
    Channel.PHONE: Words("Phone", "Telefoon"),
    Channel.EMAIL: Words("E-mail", "E-mail"),
    Channel.CHAT: Words("Live chat", "Livechat"),
    Channel.PORTAL: Words("Website or portal", "Website of portaal"),
    Channel.MESSAGING: Words("SMS and messaging apps", "Sms en berichtenapps"),
    Channel.SOCIAL: Words("Social media", "Webcare (sociale media)"),
    Channel.IN_PERSON: Words("In person", "Persoonlijk bezoek"),
    Channel.VIDEO: Words("Video call", "Videogesprek"),
    ErrorClass.CUSTOMER: Words("Hurts the customer", "Raakt de klant"),
    ErrorClass.BUSINESS: Words("Hurts the company", "Raakt het bedrijf"),
    ErrorClass.COMPLIANCE: Words("Breaks a rule", "Overtreedt een regel"),
    PassRule.EVERY_SECTION: Words("Every section reaches its threshold", "Elk onderdeel haalt de drempel"),
    PassRule.TOTAL: Words("The total reaches the pass mark", "Het totaal haalt de norm"),
    PassRule.BOTH: Words("Every section and the total", "Elk onderdeel en het totaal"),
    Effect.NONE: Words("Not critical", "Niet kritiek"),
    Effect.FLAG: Words("Flag it", "Markeren"),
    Effect.SECTION_ZERO: Words("Set the section to 0", "Onderdeel op 0 zetten"),
    Effect.CARD_ZERO: Words("Set the whole card to 0", "Hele kaart op 0 zetten"),
    Effect.CAP_AT: Words("Cap the score", "Score begrenzen"),
    **{cause: cause.label for cause in Cause},
    **{nature: nature.label for nature in Nature},
}


def label(choice: StrEnum) -> Words:
    """What ``choice`` is called; raises KeyError for a choice that has no label."""
    return LABELS[choice]
