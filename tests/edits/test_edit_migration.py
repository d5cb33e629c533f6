"""Going back to tables without edits, turns read as they were heard."""

from dataclasses import replace

from sqlalchemy import Engine, text

from qa import migrate
from qa.auth.roles import Role
from qa.interactions.kinds import AuthorRole
from tests.conftest import Stored
from tests.edits.editing import SAID, give, newest, write


def test_without_edits_turns_read_as_they_were_heard(stored: Stored, engine: Engine) -> None:
    with stored() as make:
        call = make.interaction()
        make.transcript(call, SAID)
        act = replace(make.act, actor=make.user(Role.SUPERVISOR))
        write(act, newest(act, call.id), turn=1, words=(1, 2), typed="invoice")
        give(act, newest(act, call.id), turn=2, words=(6, 8), role=AuthorRole.CUSTOMER)

    migrate.downgrade(engine, revision="0014-1")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT role, text, start_ms, end_ms FROM turns ORDER BY position")).all()
    migrate.upgrade(engine)

    assert [(role, said) for role, said, _start, _end in found] == SAID
    assert [(start, end) for _role, _said, start, end in found] == [(0, 4000), (4000, 8000), (8000, 12000)]
