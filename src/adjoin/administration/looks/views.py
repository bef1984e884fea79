"""The looks of a brand's help center: chosen beside the real front page, tried on before anybody else sees them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.actors import Actor
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.looks.forms import LookForm
from adjoin.brands.models import Brand
from adjoin.help_center import look_views
from adjoin.help_center.looks import actions, drafts, palette, worn
from adjoin.help_center.looks.worn import Worn
from adjoin.help_center.models import Look
from adjoin.help_center.views import front_page
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest

SECTION = "brands"
NOW = "now"  # in the place of a draft's name: what is worn already
REFUSED = 422
# The preview may stand in a frame, on the page of the looks only; it runs nothing.
FRAMED = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def edit(request: DeskRequest, brand_id: int) -> HttpResponse:
    """The choices, beside what becomes of them."""
    brand = _brand(brand_id)
    form, draft = _form(request, brand), NOW
    if request.method == "POST":
        is_valid = form.is_valid()
        if is_valid and _saved(request, form):
            messages.success(request, _("%(name)s looks as you chose.") % {"name": brand.name})
            return redirect("administration:looks:edit", brand.pk)
        form.look = form.chosen()  # with its new pictures, which no page can give back
        draft = drafts.keep(request.actor, form.look)
    context = {
        "form": form,
        "brand": brand,
        "section": SECTION,
        "draft": draft,
        **_shown(form.look, form, brand, draft),
    }
    return render(request, "administration/looks/edit.html", context, status=REFUSED if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_BRANDS)
def preview(request: DeskRequest, brand_id: int) -> HttpResponse:
    """The choices tried on: the page in its frame; without script, what the frame shows."""
    brand = _brand(brand_id)
    form = _form(request, brand)
    form.is_valid()
    look = form.chosen()
    shown = _shown(look, form, brand, drafts.keep(request.actor, look))
    if request.htmx:
        return render(request, "administration/looks/edit.html#preview", {"form": form, "brand": brand, **shown})
    return redirect(shown["address"])


@require_GET
@allowed_only(Permission.MANAGE_BRANDS)
def tried_on(request: DeskRequest, brand_id: int, draft: str) -> HttpResponse:
    """The brand's real front page as a stranger sees it, in a draft's looks."""
    brand = _brand(brand_id)
    look, scheme = _draft(request, brand, draft), _scheme(request)
    request.trying_on = Worn(
        look,
        styles=f"{_address('sheet', brand, draft, 'colours')}?scheme={scheme}",
        own_styles=_address("sheet", brand, draft, "own") if look.css else "",
        scheme=scheme,
        is_draft=True,
    )
    request.brand, request.actor = brand, Actor.anonymous()
    response = front_page(request)
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_GET
@allowed_only(Permission.MANAGE_BRANDS)
def sheet(request: DeskRequest, brand_id: int, draft: str, sheet_name: str) -> HttpResponse:
    """A style sheet of a draft: its colours, or the brand's own."""
    look = _draft(request, _brand(brand_id), draft)
    return look_views.as_sheet(look.css) if sheet_name == "own" else look_views.styles_of(look, scheme=_scheme(request))


@require_GET
@allowed_only(Permission.MANAGE_BRANDS)
def revisions(request: DeskRequest, brand_id: int) -> HttpResponse:
    """How the brand has looked, the newest first."""
    brand = _brand(brand_id)
    rows = Look.objects.filter(brand=brand).with_pictures().select_related("author").newest_first()
    context = {"brand": brand, "looks": list(rows), "section": SECTION}
    return render(request, "administration/looks/revisions.html", context)


@require_POST
@allowed_only(Permission.MANAGE_BRANDS)
def restore(request: DeskRequest, brand_id: int, look_id: int) -> HttpResponse:
    """Having a look again."""
    brand = _brand(brand_id)
    actions.restore(actor=request.actor, brand=brand, look_id=look_id, now=timezone.now())
    messages.success(request, _("%(name)s looks as it did then.") % {"name": brand.name})
    return redirect("administration:looks:revisions", brand.pk)


def _brand(brand_id: int) -> Brand:
    found = Brand.objects.filter(pk=brand_id).first()
    if found is None:
        raise NotFound
    return found


def _form(request: DeskRequest, brand: Brand) -> LookForm:
    """The form over what is worn now; sent again after a refusal, over the draft in which its pictures were kept."""
    if request.method != "POST":
        return LookForm(look=worn.newest(brand))
    kept = drafts.find(request.actor, brand.pk, request.POST.get("draft", ""))
    return LookForm(request.POST, request.FILES, look=kept or worn.newest(brand))


def _saved(request: DeskRequest, form: LookForm) -> bool:
    try:
        actions.choose(actor=request.actor, look=form.chosen(), now=timezone.now())
    except Invalid as error:
        for name, problems in error.details.items():
            form.add_error(name if name in form.fields else None, " ".join(told for _, told in problems))
        return False
    return True


def _draft(request: DeskRequest, brand: Brand, name: str) -> Look:
    found = worn.newest(brand) if name == NOW else drafts.find(request.actor, brand.pk, name)
    if found is None:
        raise NotFound
    return found


def _shown(look: Look, form: LookForm, brand: Brand, draft: str) -> dict[str, Any]:
    """Where the frame finds its page, and how well words are read with these choices."""
    scheme = "dark" if form.data.get("scheme") == "dark" else "light"
    measured = palette.measured(colour=look.colour, background=look.background, band=look.band)
    return {
        "address": f"{_address('tried_on', brand, draft)}?scheme={scheme}",
        "scheme": scheme,
        "measured": measured,
        "problems": [
            f"{form[name].label}: {' '.join(map(str, told))}"
            for name, told in form.errors.items()
            if name in form.fields
        ],
    }


def _address(view: str, brand: Brand, *names: str) -> str:
    return reverse(f"administration:looks:{view}", args=[brand.pk, *names])


def _scheme(request: DeskRequest) -> str:
    return "dark" if request.GET.get("scheme") == "dark" else "light"
