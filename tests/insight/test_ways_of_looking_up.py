"""By which index SQLite finds scores: the number of scores in a company must not decide what a small draw costs."""

from sqlalchemy import create_engine, text

from qa import tables
from qa.insight.queries import scored_rows
from qa.sampling.models import DrawItem

PLAIN = {"literal_binds": True}


def test_sqlite_finds_the_scores_of_draws_by_the_draws() -> None:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    asked = scored_rows(sections=False).where(DrawItem.draw_id.in_([21]))
    written = asked.compile(engine, compile_kwargs=PLAIN)
    with engine.connect() as connection:
        steps = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    (evaluations,) = [step for step in steps if "evaluations" in step and "draw_item_id=?" in step]
    assert steps.index(evaluations) > next(at for at, step in enumerate(steps) if "ix_draw_items_draw_id" in step)
    assert not any("ix_evaluations_state" in step for step in steps)


def test_postgresql_is_asked_for_the_column_itself() -> None:
    written = str(scored_rows(sections=False).compile(create_engine("postgresql+psycopg://"), compile_kwargs=PLAIN))
    assert "evaluations.state IN (" in written
    assert "+evaluations" not in written
