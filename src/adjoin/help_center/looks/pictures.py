"""Pictures for a help center, made small and harmless: what is served is never what somebody sent."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from adjoin.help_center.looks import drawings
from adjoin.help_center.looks.terms import Part
from adjoin.kernel.errors import Invalid

FILE_MAX_BYTES = 4 * 1024 * 1024
DRAWING_MAX_BYTES = 100 * 1024
PIXELS_MAX = 40_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "ICO")
# Twice the size at which it is shown, for fine screens.
BOXES = {Part.LOGO: (520, 112), Part.ICON: (96, 96), Part.HERO: (1600, 640)}
HERO_MAX_BYTES = 60 * 1024  # with everything else under the 150 KB of a first visit


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content_type: str
    data: bytes
    width: int
    height: int


def fit(part: Part, data: bytes) -> Picture:
    """The picture as small as its place needs it. Raises `Invalid` for what is none, or too much."""
    if len(data) > FILE_MAX_BYTES:
        raise _refusal(_("This file is larger than 4 MB. Choose a smaller one."))
    if part is not Part.HERO and b"<svg" in data[:4096]:
        return _drawing(data)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise _refusal(_("This picture has too many pixels. Choose a smaller one."))
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail(BOXES[part], Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        kinds = "PNG, JPEG, GIF, WebP" + ("" if part is Part.HERO else ", SVG")
        raise _refusal(_("This is no picture we can show. Choose a file of one of these kinds: %s.") % kinds) from error
    return _hero(turned) if part is Part.HERO else _small(turned)


def _drawing(data: bytes) -> Picture:
    if len(data) > DRAWING_MAX_BYTES:
        raise _refusal(_("This drawing is larger than 100 KB. Simplify it, or choose a PNG."))
    return Picture("image/svg+xml", *drawings.safe(data))


def _small(image: Image.Image) -> Picture:
    kept = io.BytesIO()
    image.convert("RGBA").save(kept, "PNG", optimize=True)
    return Picture("image/png", kept.getvalue(), image.width, image.height)


def _hero(image: Image.Image) -> Picture:
    """As fine as its room allows; a picture that is all detail becomes smaller, too."""
    plain = image.convert("RGB")
    for share, quality in ((1, 78), (1, 60), (1, 40), (0.5, 50), (0.25, 40)):
        shown = plain.resize((max(1, round(plain.width * share)), max(1, round(plain.height * share))))
        kept = io.BytesIO()
        shown.save(kept, "WEBP", quality=quality, method=4)
        if kept.tell() <= HERO_MAX_BYTES:
            break
    return Picture("image/webp", kept.getvalue(), shown.width, shown.height)


def _refusal(words: str) -> Invalid:
    return Invalid.field("picture", words)
