"""An evaluation keeps which stretches of its recording its reviewer played; of earlier ones that is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evaluations", sa.Column("played", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("evaluations", "played")
