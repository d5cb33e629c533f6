"""Plans draw with unequal chances or as days pass."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plans", sa.Column("risk_points", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
    # Written out, because SQLite takes the check of an added column only together with the column.
    op.execute(
        "ALTER TABLE plans ADD COLUMN rolling_bp INTEGER "
        "CONSTRAINT ck_plans_rolling_sensible CHECK (rolling_bp BETWEEN 1 AND 10000)"
    )
    op.add_column("draws", sa.Column("rolls", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("draws", "rolls")
    op.drop_column("plans", "rolling_bp")
    op.drop_column("plans", "risk_points")
