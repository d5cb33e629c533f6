"""Plans draw with unequal chances or as days pass."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plans", sa.Column("risk_points", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
    op.add_column("plans", sa.Column("share_bp", sa.Integer(), nullable=True))
    op.add_column("draws", sa.Column("rolls", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("draws", "rolls")
    op.drop_column("plans", "share_bp")
    op.drop_column("plans", "risk_points")
