"""What a brand's colour promises: it stays itself where it can, and is always legible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.help_center import colours

any_colour = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@given(any_colour)
def test_every_colour_is_legible_on_light_paper_and_under_its_words(colour: str) -> None:
    accent = colours.on_light(colour)
    assert colours.contrast(colours._parse(accent.colour), colours.WHITE) >= 4.5
    assert accent.on_colour == "#ffffff"


@given(any_colour)
def test_every_colour_is_legible_on_dark_paper_and_under_its_words(colour: str) -> None:
    accent = colours.on_dark(colour)
    shown = colours._parse(accent.colour)
    assert colours.contrast(shown, colours.NIGHT) >= 4.5
    assert colours.contrast(shown, colours._parse(accent.on_colour)) >= 4.5


@pytest.mark.parametrize("colour", ["#0b7a75", "#1d4ed8", "#9f1239"])
def test_a_colour_that_can_be_read_is_left_alone(colour: str) -> None:
    assert colours.on_light(colour).colour == colour


def test_a_bright_colour_keeps_its_hue() -> None:
    accent = colours.on_light("#ffd400")
    red, green, blue = colours._parse(accent.colour)
    assert red > green > blue
