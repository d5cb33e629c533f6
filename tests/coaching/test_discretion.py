"""What a report does not tell: colleagues' names, however many there are and however they are written."""

from qa.coaching.discretion import Discretion, Names
from qa.i18n import Language

COLLEAGUES = ["Bram Bos", "Jan-Willem 't Hart", "İbrahim Öz", "de Wit", *(f"Agent{n} Number{n}" for n in range(500))]


def hidden(said: str) -> str:
    return Discretion(language=Language.EN, own_name="Anna Bos", names=Names(COLLEAGUES)).text(said)


def test_colleagues_are_hidden_by_their_whole_name_in_any_case_and_by_a_part_as_it_is_written() -> None:
    assert hidden("ask bram  bos about it") == "ask [a colleague] about it"
    assert hidden("Bram knows, and jan-willem 't hart too.") == "[a colleague] knows, and [a colleague] too."
    assert hidden("IBRAHIM ÖZ called") == "[a colleague] called"
    assert hidden("Agent7 Number7 and Agent499") == "[a colleague] and [a colleague]"
    assert hidden("DE WIT") == "[a colleague]"


def test_ones_own_name_and_other_words_stay() -> None:
    assert hidden("Anna Bos spoke of the hart and the bram") == "Anna Bos spoke of the hart and the bram"
    assert hidden("Bramble, dewit, Agent70000") == "Bramble, dewit, Agent70000"
