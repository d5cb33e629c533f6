"""A turn knows whether its role was said by hand, so that a later transcription keeps it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and dropping the old one takes what refers to it along.
    op.add_column("turns", sa.Column("role_by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("turns", "role_by_hand")
