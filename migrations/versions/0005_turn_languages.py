"""A turn in another language than its transcript's says which."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("language", sa.String(length=2), nullable=True))


def downgrade() -> None:
    op.drop_column("turns", "language")
