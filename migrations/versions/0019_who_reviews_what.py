"""Work is claimed from a pool, given to another, set aside during absences, and picked on purpose."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("plans", sa.Column("pooled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("evaluations", sa.Column("claimed_until", _MOMENT, nullable=True))
    op.create_index(
        "uq_evaluations_one_claim",
        "evaluations",
        ["draw_item_id"],
        unique=True,
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.create_table(
        "reviewer_absences",
        sa.Column("id", _NUMBER, nullable=False),
        *_reference("reviewer_absences", "user_id", "users", nullable=False, ondelete="CASCADE"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("noted_at", _MOMENT, nullable=False),
        *_reference("reviewer_absences", "noted_by_id", "users"),
        sa.CheckConstraint(
            "last_on IS NULL OR first_on <= last_on", name=op.f("ck_reviewer_absences_absence_forward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_absences")),
    )
    op.create_index(op.f("ix_reviewer_absences_user_id"), "reviewer_absences", ["user_id"])
    op.create_table(
        "evaluation_handovers",
        sa.Column("id", _NUMBER, nullable=False),
        *_reference("evaluation_handovers", "evaluation_id", "evaluations", nullable=False, ondelete="CASCADE"),
        *_reference("evaluation_handovers", "from_reviewer_id", "users", nullable=False),
        *_reference("evaluation_handovers", "to_reviewer_id", "users", nullable=False),
        sa.Column("cause", _choice("handovercause", "given", "absent", "expired"), nullable=False),
        *_reference("evaluation_handovers", "given_by_id", "users"),
        sa.Column("given_at", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("played", sa.JSON(), nullable=True),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("saved_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "from_reviewer_id <> to_reviewer_id", name=op.f("ck_evaluation_handovers_given_to_another")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_handovers")),
    )
    for column in ("evaluation_id", "from_reviewer_id", "to_reviewer_id"):
        op.create_index(op.f(f"ix_evaluation_handovers_{column}"), "evaluation_handovers", [column])
    op.create_table(
        "handouts",
        sa.Column("id", _NUMBER, nullable=False),
        *_reference("handouts", "draw_id", "draws", nullable=False, ondelete="CASCADE"),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handouts")),
    )
    op.create_index(op.f("ix_handouts_draw_id"), "handouts", ["draw_id"])
    op.create_table(
        "picks",
        sa.Column("id", _NUMBER, nullable=False),
        *_reference("picks", "picked_by_id", "users"),
        sa.Column("picked_at", _MOMENT, nullable=False),
        sa.Column("purpose", _choice("purpose", "development", "appraisal", "programme"), nullable=False),
        *_reference("picks", "card_version_id", "card_versions", nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("reviewer_ids", sa.JSON(), nullable=False),
        sa.CheckConstraint("purpose <> 'appraisal'", name=op.f("ck_picks_never_for_appraisal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picks")),
    )
    op.create_table(
        "picked_items",
        sa.Column("id", _NUMBER, nullable=False),
        *_reference("picked_items", "pick_id", "picks", nullable=False, ondelete="CASCADE"),
        *_reference("picked_items", "interaction_id", "interactions", nullable=False),
        *_reference("picked_items", "evaluation_id", "evaluations", nullable=False, ondelete="CASCADE"),
        sa.Column("reason", _choice("pickreason", "silence", "hold", "wait", "phrase", "choice"), nullable=False),
        sa.Column("length_ms", sa.Integer(), nullable=True),
        sa.Column("phrase", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picked_items")),
        sa.UniqueConstraint("pick_id", "interaction_id", name=op.f("uq_picked_items_pick_id_interaction_id")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_picked_items_evaluation_id")),
    )
    op.create_index(op.f("ix_picked_items_pick_id"), "picked_items", ["pick_id"])
    op.create_index(op.f("ix_picked_items_interaction_id"), "picked_items", ["interaction_id"])


def downgrade() -> None:
    for table in ("picked_items", "picks", "handouts", "evaluation_handovers", "reviewer_absences"):
        op.drop_table(table)
    op.drop_index(
        "uq_evaluations_one_claim",
        table_name="evaluations",
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.drop_column("evaluations", "claimed_until")
    op.drop_column("plans", "pooled")


def _choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _reference(table, column, other, *, nullable=True, ondelete=None):
    return (
        sa.Column(column, _NUMBER, nullable=nullable),
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
        ),
    )
