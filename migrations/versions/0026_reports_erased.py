"""A coaching report can be erased: its row stays, its file does not."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_STATE = "ck_coaching_reports_reportstate"
_BEFORE = ("making", "ready", "seen", "failed")


def upgrade() -> None:
    _allow((*_BEFORE, "erased"))


def downgrade() -> None:
    # Before, a report without a file was one that could not be made.
    op.execute("UPDATE coaching_reports SET state = 'failed' WHERE state = 'erased'")
    _allow(_BEFORE)


def _allow(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("coaching_reports") as batch:
        batch.drop_constraint(op.f(_STATE), type_="check")
        batch.create_check_constraint(op.f(_STATE), f"state IN ({listed})")
