"""What weeks hold of draws by the month, and months of those by the week, is kept beside the whole draws."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draw_pieces",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("draw_id", _NUMBER, nullable=False),
        sa.Column("team", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("share", sa.JSON(), nullable=True),
        sa.Column("agents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draws.id"], name=op.f("fk_draw_pieces_draw_id_draws"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_pieces")),
        sa.UniqueConstraint(
            "draw_id", "team", "starts_at", "ends_at", name=op.f("uq_draw_pieces_draw_id_team_starts_at_ends_at")
        ),
    )
    # What was counted still stands until then; a state that no draw is in makes the hourly job count it.
    op.execute("UPDATE draw_sums SET state = ''")


def downgrade() -> None:
    op.drop_table("draw_pieces")
