"""Interactions can be under legal hold, and plans can leave those out; sound and evaluations are erased apart from words."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: What finds what is past its term among all that was erased before.
_KEPT = (
    ("interactions", "ix_interactions_words_kept", "started_at", "erased_at IS NULL"),
    ("interactions", "ix_interactions_sound_kept", "started_at", "sound_erased_at IS NULL"),
    ("evaluations", "ix_evaluations_texts_kept", "submitted_at", "erased_at IS NULL"),
)


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("interaction_id", _NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by_id", _NUMBER, nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", _NUMBER, nullable=True),
        sa.Column("lift_reason", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "lifted_at IS NOT NULL OR lifted_by_id IS NULL", name=op.f("ck_legal_holds_lifted_has_time")
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_legal_holds_interaction_id_interactions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["placed_by_id"], ["users.id"], name=op.f("fk_legal_holds_placed_by_id_users")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["users.id"], name=op.f("fk_legal_holds_lifted_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_interaction_id"), "legal_holds", ["interaction_id"])
    op.create_index(
        "uq_legal_holds_one_standing",
        "legal_holds",
        ["interaction_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.add_column("plans", sa.Column("not_held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("interactions", sa.Column("sound_erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("evaluations", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE interactions SET sound_erased_at = erased_at WHERE erased_at IS NOT NULL")
    # Nothing can be played of what is gone.
    op.execute(
        "UPDATE recordings SET playable_key = NULL, playable_type = NULL "
        "WHERE interaction_id IN (SELECT id FROM interactions WHERE erased_at IS NOT NULL)"
    )
    op.execute(
        "UPDATE evaluations SET erased_at = "
        "(SELECT i.erased_at FROM interactions i WHERE i.id = evaluations.interaction_id) "
        "WHERE interaction_id IN (SELECT id FROM interactions WHERE erased_at IS NOT NULL)"
    )
    for table, name, column, kept in _KEPT:
        op.create_index(name, table, [column], sqlite_where=sa.text(kept), postgresql_where=sa.text(kept))


def downgrade() -> None:
    for table, name, _column, _kept in _KEPT:
        op.drop_index(name, table)
    op.drop_column("evaluations", "erased_at")
    op.drop_column("interactions", "sound_erased_at")
    op.drop_column("plans", "not_held")
    op.drop_table("legal_holds")
