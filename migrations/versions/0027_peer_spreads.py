"""How scores spread among peers is kept by the end of each period; contacts are kept of all teams and channels together too."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "peer_spreads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spreads", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_spreads")),
        sa.UniqueConstraint("until", name=op.f("uq_peer_spreads_until")),
    )
    _order_days(["team", "channel", "day"], before="day_team_channel", after="team_channel_day")
    # Finds a team's conversations of a period.
    op.drop_index("ix_interactions_team_id", "interactions")
    op.create_index("ix_interactions_team_started", "interactions", ["team_id", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_interactions_team_started", "interactions")
    op.create_index("ix_interactions_team_id", "interactions", ["team_id"])
    _order_days(["day", "team", "channel"], before="team_channel_day", after="day_team_channel")
    op.drop_table("peer_spreads")


def _order_days(columns: list[str], *, before: str, after: str) -> None:
    """Empty the days, which the hourly job counts anew, and find them by other columns first."""
    op.execute("DELETE FROM contact_days")
    op.execute("DELETE FROM contact_counts")
    with op.batch_alter_table("contact_days") as table:
        table.drop_constraint(op.f(f"uq_contact_days_{before}"), type_="unique")
        table.create_unique_constraint(op.f(f"uq_contact_days_{after}"), columns)
