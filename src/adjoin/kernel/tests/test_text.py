"""What cleaning text promises."""

from __future__ import annotations

import pytest

from adjoin.kernel import text


@pytest.mark.parametrize(
    "words",
    [
        "One line.",
        "Two\nlines.",
        "Two\n\nparagraphs.",
        "Hello Ana,\n\nsee https://example.com/a?b=1&c=2\nand <this>.\n\nCyd",
    ],
)
def test_plain_words_come_back_from_their_html_as_they_were(words: str) -> None:
    assert text.plain_from_html(text.html_from_plain(words)) == words


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("<script>alert(1)</script>ok", "ok"),
        ('<a href="javascript:x()">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<img src="https://tracker.example/p.gif">seen', "seen"),
        ('<p style="position:fixed" onclick="x()">p</p>', "<p>p</p>"),
        ("<svg><script>1</script></svg>s", "s"),
        ("<math><mtext></form><form><mglyph><style></math><img src onerror=x()>", ""),
    ],
)
def test_nothing_in_html_acts(markup: str, left: str) -> None:
    assert text.safe_html(markup) == left


def test_text_is_cut_between_characters() -> None:
    assert text.cut("äöü", max_bytes=3) == "ä"


def test_control_characters_are_gone() -> None:
    assert text.plain("a\x00b\r\nc\x1b[31m") == "ab\nc[31m"
    assert text.one_line(" a\n b\tc ") == "a b c"


def test_the_words_of_a_table_stay_before_what_follows_it() -> None:
    markup = "<table><tr><td>Kettle</td></tr><tr><td>Lid</td></tr></table><p>Without VAT.</p>"
    assert text.plain_from_html(markup) == "Kettle\nLid\n\nWithout VAT."
