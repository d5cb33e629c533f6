"""Which columns or fields a file with answers may have, and by which names they are known."""

from qa.interactions.reading.mapping import Guess, Wanted, guess_mapping
from qa.interactions.reading.tables import read_table

ANSWER_COLUMNS = (
    Wanted(
        "reference",
        (
            "interaction", "interaction id", "interactie", "conversation", "conversation id", "gesprek", "gesprek id", "gespreksnummer",
            "call id", "chat id", "contact id", "ticket", "ticket id", "ticketnummer", "case", "case id", "zaaknummer", "referentie",
            "kenmerk", "external reference", "externe referentie",
        ),
        required=True,
    ),
    Wanted("source", ("interaction source", "source name", "bron", "bron van de interactie", "system", "systeem")),
    Wanted("id", ("response id", "answer id", "survey id", "respons id", "antwoord id", "enquete id", "responseid", "record id")),
    Wanted(
        "answered_at",
        (
            "answered", "answer date", "response date", "recorded date", "submitted", "submitted at", "completed at", "end date",
            "beantwoord", "beantwoord op", "ingevuld op", "datum antwoord", "datum", "date", "timestamp", "tijdstip",
        ),
    ),
    Wanted("invited", ("asked", "uitgenodigd", "gevraagd", "invitation sent", "uitnodiging verstuurd")),
    Wanted("csat", ("satisfaction", "customer satisfaction", "rating", "tevredenheid", "klanttevredenheid", "rapportcijfer", "cijfer")),
    Wanted("csat_scale", ("scale", "schaal", "satisfaction scale", "schaal tevredenheid")),
    Wanted("nps", ("net promoter", "net promoter score", "recommend", "likelihood to recommend", "aanbevelen", "aanbeveling")),
    Wanted("ces", ("effort", "customer effort", "customer effort score", "ease", "gemak", "klantinspanning")),
    Wanted("resolved", ("solved", "resolution", "fcr", "opgelost", "vraag opgelost", "probleem opgelost")),
    Wanted("comment", ("comments", "remark", "feedback", "open answer", "verbatim", "opmerking", "toelichting", "open antwoord")),
    Wanted("language", ("taal", "lang", "locale", "user language")),
)  # fmt: skip

#: Of these a file holds one at least.
QUESTIONS = ("csat", "nps", "ces", "resolved", "comment")


def guess_answer_mapping(data: bytes, *, file: str) -> Guess:
    """Return the mapping the file's headers suggest, to be shown and corrected; raises ``InvalidError``."""
    return guess_mapping(read_table(data, file=file), wanted=ANSWER_COLUMNS)
