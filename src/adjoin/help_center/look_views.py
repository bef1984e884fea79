"""The files of a look: colours, the brand's own style sheet, pictures. They tell nothing that is not on the way in."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from adjoin.help_center.looks import palette, worn
from adjoin.help_center.looks.terms import RADII, STACKS, Corners, Font
from adjoin.help_center.models import Look, LookPicture
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest

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
    context = {
        "shades": palette.shades(
            colour=look.colour, background=look.background, band=look.band, colours_header=look.colours_header
        ),
        "font": STACKS[Font(look.font)],
        "heading_font": STACKS[Font(look.heading_font)],
        "radius": RADII[Corners(look.corners)],
        "scheme": scheme,
    }
    return as_sheet(render_to_string("help_center/brand.css", context))


def as_sheet(css: str) -> HttpResponse:
    """Words as a style sheet."""
    return HttpResponse(css, content_type="text/css; charset=utf-8")
