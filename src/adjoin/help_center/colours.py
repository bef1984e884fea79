"""A brand's colour, made legible: the same hue, as dark or light as text on it and in it needs.

Colours here are sRGB as three numbers from 0 to 1, or OKLab as (lightness, a, b), after
https://bottosson.github.io/posts/oklab/."""

from __future__ import annotations

import math
from dataclasses import dataclass

Triple = tuple[float, float, float]

ENOUGH = 4.58  # WCAG asks for 4.5 to 1; a little over, for rounding
WHITE: Triple = (1.0, 1.0, 1.0)
BLACK: Triple = (0.0, 0.0, 0.0)
DARKEST: Triple = (0.09, 0.1, 0.115)
INK: Triple = (0.063, 0.07, 0.08)  # for words on bright colours
DAY: Triple = (0.95, 0.955, 0.96)  # no paper we put words on is darker by day, or lighter by night,
NIGHT: Triple = (0.16, 0.17, 0.19)  # so elsewhere contrast only grows


@dataclass(frozen=True)
class Accent:
    """A colour for links and buttons, a stronger one for when they are pointed at, the colour of words on both, and
    a tint of the brand's own colour to lie behind words. All hex."""

    colour: str
    strong: str
    on_colour: str
    tint: str


@dataclass(frozen=True)
class Sign:
    """The brand's colour as it is, for its sign, and the colour of a letter on it. Both hex."""

    colour: str
    on_colour: str


def sign(colour: str) -> Sign:
    """The brand's own colour, whatever it is, with the better of black and white on it."""
    return Sign(colour, as_hex(words_on(parse(colour))))


def words_on(rgb: Triple) -> Triple:
    """White, our ink or black, whichever can be read on the colour: at least 4.5 to 1, whatever colour it is."""
    liked = max(WHITE, INK, key=lambda words: contrast(rgb, words))
    return liked if contrast(rgb, liked) >= ENOUGH else max(WHITE, BLACK, key=lambda words: contrast(rgb, words))


def on_light(colour: str) -> Accent:
    """The accent for white paper, from `#rrggbb`."""
    tint = mixed(parse(colour), WHITE, 0.94)
    rgb = legible(parse(colour), (DAY, tint), towards=0.0)
    return Accent(as_hex(rgb), as_hex(mixed(rgb, BLACK, 0.2)), "#ffffff", as_hex(tint))


def on_dark(colour: str) -> Accent:
    """The accent for dark paper, from `#rrggbb`."""
    tint = mixed(parse(colour), DARKEST, 0.88)
    rgb = legible(parse(colour), (NIGHT, tint), towards=1.0)
    return Accent(as_hex(rgb), as_hex(mixed(rgb, WHITE, 0.25)), as_hex(INK), as_hex(tint))


def contrast(one: Triple, other: Triple) -> float:
    """WCAG's contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def legible(rgb: Triple, papers: tuple[Triple, ...], *, towards: float) -> Triple:
    """The colour itself if it can be read on all `papers`, else the nearest lightness of its hue that can."""

    def can_be_read(shown: Triple) -> bool:
        return all(contrast(shown, paper) >= ENOUGH for paper in papers)

    if can_be_read(rgb):
        return rgb
    lightness, a, b = to_oklab(rgb)
    near, far = lightness, towards
    for _ in range(20):
        middle = (near + far) / 2
        if can_be_read(in_gamut(middle, a, b)):
            far = middle
        else:
            near = middle
    return in_gamut(far, a, b)


def in_gamut(lightness: float, a: float, b: float) -> Triple:
    """The most colourful sRGB colour of that lightness and hue, no more colourful than asked for."""
    share = 1.0
    while share > 0:
        rgb = _from_oklab(lightness, a * share, b * share)
        if all(-0.0005 <= channel <= 1.0005 for channel in rgb):
            return rgb
        share -= 0.05
    return _from_oklab(lightness, 0, 0)


def mixed(one: Triple, other: Triple, share_of_other: float) -> Triple:
    """A colour between two, from 0, the first, to 1, the other."""
    first, second, third = (x * (1 - share_of_other) + y * share_of_other for x, y in zip(one, other, strict=True))
    return first, second, third


def _luminance(rgb: Triple) -> float:
    red, green, blue = map(_linear, rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parse(colour: str) -> Triple:
    """The colour written `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def as_hex(rgb: Triple) -> str:
    """The colour as `#rrggbb`."""
    return "#" + "".join(f"{round(min(max(channel, 0), 1) * 255):02x}" for channel in rgb)


def _linear(channel: float) -> float:
    channel = min(max(channel, 0), 1)
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _curved(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def to_oklab(rgb: Triple) -> Triple:
    """Lightness from 0 to 1, and a and b, which say hue and how colourful it is."""
    red, green, blue = map(_linear, rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Triple:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _curved(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _curved(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _curved(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
