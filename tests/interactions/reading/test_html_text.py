"""The words of an HTML message, and nothing else of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.interactions.reading.html_text import text_of_html


def test_paragraphs_lists_and_pictures_become_lines() -> None:
    page = (
        "<html><head><title>nee</title><style>p{color:red}</style></head><body><!-- nee --><p>Beste   Ama,</p>"
        "<p>Het komt <b>morgen</b>.<br>Groet &amp; dank<img src=x alt='logo'></p><ul><li>een</li><li>twee</li></ul>"
        "<table><tr><td>a</td><td>b</td></tr></table><script>if (a < b) { nee() }</script>5 < 6</body></html>"
    )
    assert text_of_html(page) == "Beste Ama,\n\nHet komt morgen.\nGroet & danklogo\n\n- een\n\n- twee\n\na b\n\n5 < 6"


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_words_outside_tags_are_kept(words: str) -> None:
    assert text_of_html(f"<script>{words}") == words
    assert text_of_html(f"<div>{words}<!-- <p>") == text_of_html(words + "<!--")


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", ["<a", "<!--", "&", "</p><p>", "<script>", '<a "'])
def test_no_page_keeps_the_machine_busy_for_long(piece: str) -> None:
    assert text_of_html(f"woord {piece * 20000}").startswith("woord")
