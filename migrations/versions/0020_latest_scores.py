"""An agent's latest scores are found without looking at all of them."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NAME = "ix_evaluations_agent_submitted"


def upgrade() -> None:
    op.create_index(_NAME, "evaluations", ["agent_id", "submitted_at", "kind", "state"])


def downgrade() -> None:
    op.drop_index(_NAME, "evaluations")
