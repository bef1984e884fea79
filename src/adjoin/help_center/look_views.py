"""The files of a look: colours, the brand's own style sheet, pictures. They tell nothing that is not on the way in."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from adjoin.help_center.looks import palette, worn
from adjoin.help_center.looks.terms import RADII, STACKS, Corners, Font
from adjoin.help_center.models import Look, LookPicture
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest

KEPT_SHEETS = 500  # of all accounts, in each process; about 1 kB each
FOR_EVER = "public, max-age=31536000, immutable"  # what is there never changes
# A drawing opened by itself is no page of ours: it runs nothing and fetches nothing.
INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_GET
def brand_styles(request: DeskRequest) -> HttpResponse:
    """The look's colours, fonts and corners as the custom properties of the style sheets."""
    response = styles_of(worn.newest(request.brand))
    response.headers["Cache-Control"] = "public, max-age=3600"  # its address changes with the brand and its look
    return response


@require_GET
def own_styles(request: DeskRequest, look_id: int) -> HttpResponse:
    """The style sheet that the brand wrote itself."""
    css = Look.objects.filter(brand=request.brand, pk=look_id).values_list("css", flat=True).first()
    if css is None:
        raise NotFound
    response = as_sheet(css)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@require_GET
def picture(request: DeskRequest, picture_id: int) -> HttpResponse:
    """A picture that a look of the brand wears, or wore."""
    found = LookPicture.objects.filter(brand=request.brand, pk=picture_id).first()
    if found is None:
        raise NotFound
    response = HttpResponse(bytes(found.data), content_type=found.content_type)
    response.headers["Content-Security-Policy"] = INERT
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def styles_of(look: Look, *, scheme: str = "") -> HttpResponse:
    """A look as custom properties. `scheme` holds it to light or dark."""
    chosen = (look.colour, look.background, look.band, look.colours_header, look.font, look.heading_font, look.corners)
    return as_sheet(_sheet(*chosen, scheme))


@lru_cache(maxsize=KEPT_SHEETS)
def _sheet(
    colour: str,
    background: str,
    band: str,
    colours_header: bool,
    font: str,
    heading_font: str,
    corners: str,
    scheme: str,
) -> str:
    """Looks that are the same have the same sheet, whoever's they are. Working the colours out takes milliseconds."""
    context = {
        "shades": palette.shades(colour=colour, background=background, band=band, colours_header=colours_header),
        "font": STACKS[Font(font)],
        "heading_font": STACKS[Font(heading_font)],
        "radius": RADII[Corners(corners)],
        "scheme": scheme,
    }
    return render_to_string("help_center/brand.css", context)


def as_sheet(css: str) -> HttpResponse:
    """Words as a style sheet."""
    return HttpResponse(css, content_type="text/css; charset=utf-8")
