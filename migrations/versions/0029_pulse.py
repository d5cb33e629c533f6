"""What employees answer: rounds, their statements, who is asked, and apart from that what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pulse_rounds",
        sa.Column("id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("opened_by_id", _ID, nullable=False),
        sa.Column("reviewers", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Boolean(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_pulse_rounds_days_forward")),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= first_day", name=op.f("ck_pulse_rounds_closed_after_it_began")
        ),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_pulse_rounds_opened_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_rounds")),
    )
    op.create_index(op.f("ix_pulse_rounds_first_day"), "pulse_rounds", ["first_day"])
    op.create_table(
        "pulse_statements",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("text_en", sa.String(300), nullable=False),
        sa.Column("text_nl", sa.String(300), nullable=False),
        _of_round("pulse_statements"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_statements")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_pulse_statements_round_id_key")),
    )
    op.create_table(
        "pulse_invitations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        _of_round("pulse_invitations"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pulse_invitations_user_id_users")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_pulse_invitations_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_invitations")),
        sa.UniqueConstraint("round_id", "user_id", name=op.f("uq_pulse_invitations_round_id_user_id")),
    )
    op.create_index(op.f("ix_pulse_invitations_user_id"), "pulse_invitations", ["user_id"])
    op.create_table(
        "pulse_answers",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        _of_round("pulse_answers"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_pulse_answers_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_answers")),
    )
    op.create_index(op.f("ix_pulse_answers_round_id"), "pulse_answers", ["round_id"])
    op.create_table(
        "pulse_words",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        _of_round("pulse_words"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_words")),
    )
    op.create_index(op.f("ix_pulse_words_round_id"), "pulse_words", ["round_id"])


def downgrade() -> None:
    for table in ("pulse_words", "pulse_answers", "pulse_invitations", "pulse_statements", "pulse_rounds"):
        op.drop_table(table)


def _of_round(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["round_id"], ["pulse_rounds.id"], name=op.f(f"fk_{table}_round_id_pulse_rounds"), ondelete="CASCADE"
    )
