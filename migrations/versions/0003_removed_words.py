"""Words that a recogniser invented are kept beside the transcript they were left out of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and dropping the old one takes its turns along.
    op.add_column("transcripts", sa.Column("removed", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("transcripts", "removed")
