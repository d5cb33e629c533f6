"""Coaching sessions with their notes, clips and actions; kudos; and which e-mails were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)

_INDEXES = {
    "coaching_talks": ("coach_id", "evaluation_id", "planned_at"),
    "talk_agents": ("talk_id", "agent_id"),
    "talk_focuses": ("talk_id", "scorecard_id", "criterion"),
    "talk_notes": ("talk_id", "writer_id"),
    "talk_actions": ("talk_id",),
    "talk_clips": ("interaction_id", "talk_id"),
    "kudos": ("interaction_id", "agent_id", "giver_id"),
    "sent_mails": ("user_id",),
}


def upgrade() -> None:
    _create(
        "coaching_talks",
        sa.Column("kind", _choice("talkkind", "one_to_one", "group"), nullable=False),
        sa.Column("state", _choice("talkstate", "planned", "held", "cancelled"), nullable=False),
        sa.Column("occasion", _choice("occasion", "regular", "low_score", "asked", "other"), nullable=False),
        *_reference("coaching_talks", "coach_id", "users", nullable=False),
        *_reference("coaching_talks", "evaluation_id", "evaluations"),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("held_at", _MOMENT, nullable=True),
        sa.Column("cancelled_at", _MOMENT, nullable=True),
        _check("coaching_talks", "held_has_time", "(state = 'held') = (held_at IS NOT NULL)"),
        _check("coaching_talks", "cancelled_has_time", "(state = 'cancelled') = (cancelled_at IS NOT NULL)"),
        _check("coaching_talks", "minutes_sensible", "minutes BETWEEN 5 AND 480"),
    )
    op.create_index("ix_coaching_talks_state_planned", "coaching_talks", ["state", "planned_at"])
    _create(
        "talk_agents",
        *_reference("talk_agents", "talk_id", "coaching_talks", nullable=False, ondelete="CASCADE"),
        *_reference("talk_agents", "agent_id", "users", nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("talk_id", "agent_id", name=op.f("uq_talk_agents_talk_id_agent_id")),
    )
    _create(
        "talk_focuses",
        *_reference("talk_focuses", "talk_id", "coaching_talks", nullable=False, ondelete="CASCADE"),
        *_reference("talk_focuses", "scorecard_id", "scorecards", nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.UniqueConstraint(
            "talk_id", "scorecard_id", "criterion", name=op.f("uq_talk_focuses_talk_id_scorecard_id_criterion")
        ),
    )
    _create(
        "talk_notes",
        *_reference("talk_notes", "talk_id", "coaching_talks", nullable=False, ondelete="CASCADE"),
        *_reference("talk_notes", "writer_id", "users", nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("talk_id", "writer_id", "shared", name=op.f("uq_talk_notes_talk_id_writer_id_shared")),
    )
    _create(
        "talk_actions",
        *_reference("talk_actions", "talk_id", "coaching_talks", nullable=False, ondelete="CASCADE"),
        *_reference("talk_actions", "owner_id", "users", nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_reference("talk_actions", "scorecard_id", "scorecards"),
        sa.Column("criterion", sa.String(length=60), nullable=True),
        sa.Column("state", _choice("actionstate", "open", "done", "dropped"), nullable=False),
        sa.Column("agreed_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        *_reference("talk_actions", "closed_by_id", "users"),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        _check("talk_actions", "closed_has_time", "(state = 'open') = (closed_at IS NULL)"),
        _check("talk_actions", "criterion_of_a_card", "(scorecard_id IS NULL) = (criterion IS NULL)"),
    )
    op.create_index("ix_talk_actions_owner_state", "talk_actions", ["owner_id", "state", "due_on"])
    _create(
        "talk_clips",
        *_reference("talk_clips", "interaction_id", "interactions", nullable=False),
        *_reference("talk_clips", "talk_id", "coaching_talks", ondelete="SET NULL"),
        *_reference("talk_clips", "made_by_id", "users", nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("first_turn", sa.Integer(), nullable=True),
        sa.Column("last_turn", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("allowed_at", _MOMENT, nullable=True),
        _check("talk_clips", "span_whole", "(start_ms IS NULL) = (end_ms IS NULL)"),
        _check("talk_clips", "turns_whole", "(first_turn IS NULL) = (last_turn IS NULL)"),
        _check("talk_clips", "sound_or_messages", "(start_ms IS NULL) <> (first_turn IS NULL)"),
        _check("talk_clips", "span_forward", "start_ms IS NULL OR (start_ms >= 0 AND start_ms < end_ms)"),
        _check("talk_clips", "turns_forward", "first_turn IS NULL OR (first_turn >= 0 AND first_turn <= last_turn)"),
        _check("talk_clips", "only_examples_are_allowed", "allowed_at IS NULL OR example"),
    )
    _create(
        "kudos",
        *_reference("kudos", "interaction_id", "interactions", nullable=False),
        *_reference("kudos", "agent_id", "users", nullable=False),
        *_reference("kudos", "giver_id", "users", nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("given_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("interaction_id", "giver_id", name=op.f("uq_kudos_interaction_id_giver_id")),
        _check("kudos", "never_own", "giver_id <> agent_id"),
    )
    _create(
        "sent_mails",
        sa.Column("key", sa.String(length=200), nullable=False),
        *_reference("sent_mails", "user_id", "users", nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_sent_mails_key")),
    )


def downgrade() -> None:
    for table in reversed(_INDEXES):
        op.drop_table(table)


def _create(table: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", _NUMBER, nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in _INDEXES[table]:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _reference(
    table: str, column: str, other: str, *, nullable: bool = True, ondelete: str | None = None
) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column(column, _NUMBER, nullable=nullable),
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
        ),
    )
