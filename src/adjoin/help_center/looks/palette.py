"""A look's colours as the custom properties of our style sheets, by day and by night, all of them legible."""

from __future__ import annotations

import math
from dataclasses import dataclass

from adjoin.help_center import colours
from adjoin.help_center.colours import Triple

INK_DAY, INK_NIGHT = colours.parse("#16222a"), colours.parse("#e8ecee")  # --ink-1
# Lightness in OKLab by day and by night: as light as our own papers, so that all inks can be read on them.
PAPERS = {
    "paper-1": (0.995, 0.2175),
    "paper-2": (0.98, 0.188),
    "paper-3": (0.97, 0.26),
    "paper-4": (0.935, 0.305),
    "line": (0.915, 0.31),
    "line-strong": (0.8, 0.43),
}
TINT_DAY, TINT_NIGHT = 0.022, 0.026  # how colourful a paper may be
BAND_NIGHT_MOST = 0.45  # lightness of the band by night, so that it does not dazzle


@dataclass(frozen=True)
class Shade:
    """One custom property: its name, and its colour by day and by night, as hex."""

    name: str
    day: str
    night: str


@dataclass(frozen=True)
class Measured:
    """How well words are read: on what, and the contrast by day and by night, from 1 to 21."""

    what: str
    day: float
    night: float


def shades(*, colour: str, background: str, band: str, colours_header: bool) -> list[Shade]:
    """Every property that these choices set; an empty choice sets none."""
    day, night, sign = colours.on_light(colour), colours.on_dark(colour), colours.sign(colour)
    found = [
        Shade("brand", sign.colour, sign.colour),
        Shade("on-brand", sign.on_colour, sign.on_colour),
        Shade("accent", day.colour, night.colour),
        Shade("accent-strong", day.strong, night.strong),
        Shade("on-accent", day.on_colour, night.on_colour),
        Shade("accent-ink", day.colour, night.colour),
        Shade("accent-soft", day.tint, night.tint),
    ]
    if background:
        found += papers(background)
    if band:
        found += _band(band, "band")
        found += _band(band, "head") if colours_header else []
    return found


def papers(background: str) -> list[Shade]:
    """Our papers and lines in the hue of a background, each as light as ours."""
    _, a, b = colours.to_oklab(colours.parse(background))
    return [
        Shade(name, _tinted(day, a, b, TINT_DAY), _tinted(night, a, b, TINT_NIGHT))
        for name, (day, night) in PAPERS.items()
    ]


def measured(*, colour: str, background: str, band: str) -> dict[str, Measured]:
    """How well words, links and buttons, and the words on the band are read; by the name of the choice."""
    day, night = colours.on_light(colour), colours.on_dark(colour)
    found = {
        "colour": Measured(day.colour, _contrast(day.colour, day.on_colour), _contrast(night.colour, night.on_colour))
    }
    if background:
        paper = papers(background)[1]
        by_day = colours.contrast(colours.parse(paper.day), INK_DAY)
        found["background"] = Measured(paper.day, by_day, colours.contrast(colours.parse(paper.night), INK_NIGHT))
    if band:
        behind, words = _band(band, "band")
        found["band"] = Measured(behind.day, _contrast(behind.day, words.day), _contrast(behind.night, words.night))
    return found


def _band(colour: str, name: str) -> list[Shade]:
    rgb = colours.parse(colour)
    lightness, a, b = colours.to_oklab(rgb)
    dimmed = rgb if lightness <= BAND_NIGHT_MOST else colours.in_gamut(BAND_NIGHT_MOST, a, b)
    words, words_by_night = colours.words_on(rgb), colours.words_on(dimmed)
    return [
        Shade(name, colour, colours.as_hex(dimmed)),
        Shade(f"on-{name}", colours.as_hex(words), colours.as_hex(words_by_night)),
    ]


def _tinted(lightness: float, a: float, b: float, most: float) -> str:
    share = min(1.0, most / (math.hypot(a, b) or 1.0))
    rgb: Triple = colours.in_gamut(lightness, a * share, b * share)
    return colours.as_hex(rgb)


def _contrast(one: str, other: str) -> float:
    return colours.contrast(colours.parse(one), colours.parse(other))
