"""What a draw says of each agent is kept beside its sums; evaluations that wait, and second ones, are found by that."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draw_sums", sa.Column("agents", sa.JSON(), nullable=True))
    # What was counted still stands until then; a state that no draw is in makes the hourly job count it.
    op.execute("UPDATE draw_sums SET state = ''")
    op.create_index("ix_evaluations_state", "evaluations", ["state", "kind", "probe"])
    op.create_index(
        "ix_evaluations_probe",
        "evaluations",
        ["probe", "card_version_id"],
        sqlite_where=sa.text("probe IS NOT NULL"),
        postgresql_where=sa.text("probe IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_evaluations_probe", "evaluations")
    op.drop_index("ix_evaluations_state", "evaluations")
    op.drop_column("draw_sums", "agents")
