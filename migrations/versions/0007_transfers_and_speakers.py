"""A source says how many people its mono calls hold; an interaction, how often its metadata says it was put through."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("max_speakers", sa.Integer(), nullable=False, server_default="2"))
    op.add_column("interactions", sa.Column("transfers", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("interactions", "transfers")
    op.drop_column("sources", "max_speakers")
