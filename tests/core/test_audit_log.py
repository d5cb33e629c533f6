"""The audit log can be appended to and read, never changed, and a change by other means is found."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from qa import audit
from qa.act import Act
from qa.audit.models import AuditEntry
from tests.makers import Makers


def test_an_untouched_log_verifies(act: Act, make: Makers) -> None:
    team = make.team()
    for number in range(5):
        audit.record(act, "team.counted", team, number=number)
    assert audit.verify(act) == audit.Verification(entries=5, broken_at=None)


def test_the_database_refuses_an_update(act: Act, make: Makers) -> None:
    audit.record(act, "team.added", make.team())
    with pytest.raises(DBAPIError, match="append-only"), act.session.begin_nested():
        act.session.execute(update(AuditEntry).values(action="nothing.happened"))


def test_the_database_refuses_a_delete(act: Act, make: Makers) -> None:
    audit.record(act, "team.added", make.team())
    with pytest.raises(DBAPIError, match="append-only"), act.session.begin_nested():
        act.session.execute(delete(AuditEntry))


def test_an_entry_changed_behind_the_databases_back_is_found(act: Act, make: Makers) -> None:
    for number in range(3):
        audit.record(act, "team.counted", make.team(), number=number)
    second = act.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id).offset(1)).first()
    if act.session.get_bind().dialect.name == "sqlite":
        act.session.execute(text("DROP TRIGGER audit_entries_no_update"))
    else:
        act.session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_no_change"))
    act.session.execute(update(AuditEntry).where(AuditEntry.id == second).values(action="team.forgotten"))
    act.session.expire_all()
    assert audit.verify(act).broken_at == second
