"""Cards as YAML: nothing is lost, everything wrong is named with its place, and nothing dangerous gets in."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.causes import Cause
from scorecards.definition import (
    Band,
    Card,
    Channel,
    Condition,
    Criterion,
    Effect,
    ErrorClass,
    Kind,
    OnFail,
    Option,
    PassRule,
    Section,
)
from scorecards.errors import CardFileError, CardProblemsError
from scorecards.reading import check, digest, problems_in, read_card, read_draft, write_card
from scorecards.words import Words
from tests.scorecards.card_making import card, changed, peers_card, scale, section, words, yes_no

characters = st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\ufffe\uffff")
texts = st.text(characters, min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
both = st.builds(Words, texts, texts)
percentages = st.decimals(0, 100, places=2)
keys = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)


@st.composite
def any_cards(draw: st.DrawFn) -> Card:
    """A card with every attribute that a card can have; not all of them can be used."""
    optional = st.none() | percentages
    options = st.builds(Option, keys, both, percentages, anchor=both, start=optional, points=optional)
    criteria = st.builds(
        Criterion,
        keys,
        both,
        st.sampled_from(Kind),
        options=st.lists(options, max_size=5).map(tuple),
        guidance=both,
        weight=percentages,
        allow_not_applicable=st.booleans(),
        optional=st.booleans(),
        condition=st.none() | st.builds(Condition, keys, st.lists(keys, max_size=3).map(tuple)),
        comment_below=optional,
        evidence_below=optional,
        fails_below=percentages,
        bonus=optional,
        unit=both,
        maximum=optional,
        error_class=st.none() | st.sampled_from(ErrorClass),
        on_fail=st.builds(OnFail, st.sampled_from(Effect), optional),
        causes=st.lists(st.sampled_from(Cause), unique=True).map(tuple),
    )
    sections = st.builds(
        Section,
        keys,
        both,
        st.lists(criteria, max_size=3).map(tuple),
        weight=percentages,
        threshold=optional,
        guidance=both,
    )
    return draw(
        st.builds(
            Card,
            keys,
            both,
            st.lists(sections, max_size=2).map(tuple),
            channels=st.lists(st.sampled_from(Channel), unique=True).map(tuple),
            rule=st.sampled_from(PassRule),
            pass_mark=optional,
            bands=st.lists(st.builds(Band, keys, both, percentages), max_size=2).map(tuple),
        )
    )


@given(any_cards())
def test_checking_always_answers_and_a_usable_card_survives_its_file(made: Card) -> None:
    problems = check(made)
    assert read_draft(write_card(made)) == made
    if problems:
        with pytest.raises(CardProblemsError) as refused:
            read_card(write_card(made))
        assert list(refused.value.problems) == problems
    else:
        assert read_card(write_card(made)) == made


@given(both, both, percentages)
def test_any_text_comes_back_as_it_was(name: Words, anchor: Words, value: Decimal) -> None:
    option = Option("no", words("No"), min(value, Decimal("99.99")), anchor=anchor)
    criterion = replace(yes_no("a"), name=name, options=(replace(option, key="yes", value=Decimal(100)), option))
    made = card(section("only", criterion))
    assert read_card(write_card(made)) == made
    assert digest(read_card(write_card(made))) == digest(made)


def test_equal_cards_have_equal_digests_and_others_do_not() -> None:
    made = peers_card()
    same = changed(made, "tone", weight=Decimal("10.00"))
    assert digest(same) == digest(made)
    assert digest(changed(made, "tone", weight=Decimal("10.01"))) != digest(made)
    assert len(digest(made)) == 64


@pytest.mark.parametrize(
    ("made", "place", "sentence"),
    [
        (card(), "sections", "at least one section"),
        (card(section("a", yes_no("x"), weight=0)), "sections", "add up to 0"),
        (card(section("a", yes_no("x", weight=0))), "sections[0].criteria", "add up to 0"),
        (card(section("a", yes_no("x"), yes_no("x"))), "sections[0].criteria[1].key", "already used"),
        (card(section("a", yes_no("x")), section("a", yes_no("y"))), "sections[1].key", "already used"),
        (changed(peers_card(), "tone", options=()), "sections[0].criteria[1].options", "only be answered with"),
        (changed(peers_card(), "tone", name=Words("Tone", " ")), "sections[0].criteria[1].name.nl", "missing"),
        (changed(peers_card(), "tone", guidance=Words("", "Toon")), "sections[0].criteria[1].guidance.en", "missing"),
        (
            changed(peers_card(), "solved", condition=Condition("nothing", ("yes",))),
            "sections[2].criteria[0].condition.criterion",
            "no criterion “nothing”",
        ),
        (
            changed(peers_card(), "solved", condition=Condition("tone", ("yes",))),
            "sections[2].criteria[0].condition.options[0]",
            "not an option of the criterion “tone”",
        ),
        (changed(peers_card(), "tone", weight=Decimal(-1)), "sections[0].criteria[1].weight", "A weight is"),
        (changed(peers_card(), "tone", weight=Decimal("0.001")), "sections[0].criteria[1].weight", "two decimals"),
        (changed(peers_card(), "tone", on_fail=OnFail(Effect.CAP_AT)), "sections[0].criteria[1].on_fail.cap", "A cap"),
        (changed(peers_card(), "tone", bonus=Decimal(5)), "sections[0].criteria[1].weight", "outside the weights"),
        (
            changed(peers_card(), "tone", weight=Decimal("NaN")),
            "sections[0].criteria[1].weight",
            "a number is expected",
        ),
        (replace(peers_card(), rule=PassRule.TOTAL), "pass_mark", "give the mark"),
        (replace(peers_card(), channels=()), "channels", "at least one channel"),
        (replace(peers_card(), languages=("English",)), "languages[0]", "two letters"),
        (replace(peers_card(), key="A card"), "key", "A key has"),
    ],
)
def test_an_impossible_card_is_refused_with_its_place(made: Card, place: str, sentence: str) -> None:
    found = {problem.where: str(problem.sentence) for problem in check(made)}
    assert sentence in found[place]


def test_conditions_that_go_round_in_a_circle_are_found_once() -> None:
    made = changed(peers_card(), "greeting", condition=Condition("solved", ("yes",)))
    made = changed(made, "solved", condition=Condition("identity", ("yes",)))
    made = changed(made, "identity", condition=Condition("greeting", ("yes",)))
    circle = "These conditions go round in a circle: greeting → solved → identity → greeting."
    assert [str(problem) for problem in check(made)] == [f"sections[0].criteria[0].condition: {circle}"]


def test_all_problems_are_named_at_once() -> None:
    text = write_card(changed(peers_card(), "tone", name=Words("Tone", "")))
    text = text.replace("kind: yes_no", "kind: maybe", 1).replace("weight: 40", "weight: many") + "colour: red\n"
    assert {problem.where for problem in problems_in(text)} == {
        "colour",
        "sections[0].criteria[0].kind",
        "sections[2].weight",
    }


def test_a_card_of_five_hundred_criteria_is_refused_with_a_number() -> None:
    made = card(section("many", *(scale(f"c{number}") for number in range(500))))
    assert [str(problem) for problem in check(made)] == ["sections: A card has at most 200 criteria."]
    assert problems_in(write_card(made))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("a: &x 1\nb: *x\n", "Line 1 uses an anchor"),
        ("a: !!python/object/apply:os.system ['true']\n", "Line 1 uses a tag"),
        ("key: a\nkey: b\n", "“key” stands twice"),
        ("key: [\n", "not valid YAML"),
        ("key: a\n---\nkey: b\n", "see line 2"),
        ("[" * 50 + "]" * 50, "nested more than 12 deep"),
        ("key: " + "9" * 40, "more than 20 digits"),
        ("key: \x00", "not text"),
        ("key: \ud800", "not text"),
        ("x" * 1_000_001, "larger than 1000000"),
        ("? [a]\n: b\n", "not a word"),
    ],
)
def test_yaml_that_is_not_plain_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(CardFileError, match=sentence):
        read_card(text)
    assert sentence in str(problems_in(text)[0].sentence)


def test_a_text_that_is_no_card_is_refused() -> None:
    with pytest.raises(CardProblemsError, match="list of names with values"):
        read_card("just words")


def bomb(levels: int = 9) -> str:
    """Lists of ten aliases to the list before: a few lines that stand for a thousand million words."""
    return "a0: &a0 [lol]\n" + "".join(
        f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, levels + 1)
    )


@pytest.mark.parametrize("text", [bomb(), "[" * 900_000, "- " * 400_000, "? " * 400_000, "{a: " * 200_000])
def test_a_bomb_is_refused_at_once(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(CardFileError):
        read_card(text)
    assert time.perf_counter() - began < 1


def test_emoji_stay_readable_in_the_file() -> None:
    made = changed(peers_card(), "tone", name=Words("Friendly 🙂", "Vriendelijk 🙂"))
    assert "Friendly 🙂" in write_card(made)
    assert read_card(write_card(made)) == made


def test_yes_and_no_stay_words() -> None:
    text = write_card(peers_card()).replace("'yes'", "yes").replace("'no'", "no")
    assert read_card(text) == peers_card()


def test_markup_is_only_text() -> None:
    name = Words("<script>alert(1)</script>", "<b>Toon</b>")
    made = changed(peers_card(), "tone", name=name)
    found = read_card(write_card(made)).criterion("tone")
    assert found is not None
    assert found.name == name
