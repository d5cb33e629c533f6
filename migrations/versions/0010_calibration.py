"""Scores made to learn about the scoring itself: second ones, repeated ones, and those of calibration sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out, because SQLite takes the checks of an added column only together with the column.
    op.execute(
        "ALTER TABLE evaluations ADD COLUMN probe VARCHAR(40) "
        "CONSTRAINT ck_evaluations_probe CHECK (probe IN ('second', 'repeat', 'calibration')) "
        "CONSTRAINT ck_evaluations_probe_not_drawn CHECK (probe IS NULL OR kind = 'targeted') "
        "CONSTRAINT ck_evaluations_probe_not_released CHECK (probe IS NULL OR state IN ('open', 'submitted'))"
    )
    op.execute(
        "ALTER TABLE plans ADD COLUMN double_percent INTEGER DEFAULT 10 NOT NULL "
        "CONSTRAINT ck_plans_double_percent_sensible CHECK (double_percent BETWEEN 0 AND 100)"
    )
    op.create_table(
        "score_pairs",
        *_number(),
        *_reference("score_pairs", "first_id", "evaluations", ondelete="CASCADE"),
        *_reference("score_pairs", "second_id", "evaluations", ondelete="CASCADE"),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_score_pairs_two_scores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_pairs")),
        sa.UniqueConstraint("second_id", name=op.f("uq_score_pairs_second_id")),
    )
    op.create_index(op.f("ix_score_pairs_first_id"), "score_pairs", ["first_id"])
    op.create_table(
        "calibration_sessions",
        *_number(),
        sa.Column("name", sa.String(length=200), nullable=False),
        *_reference("calibration_sessions", "card_version_id", "card_versions"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_reference("calibration_sessions", "created_by_id", "users", nullable=True),
        sa.Column("locks_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= created_at", name=op.f("ck_calibration_sessions_closed_later")
        ),
        sa.CheckConstraint("locks_at > created_at", name=op.f("ck_calibration_sessions_locks_later")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_sessions")),
    )
    op.create_table(
        "calibration_items",
        *_number(),
        *_reference("calibration_items", "session_id", "calibration_sessions", ondelete="CASCADE"),
        *_reference("calibration_items", "interaction_id", "interactions"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_items")),
        sa.UniqueConstraint(
            "session_id", "interaction_id", name=op.f("uq_calibration_items_session_id_interaction_id")
        ),
        sa.UniqueConstraint("session_id", "position", name=op.f("uq_calibration_items_session_id_position")),
    )
    op.create_index(op.f("ix_calibration_items_interaction_id"), "calibration_items", ["interaction_id"])
    op.create_table(
        "calibration_reviewers",
        *_number(),
        *_reference("calibration_reviewers", "session_id", "calibration_sessions", ondelete="CASCADE"),
        *_reference("calibration_reviewers", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_reviewers")),
        sa.UniqueConstraint("session_id", "user_id", name=op.f("uq_calibration_reviewers_session_id_user_id")),
    )
    op.create_index(op.f("ix_calibration_reviewers_user_id"), "calibration_reviewers", ["user_id"])
    op.create_table(
        "calibration_scores",
        *_number(),
        *_reference("calibration_scores", "item_id", "calibration_items", ondelete="CASCADE"),
        *_reference("calibration_scores", "evaluation_id", "evaluations", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_scores")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_calibration_scores_evaluation_id")),
    )
    op.create_index(op.f("ix_calibration_scores_item_id"), "calibration_scores", ["item_id"])
    op.create_table(
        "calibration_decisions",
        *_number(),
        *_reference("calibration_decisions", "item_id", "calibration_items", ondelete="CASCADE"),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("consensus", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "none", "wording", "training", name="outcome", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        *_reference("calibration_decisions", "owner_id", "users", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'none') = (owner_id IS NULL)", name=op.f("ck_calibration_decisions_outcome_has_owner")
        ),
        sa.CheckConstraint(
            "(outcome = 'none') = (due_on IS NULL)", name=op.f("ck_calibration_decisions_outcome_has_date")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_decisions")),
        sa.UniqueConstraint("item_id", "criterion", name=op.f("uq_calibration_decisions_item_id_criterion")),
    )


def downgrade() -> None:
    for table in (
        "calibration_decisions",
        "calibration_scores",
        "calibration_reviewers",
        "calibration_items",
        "calibration_sessions",
        "score_pairs",
    ):
        op.drop_table(table)
    op.drop_column("plans", "double_percent")
    # What was made for comparison only has no place in the tables as they were before.
    op.execute("DELETE FROM evaluations WHERE probe IS NOT NULL")
    op.drop_column("evaluations", "probe")


def _number():
    return (sa.Column("id", _key(), nullable=False),)


def _reference(table, column, other, *, nullable=False, ondelete=None):
    return (
        sa.Column(column, _key(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete),
    )


def _key():
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
