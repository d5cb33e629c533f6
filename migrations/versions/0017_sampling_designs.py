"""Plans say whom they are about, how they divide and spread a sample, and how much each reviewer does; erasing is dated."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LISTS = ("agent_ids", "queues", "directions", "languages", "source_ids", "weekdays")

# Written out, because SQLite takes the checks of an added column only together with the column.
_CHECKED = (
    ("since_minute", "INTEGER", "since_minute_in_day", "since_minute BETWEEN 0 AND 1439"),
    ("until_minute", "INTEGER", "until_minute_in_day", "until_minute BETWEEN 1 AND 1440"),
    ("anchor_nth", "INTEGER", "anchor_nth_sensible", "anchor_nth BETWEEN 1 AND 5"),
    (
        "anchor_weekday",
        "INTEGER",
        "anchor_whole",
        "(anchor_nth IS NULL) = (anchor_weekday IS NULL) AND (anchor_nth IS NULL OR period = 'month')",
    ),
    (
        "allocation",
        "VARCHAR(40) DEFAULT 'each' NOT NULL",
        "allocation",
        "allocation IN ('each', 'share', 'proportional', 'neyman', 'budget')",
    ),
    ("share_bp", "INTEGER DEFAULT 500 NOT NULL", "share_sensible", "share_bp BETWEEN 1 AND 10000"),
    ("total", "INTEGER DEFAULT 100 NOT NULL", "total_sensible", "total BETWEEN 1 AND 100000"),
    ("budget_minutes", "INTEGER DEFAULT 600 NOT NULL", "budget_sensible", "budget_minutes BETWEEN 1 AND 1000000"),
    ("minimum", "INTEGER DEFAULT 1 NOT NULL", "minimum_sensible", "minimum BETWEEN 1 AND 1000"),
    ("parts", "INTEGER DEFAULT 1 NOT NULL", "parts_sensible", "parts BETWEEN 1 AND 31"),
)


def upgrade() -> None:
    for name in _LISTS:
        op.add_column("plans", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    for name in ("with_transcript", "not_evaluated"):
        op.add_column("plans", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("plans", sa.Column("strata", sa.JSON(), nullable=False, server_default='["agent"]'))
    op.add_column("plans", sa.Column("fill", sa.String(length=200), nullable=False, server_default=""))
    for name, kind, rule, check in _CHECKED:
        op.execute(f"ALTER TABLE plans ADD COLUMN {name} {kind} CONSTRAINT ck_plans_{rule} CHECK ({check})")
    op.execute(
        "ALTER TABLE plan_reviewers ADD COLUMN goal INTEGER "
        "CONSTRAINT ck_plan_reviewers_goal_positive CHECK (goal BETWEEN 1 AND 10000)"
    )
    op.add_column("interactions", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE interactions SET erased_at = (SELECT max(at) FROM audit_entries "
        "WHERE action = 'interaction.erased' AND subject_kind = 'interactions' AND subject_id = interactions.id) "
        "WHERE id IN (SELECT subject_id FROM audit_entries WHERE action = 'interaction.erased' "
        "AND subject_kind = 'interactions')"
    )


def downgrade() -> None:
    op.drop_column("interactions", "erased_at")
    op.drop_column("plan_reviewers", "goal")
    for name, _kind, _rule, _check in reversed(_CHECKED):
        op.drop_column("plans", name)
    for name in ("fill", "strata", "not_evaluated", "with_transcript", *reversed(_LISTS)):
        op.drop_column("plans", name)
