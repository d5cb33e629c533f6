"""Comment templates: texts for comments at a criterion, own and shared."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "comment_templates",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("owner_id", _NUMBER, nullable=True),
        sa.Column("scorecard_id", _NUMBER, nullable=True),
        sa.Column("criterion", sa.String(length=60), nullable=True),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("text_nl", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "criterion IS NULL OR scorecard_id IS NOT NULL", name=op.f("ck_comment_templates_criterion_has_card")
        ),
        sa.CheckConstraint("length(text_en) > 0 OR length(text_nl) > 0", name=op.f("ck_comment_templates_has_text")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_comment_templates_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name=op.f("fk_comment_templates_scorecard_id_scorecards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_templates")),
    )
    op.create_index(op.f("ix_comment_templates_owner_id"), "comment_templates", ["owner_id"])
    op.create_index(op.f("ix_comment_templates_scorecard_id"), "comment_templates", ["scorecard_id"])


def downgrade() -> None:
    op.drop_table("comment_templates")
