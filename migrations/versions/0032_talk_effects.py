"""What followed each coaching session is kept as the hourly job worked it out."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk_effects",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "talk_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey(
                "coaching_talks.id", name=op.f("fk_talk_effects_talk_id_coaching_talks"), ondelete="CASCADE"
            ),
            nullable=False,
        ),
        sa.Column(
            "agent_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("users.id", name=op.f("fk_talk_effects_agent_id_users")),
            nullable=False,
        ),
        sa.Column(
            "scorecard_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("scorecards.id", name=op.f("fk_talk_effects_scorecard_id_scorecards")),
            nullable=False,
        ),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_effects")),
        sa.UniqueConstraint(
            "talk_id",
            "agent_id",
            "scorecard_id",
            "criterion",
            name=op.f("uq_talk_effects_talk_id_agent_id_scorecard_id_criterion"),
        ),
    )
    op.create_index(op.f("ix_talk_effects_agent_id"), "talk_effects", ["agent_id"])
    op.create_index(op.f("ix_talk_effects_scorecard_id"), "talk_effects", ["scorecard_id"])


def downgrade() -> None:
    op.drop_table("talk_effects")
