"""What customers answered is stored; plans and picks go by ratings too."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_REASON = "ck_picked_items_pickreason"
_BEFORE = ("silence", "hold", "wait", "phrase", "choice")
_BOUNDS = ("min_csat", "max_csat")
_AFTER = (*_BEFORE, "low_csat")


def upgrade() -> None:
    for name in _BOUNDS:
        op.execute(
            f"ALTER TABLE plans ADD COLUMN {name} INTEGER CONSTRAINT ck_plans_{name}_in_scale CHECK ({name} BETWEEN 0 AND 100)"
        )
    op.create_table(
        "customer_answers",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("source_id", _NUMBER, nullable=False),
        sa.Column("external_id", sa.String(length=620), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("interaction_source", sa.String(length=100), nullable=False),
        sa.Column("interaction_id", _NUMBER, nullable=True),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("csat_given", sa.String(length=20), nullable=True),
        sa.Column("csat_lowest", sa.Integer(), nullable=True),
        sa.Column("csat_highest", sa.Integer(), nullable=True),
        sa.Column("csat_bp", sa.Integer(), nullable=True),
        sa.Column("nps", sa.Integer(), nullable=True),
        sa.Column("ces", sa.Integer(), nullable=True),
        sa.Column("resolved", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "answered_at IS NOT NULL OR (csat_bp IS NULL AND nps IS NULL AND ces IS NULL AND resolved IS NULL)",
            name=op.f("ck_customer_answers_silence_says_nothing"),
        ),
        sa.CheckConstraint(
            "csat_bp IS NULL OR csat_bp BETWEEN 0 AND 10000", name=op.f("ck_customer_answers_csat_in_range")
        ),
        sa.CheckConstraint(
            "(csat_bp IS NULL) = (csat_given IS NULL) AND (csat_bp IS NULL) = (csat_lowest IS NULL) "
            "AND (csat_bp IS NULL) = (csat_highest IS NULL)",
            name=op.f("ck_customer_answers_csat_has_scale"),
        ),
        sa.CheckConstraint(
            "csat_lowest IS NULL OR csat_lowest < csat_highest", name=op.f("ck_customer_answers_scale_goes_up")
        ),
        sa.CheckConstraint("nps IS NULL OR nps BETWEEN 0 AND 10", name=op.f("ck_customer_answers_nps_in_range")),
        sa.CheckConstraint("ces IS NULL OR ces BETWEEN 1 AND 7", name=op.f("ck_customer_answers_ces_in_range")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_customer_answers_source_id_sources")),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_customer_answers_interaction_id_interactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_answers")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_customer_answers_source_id_external_id")),
    )
    op.create_index(op.f("ix_customer_answers_answered_at"), "customer_answers", ["answered_at"])
    op.create_index("ix_customer_answers_reference_interaction", "customer_answers", ["reference", "interaction_id"])
    op.create_index("ix_customer_answers_interaction_csat", "customer_answers", ["interaction_id", "csat_bp"])
    _allow(_AFTER)


def downgrade() -> None:
    op.execute(sa.text("UPDATE picked_items SET reason = 'choice' WHERE reason = 'low_csat'"))
    _allow(_BEFORE)
    op.drop_table("customer_answers")
    for name in reversed(_BOUNDS):
        op.drop_column("plans", name)


def _allow(reasons: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    with op.batch_alter_table("picked_items") as batch:
        batch.drop_constraint(op.f(_REASON), type_="check")
        batch.create_check_constraint(op.f(_REASON), f"reason IN ({listed})")
