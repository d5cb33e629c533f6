"""What dashboards show is kept counted, by draw and by day; how often somebody wants an e-mail about what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BY_REVIEWER = "ix_evaluations_reviewer_submitted"


def upgrade() -> None:
    op.create_table(
        "draw_sums",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("draw_id", _NUMBER, nullable=False),
        sa.Column("team", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draws.id"], name=op.f("fk_draw_sums_draw_id_draws"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_sums")),
        sa.UniqueConstraint("draw_id", "team", "channel", name=op.f("uq_draw_sums_draw_id_team_channel")),
    )
    op.create_table(
        "contact_days",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("team", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.Column("total_ms", _NUMBER, nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("unasked", sa.Integer(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("csat_sum", _NUMBER, nullable=False),
        sa.Column("csat_squares", _NUMBER, nullable=False),
        sa.Column("recommending", sa.Integer(), nullable=False),
        sa.Column("promoters", sa.Integer(), nullable=False),
        sa.Column("detractors", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.CheckConstraint("timed <= contacts", name=op.f("ck_contact_days_timed_among_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_days")),
        sa.UniqueConstraint("day", "team", "channel", name=op.f("uq_contact_days_day_team_channel")),
    )
    op.create_table(
        "contact_counts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest", _NUMBER, nullable=False),
        sa.Column("peers", sa.JSON(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_counts")),
    )
    op.create_table(
        "digest_choices",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("user_id", _NUMBER, nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum("day", "week", "never", name="rhythm", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_digest_choices_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_choices")),
        sa.UniqueConstraint("user_id", name=op.f("uq_digest_choices_user_id")),
    )
    # Finds a reviewer's scores by when they came in.
    op.create_index(_BY_REVIEWER, "evaluations", ["reviewer_id", "submitted_at", "kind", "probe"])


def downgrade() -> None:
    op.drop_index(_BY_REVIEWER, "evaluations")
    op.drop_table("digest_choices")
    op.drop_table("contact_counts")
    op.drop_table("contact_days")
    op.drop_table("draw_sums")
