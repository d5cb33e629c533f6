"""Two states of one draft, put together: nothing is lost, and only what both changed is a question."""

from hypothesis import given
from hypothesis import strategies as st

from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.merging import SUMMARY, Draft, Merged, Side, merge, prints

KEYS = ("greeting", "tone", "solution")

evidence = st.lists(
    st.builds(EvidenceGiven, turn_id=st.integers(1, 3), quote=st.sampled_from(["one", "two"])), max_size=2
).map(tuple)
marks = st.builds(
    Mark, option=st.sampled_from([None, "yes", "no"]), comment=st.sampled_from(["", "a", "b"]), evidence=evidence
)
drafts = st.builds(Draft, st.dictionaries(st.sampled_from(KEYS), marks), st.sampled_from(["", "short", "long"]))


def together(base: Draft, *, stored: Draft, typed: Draft, choices: dict[str, Side] | None = None) -> Merged:
    return merge(base=prints(base), stored=stored, typed=typed, keys=KEYS, choices=choices)


def parts(draft: Draft) -> dict[str, Mark | str]:
    return {key: draft.part(key) for key in (*KEYS, SUMMARY)}


@given(drafts, drafts, drafts)
def test_what_one_side_changed_is_taken_and_what_both_changed_is_asked(
    base: Draft, stored: Draft, typed: Draft
) -> None:
    merged = together(base, stored=stored, typed=typed)
    for key, began in parts(base).items():
        here, there = typed.part(key), stored.part(key)
        asked = here not in (there, began) and there != began
        assert (key in merged.clashes) == asked
        expected = there if asked or here == began else here
        assert merged.draft.part(key) == expected


@given(drafts, drafts)
def test_when_nothing_was_stored_meanwhile_what_was_typed_stands(base: Draft, typed: Draft) -> None:
    merged = together(base, stored=base, typed=typed)
    assert parts(merged.draft) == parts(typed)
    assert merged.clashes == merged.taken == ()


@given(drafts, drafts, drafts)
def test_sent_twice_is_sent_once(base: Draft, stored: Draft, typed: Draft) -> None:
    once = together(base, stored=stored, typed=typed)
    twice = together(base, stored=once.draft, typed=typed)
    assert parts(twice.draft) == parts(once.draft)
    assert twice.clashes == once.clashes


@given(drafts, drafts, drafts)
def test_a_clash_stays_one_until_somebody_chose_and_then_the_choice_stands(
    base: Draft, stored: Draft, typed: Draft
) -> None:
    first = together(base, stored=stored, typed=typed)
    # The page now holds what was merged, with what clashes as it was typed.
    page = {key: typed.part(key) if key in first.clashes else first.draft.part(key) for key in (*KEYS, SUMMARY)}
    shown = Draft({key: part for key, part in page.items() if isinstance(part, Mark)}, str(page[SUMMARY]))
    again = merge(base=first.base, stored=first.draft, typed=shown, keys=KEYS)
    assert again.clashes == first.clashes
    for side, expected in ((Side.HERE, shown), (Side.STORED, first.draft)):
        chosen = merge(
            base=first.base, stored=first.draft, typed=shown, keys=KEYS, choices=dict.fromkeys(first.clashes, side)
        )
        assert chosen.clashes == ()
        assert parts(chosen.draft) == parts(expected)
        assert chosen.base == prints(chosen.draft)


def test_where_nobody_knows_how_it_began_every_difference_is_asked() -> None:
    stored, typed = Draft({"tone": Mark(option="yes")}, "same"), Draft({"tone": Mark(option="no")}, "same")
    merged = merge(base=None, stored=stored, typed=typed, keys=KEYS)
    assert merged.clashes == ("tone",)
    assert merged.draft.part("tone") == Mark(option="yes")


def test_an_answer_taken_back_on_one_side_is_a_change_too() -> None:
    base = Draft({"tone": Mark(option="yes"), "greeting": Mark(option="no")}, "")
    merged = together(base, stored=Draft({"greeting": Mark(option="no")}, ""), typed=base)
    assert merged.draft.part("tone") == Mark()
    assert merged.taken == ("tone",)
