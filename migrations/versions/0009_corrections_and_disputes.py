"""Evaluations can be corrected, disputed and scored by their agents; each in tables of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("evaluation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "scored",
                "settled",
                "withdrawn",
                name="disputestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("could_have_seen", sa.Boolean(), nullable=False),
        sa.Column("blind_marks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("blind_revision", sa.Integer(), nullable=False),
        sa.Column("blind_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted", "partly", "rejected", name="decision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(state = 'settled') = (outcome IS NOT NULL)", name=op.f("ck_disputes_settled_has_outcome")),
        sa.CheckConstraint(
            "(state IN ('scored', 'settled')) = (blind_at IS NOT NULL)", name=op.f("ck_disputes_scored_has_time")
        ),
        sa.CheckConstraint(
            "(state IN ('settled', 'withdrawn')) = (settled_at IS NOT NULL)", name=op.f("ck_disputes_settled_has_time")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'withdrawn') OR judge_id IS NOT NULL", name=op.f("ck_disputes_scored_by_a_judge")
        ),
        sa.CheckConstraint("(judge_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_disputes_taken_has_time")),
        sa.CheckConstraint(
            "judge_id IS NULL OR judge_id <> agent_id", name=op.f("ck_disputes_never_judged_by_the_agent")
        ),
        sa.CheckConstraint(
            "judge_id IS NULL OR judge_id <> reviewer_id", name=op.f("ck_disputes_never_judged_by_the_reviewer")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_disputes_agent_id_users")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_disputes_evaluation_id_evaluations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["judge_id"], ["users.id"], name=op.f("fk_disputes_judge_id_users")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_disputes_reviewer_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_agent_id"), "disputes", ["agent_id"], unique=False)
    op.create_index(op.f("ix_disputes_evaluation_id"), "disputes", ["evaluation_id"], unique=False)
    op.create_index("ix_disputes_judge_state", "disputes", ["judge_id", "state"], unique=False)
    op.create_index(op.f("ix_disputes_reviewer_id"), "disputes", ["reviewer_id"], unique=False)
    op.create_index(
        "uq_disputes_one_unsettled",
        "disputes",
        ["evaluation_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'scored')"),
        postgresql_where=sa.text("state IN ('open', 'scored')"),
    )
    op.create_table(
        "evaluation_revisions",
        sa.Column("evaluation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("agent_comment", sa.String(), nullable=False),
        sa.Column("quality_bp", sa.Integer(), nullable=True),
        sa.Column("final_bp", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("critical_failed", sa.Boolean(), nullable=False),
        sa.Column("computation", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "correction", "dispute", name="retractioncause", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "final_bp IS NULL OR final_bp BETWEEN 0 AND 10000", name=op.f("ck_evaluation_revisions_final_in_range")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_evaluation_revisions_numbered_from_one")),
        sa.CheckConstraint(
            "quality_bp IS NULL OR quality_bp BETWEEN 0 AND 10000",
            name=op.f("ck_evaluation_revisions_quality_in_range"),
        ),
        sa.CheckConstraint("scored_at <= retracted_at", name=op.f("ck_evaluation_revisions_retracted_after_scored")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_revisions_evaluation_id_evaluations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["retracted_by_id"], ["users.id"], name=op.f("fk_evaluation_revisions_retracted_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_revisions")),
        sa.UniqueConstraint("evaluation_id", "number", name=op.f("uq_evaluation_revisions_evaluation_id_number")),
    )
    op.create_index(
        op.f("ix_evaluation_revisions_evaluation_id"), "evaluation_revisions", ["evaluation_id"], unique=False
    )
    op.create_table(
        "self_evaluations",
        sa.Column("evaluation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "submitted", "declined", name="selfstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("final_bp", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_self_evaluations_closed_has_time")),
        sa.CheckConstraint(
            "state = 'submitted' OR final_bp IS NULL", name=op.f("ck_self_evaluations_scored_when_submitted")
        ),
        sa.CheckConstraint(
            "final_bp IS NULL OR final_bp BETWEEN 0 AND 10000", name=op.f("ck_self_evaluations_final_in_range")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_self_evaluations_agent_id_users")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_self_evaluations_asked_by_id_users")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_self_evaluations_evaluation_id_evaluations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_evaluations")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_self_evaluations_evaluation_id")),
    )
    op.create_index(op.f("ix_self_evaluations_agent_id"), "self_evaluations", ["agent_id"], unique=False)
    op.create_table(
        "disputed_criteria",
        sa.Column("dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("stood", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("claim", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accepted", "partly", "rejected", name="decision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_disputed_criteria_dispute_id_disputes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputed_criteria")),
        sa.UniqueConstraint("dispute_id", "criterion", name=op.f("uq_disputed_criteria_dispute_id_criterion")),
    )
    op.create_index(op.f("ix_disputed_criteria_dispute_id"), "disputed_criteria", ["dispute_id"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_disputed_criteria_dispute_id"), table_name="disputed_criteria")
    op.drop_table("disputed_criteria")
    op.drop_index(op.f("ix_self_evaluations_agent_id"), table_name="self_evaluations")
    op.drop_table("self_evaluations")
    op.drop_index(op.f("ix_evaluation_revisions_evaluation_id"), table_name="evaluation_revisions")
    op.drop_table("evaluation_revisions")
    op.drop_index(
        "uq_disputes_one_unsettled",
        table_name="disputes",
        sqlite_where=sa.text("state IN ('open', 'scored')"),
        postgresql_where=sa.text("state IN ('open', 'scored')"),
    )
    op.drop_index(op.f("ix_disputes_reviewer_id"), table_name="disputes")
    op.drop_index("ix_disputes_judge_state", table_name="disputes")
    op.drop_index(op.f("ix_disputes_evaluation_id"), table_name="disputes")
    op.drop_index(op.f("ix_disputes_agent_id"), table_name="disputes")
    op.drop_table("disputes")
