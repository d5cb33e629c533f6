"""What people change in transcripts is kept as edits; what was heard stays beside the turns that they change."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("heard", sa.JSON(), nullable=True))
    # Written out, because SQLite takes what an added column refers to only together with the column.
    op.execute(
        f"ALTER TABLE turns ADD COLUMN heard_turn_id {_key().compile(op.get_bind().dialect)} "
        "CONSTRAINT fk_turns_heard_turn_id_turns REFERENCES turns (id)"
    )
    op.create_index(op.f("ix_turns_heard_turn_id"), "turns", ["heard_turn_id"])
    op.add_column("turns", sa.Column("places", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("turns", sa.Column("replaced", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "transcript_edits",
        sa.Column("id", _key(), nullable=False),
        *_reference("transcript_id", "transcripts", nullable=False, ondelete="CASCADE"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("editkind", "words", "speaker", "swap"), nullable=False),
        sa.Column("first_word", sa.Integer(), nullable=True),
        sa.Column("last_word", sa.Integer(), nullable=True),
        sa.Column("unplaced", sa.Boolean(), nullable=False),
        sa.Column("role", _choice("authorrole", "agent", "customer", "bot", "system", "unknown"), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_reference("made_by_id", "users"),
        *_reference("replaced_by_id", "transcript_edits"),
        sa.Column("ending", _choice("editending", "taken_back", "heard"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_reference("ended_by_id", "users"),
        sa.CheckConstraint("(first_word IS NULL) = (last_word IS NULL)", name=_check("place_whole")),
        sa.CheckConstraint(
            "first_word IS NULL OR (first_word >= 0 AND first_word <= last_word)", name=_check("place_forward")
        ),
        sa.CheckConstraint("kind <> 'swap' OR first_word IS NULL", name=_check("swap_is_everywhere")),
        sa.CheckConstraint("kind = 'swap' OR unplaced = (first_word IS NULL)", name=_check("placed_has_place")),
        sa.CheckConstraint("(kind = 'speaker') = (role IS NOT NULL)", name=_check("speaker_has_role")),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name=_check("ending_has_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_edits")),
    )
    op.create_index(op.f("ix_transcript_edits_transcript_id"), "transcript_edits", ["transcript_id"])


def downgrade() -> None:
    op.drop_table("transcript_edits")
    # Without edits a turn reads as it was heard; what was cut off it is in its words again.
    op.execute("DELETE FROM turns WHERE heard_turn_id IS NOT NULL")
    kept = ("role", "role_by_hand", "author", "start_ms", "end_ms")
    turns = sa.table(
        "turns",
        sa.column("id"),
        sa.column("heard", sa.JSON(none_as_null=True)),
        sa.column("words", sa.JSON()),
        sa.column("text"),
        *(sa.column(name) for name in kept),
    )
    bind = op.get_bind()
    for number, heard in bind.execute(sa.select(turns.c.id, turns.c.heard).where(turns.c.heard.is_not(None))).all():
        text = " ".join(str(word[0]) for word in heard["words"])
        values = {"words": heard["words"], "text": text, **{name: heard[name] for name in kept}}
        bind.execute(sa.update(turns).where(turns.c.id == number).values(**values))
    op.drop_index(op.f("ix_turns_heard_turn_id"), "turns")
    for column in ("replaced", "places", "heard_turn_id", "heard"):
        op.drop_column("turns", column)


def _check(name):
    return op.f(f"ck_transcript_edits_{name}")


def _choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _reference(column, other, *, nullable=True, ondelete=None):
    return (
        sa.Column(column, _key(), nullable=nullable),
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_transcript_edits_{column}_{other}"), ondelete=ondelete
        ),
    )


def _key():
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
