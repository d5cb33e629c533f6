"""Taking answers in: once each, corrected by a corrected line, waiting for their interaction, numbers hidden, nothing lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.errors import ForbiddenError
from qa.feedback import service
from qa.feedback.batch import GivenSurvey, ingest_surveys, refusal_text
from qa.feedback.models import CustomerAnswer
from qa.feedback.service import Taken
from qa.feedback.values import IncomingAnswer
from qa.i18n import Language, say
from qa.interactions.conversations import add_conversation
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.values import IncomingConversation, IncomingMessage
from qa.privacy.erasure import erase_interaction
from tests.makers import Makers


def take(act: Act, folder: Path, text: str, *, source: str = "upload") -> tuple[Counter[Taken], list[str]]:
    path = folder / "answers.csv"
    path.write_text(text)

    @contextmanager
    def opened() -> Iterator[Act]:
        with act.session.begin_nested():
            yield act

    counts: Counter[Taken] = Counter()
    refusals: list[str] = []
    for piece in ingest_surveys(opened, [path], given=GivenSurvey(source)):
        counts += piece.stored.counts
        refusals += [say(refusal_text(piece.file, one), Language.EN) for one in piece.stored.refusals]
    return counts, refusals


def answers(act: Act) -> list[CustomerAnswer]:
    return list(act.session.scalars(select(CustomerAnswer).order_by(CustomerAnswer.id)))


def test_answers_find_their_interaction_and_are_stored_once(act: Act, make: Makers, tmp_path: Path) -> None:
    call = make.interaction(reference="G-1")
    text = "reference,id,csat,resolved,comment\nG-1,r1,4,no,It took long\nG-2,r2,5,yes,\nG-3,r3,,,\n"
    counts, refusals = take(act, tmp_path, text)
    assert refusals == []
    assert counts == {Taken.ADDED: 1, Taken.WAITING: 2}
    first, second, third = answers(act)
    assert (first.interaction_id, first.csat_bp, first.csat_given, first.resolved) == (call.id, 7500, "4", False)
    assert (first.answered_at, first.language) == (act.now, "en")
    assert second.interaction_id is None
    assert (third.invited, third.answered_at) == (True, None)
    again, _none = take(act, tmp_path, text)
    assert again == {Taken.KNOWN: 3}
    assert len(answers(act)) == 3
    entries = list(act.session.scalars(select(AuditEntry).where(AuditEntry.action == "answers.taken_in")))
    assert [entry.data for entry in entries] == [{"added": 1, "waiting": 2, "changed": 0}]


def test_a_corrected_line_changes_what_it_tells_and_silence_takes_nothing_away(
    act: Act, make: Makers, tmp_path: Path
) -> None:
    make.interaction(reference="G-1")
    take(act, tmp_path, "reference,id,csat,comment\nG-1,r1,2,Slow\n")
    counts, _none = take(act, tmp_path, "reference,id,csat,csat_scale,nps\nG-1,r1,30,0-100,6\n")
    assert counts == {Taken.CHANGED: 1}
    [kept] = answers(act)
    assert (kept.csat_given, kept.csat_highest, kept.csat_bp, kept.nps, kept.comment) == ("30", 100, 3000, 6, "Slow")
    assert kept.changed_at == act.now
    counts, _none = take(act, tmp_path, "reference,id,csat\nG-1,r1,\n")
    assert counts == {Taken.KNOWN: 1}
    assert kept.csat_bp == 3000


def test_without_a_number_of_its_own_an_interaction_has_one_answer(act: Act, make: Makers, tmp_path: Path) -> None:
    make.interaction(reference="G-1")
    counts, _none = take(act, tmp_path, "reference,csat\nG-1,2\nG-1,3\n")
    assert counts == {Taken.ADDED: 1, Taken.CHANGED: 1}
    [kept] = answers(act)
    assert kept.csat_given == "3"


def test_an_answer_that_came_first_waits_and_is_linked_when_the_interaction_comes(
    act: Act, make: Makers, tmp_path: Path
) -> None:
    agent, chats = make.agent(), make.source("chats")
    take(act, tmp_path, "reference,source,id,csat\nC-7,chats,r1,1\nC-7,telephone,r2,5\nC-7,,r3,3\n")
    sent = act.now - timedelta(days=1)
    conversation = IncomingConversation(
        "C-7", Channel.CHAT, agent.reference or "", sent,
        (IncomingMessage(0, AuthorRole.CUSTOMER, "Ada", sent, "Hello"), IncomingMessage(1, AuthorRole.AGENT, agent.name, sent, "Hi")),
    )  # fmt: skip
    came = add_conversation(act, conversation, source=chats, file="chats.jsonl").interaction_id
    act.session.expire_all()
    assert [one.interaction_id for one in answers(act)] == [came, None, came]


def test_a_reference_that_several_sources_use_needs_the_source(act: Act, make: Makers, tmp_path: Path) -> None:
    one = make.interaction(reference="7")
    other = make.interaction(reference="7", source_id=make.source("chats").id)
    counts, [refusal] = take(act, tmp_path, "reference,id,source,csat\n7,r1,,4\n7,r2,Chats,4\n")
    assert counts == {Taken.ADDED: 1, Taken.REFUSED: 1}
    assert "line 2: Several sources" in refusal
    assert answers(act)[0].interaction_id == other.id
    counts, _none = take(act, tmp_path, "reference,id,csat\n7,r3,4\n", source="telephone")
    assert answers(act)[1].interaction_id == one.id


def test_numbers_in_comments_are_hidden_before_they_are_stored(act: Act, make: Makers, tmp_path: Path) -> None:
    make.interaction(reference="G-1")
    take(
        act, tmp_path, "reference,comment,language\nG-1,Mijn rekening is NL91 ABNA 0417 1643 00 en dat klopt niet,nl\n"
    )
    [kept] = answers(act)
    assert "0417" not in kept.comment
    assert kept.comment.startswith("Mijn rekening is [")
    assert (kept.csat_bp, kept.language) == (None, "nl")


def test_what_was_erased_stays_erased(act: Act, make: Makers, tmp_path: Path) -> None:
    call = make.interaction(reference="G-1")
    take(act, tmp_path, "reference,id,csat,comment\nG-1,r1,2,Yusuf was rude\n")
    erase_interaction(act, call)
    act.session.flush()
    [kept] = answers(act)
    assert (kept.comment, kept.csat_bp) == ("", 2500)
    counts, [refusal] = take(act, tmp_path, "reference,id,csat,comment\nG-1,r1,2,Yusuf was rude\n")
    assert counts == {Taken.REFUSED: 1}
    assert "was erased" in refusal
    assert kept.comment == ""


def test_who_may_not_take_in_is_refused(act: Act, make: Makers) -> None:
    mine = replace(act, actor=make.agent())
    with pytest.raises(ForbiddenError):
        service.store_answers(mine, [IncomingAnswer(2, "G-1")], source=make.source())


def test_a_long_file_goes_in_piece_by_piece(act: Act, make: Makers, tmp_path: Path) -> None:
    make.interaction(reference="G-0")
    lines = "".join(f"G-{number},r{number},{number % 6}\n" for number in range(1300))
    counts, refusals = take(act, tmp_path, "reference,id,csat\n" + lines)
    assert counts == {Taken.WAITING: 1083, Taken.REFUSED: 217}
    assert len(refusals) == 217
    assert len(answers(act)) == 1083
