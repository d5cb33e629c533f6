"""The last states of a draft are kept, so that changes can be undone; disputes can be given to another judge."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("card_versions", sa.Column("step", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "card_draft_steps",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["card_versions.id"],
            name=op.f("fk_card_draft_steps_version_id_card_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_draft_steps")),
        sa.UniqueConstraint("version_id", "place", name=op.f("uq_card_draft_steps_version_id_place")),
    )
    op.create_table(
        "dispute_handovers",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("dispute_id", _NUMBER, nullable=False),
        sa.Column("from_judge_id", _NUMBER, nullable=False),
        sa.Column("to_judge_id", _NUMBER, nullable=False),
        sa.Column("given_by_id", _NUMBER, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("had_scored", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("from_judge_id <> to_judge_id", name=op.f("ck_dispute_handovers_given_to_another")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_handovers_dispute_id_disputes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_judge_id"], ["users.id"], name=op.f("fk_dispute_handovers_from_judge_id_users")
        ),
        sa.ForeignKeyConstraint(["to_judge_id"], ["users.id"], name=op.f("fk_dispute_handovers_to_judge_id_users")),
        sa.ForeignKeyConstraint(["given_by_id"], ["users.id"], name=op.f("fk_dispute_handovers_given_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_handovers")),
    )
    op.create_index(op.f("ix_dispute_handovers_dispute_id"), "dispute_handovers", ["dispute_id"])
    op.create_index(op.f("ix_dispute_handovers_from_judge_id"), "dispute_handovers", ["from_judge_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_dispute_handovers_from_judge_id"), table_name="dispute_handovers")
    op.drop_index(op.f("ix_dispute_handovers_dispute_id"), table_name="dispute_handovers")
    op.drop_table("dispute_handovers")
    op.drop_table("card_draft_steps")
    op.drop_column("card_versions", "step")
