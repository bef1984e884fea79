"""What a brand's colour promises: it stays itself where it can, and is always legible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.help_center import colours
from adjoin.help_center.colours import Accent

any_colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def shown(colour: str) -> colours.Triple:
    return colours.parse(colour)


@pytest.mark.parametrize("accent_of", [colours.on_light, colours.on_dark])
@given(colour=any_colour)
def test_every_colour_is_legible_as_words_and_under_words(accent_of: Callable[[str], Accent], colour: str) -> None:
    accent = accent_of(colour)
    paper = colours.DAY if accent_of is colours.on_light else colours.NIGHT
    for behind in (paper, shown(accent.tint), shown(accent.on_colour)):
        assert colours.contrast(shown(accent.colour), behind) >= 4.5
    assert colours.contrast(shown(accent.strong), shown(accent.on_colour)) >= 4.5


@given(any_colour)
def test_the_sign_wears_the_colour_itself_with_a_legible_letter(colour: str) -> None:
    sign = colours.sign(colour)
    assert sign.colour == colour
    assert colours.contrast(shown(colour), shown(sign.on_colour)) >= 4.5


@pytest.mark.parametrize("colour", ["#0b7a75", "#1d4ed8", "#9f1239"])
def test_a_colour_that_can_be_read_is_left_alone(colour: str) -> None:
    assert colours.on_light(colour).colour == colour


def test_a_bright_colour_keeps_its_hue() -> None:
    accent = colours.on_light("#ffd400")
    red, green, blue = colours.parse(accent.colour)
    assert red > green > blue
