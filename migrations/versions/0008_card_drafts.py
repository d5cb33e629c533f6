"""Drafts of scorecards are saved over and over; what a published version said before is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("card_versions", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("card_versions", sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "card_wordings",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["users.id"], name=op.f("fk_card_wordings_replaced_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["card_versions.id"], name=op.f("fk_card_wordings_version_id_card_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_wordings")),
    )
    op.create_index(op.f("ix_card_wordings_version_id"), "card_wordings", ["version_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_card_wordings_version_id"), table_name="card_wordings")
    op.drop_table("card_wordings")
    op.drop_column("card_versions", "saved_at")
    op.drop_column("card_versions", "revision")
