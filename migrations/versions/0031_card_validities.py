"""What the scores of a card say of customers is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "card_validities",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("scorecard_id", _NUMBER, nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecards.id"],
            name=op.f("fk_card_validities_scorecard_id_scorecards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_validities")),
        sa.UniqueConstraint("scorecard_id", name=op.f("uq_card_validities_scorecard_id")),
    )


def downgrade() -> None:
    op.drop_table("card_validities")
