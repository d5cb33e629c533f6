"""A recording knows its place in its conversation: when it begins, which part it is, which party it holds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBERS = ("offset_ms", "part", "parts", "side")


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and dropping the old one takes what refers to it along.
    op.add_column("recordings", sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
    for name in NUMBERS:
        op.add_column("recordings", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("recordings", sa.Column("party", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("party", *reversed(NUMBERS), "started_at"):
        op.drop_column("recordings", name)
