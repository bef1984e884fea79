"""Choosing whom to see the desk as, beginning and ending it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db.models import Q
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.view_as import middleware, viewing
from adjoin.brands.models import Brand
from adjoin.kernel import languages
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.terms import Role

FOUND_MAX = 20
WORKSPACE = "/agent/"


@require_GET
@allowed_only(Permission.VIEW_AS)
def choose(request: DeskRequest) -> HttpResponse:
    """People by a part of their name or address, each with the way to see the desk as them."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = readable.users(request.actor).filter(is_active=True, is_suspended=False, partner_name="")
    people = people.exclude(role=Role.ADMIN).exclude(is_owner=True)
    if asked:
        people = people.filter(Q(name__icontains=asked) | Q(email__icontains=asked.lower()))
    else:
        people = people.filter(role=Role.AGENT)
    context = {
        "section": "view_as",
        "asked": asked,
        "people": list(people.order_by("name", "pk")[:FOUND_MAX]),
        "brands": list(_brands()),
        "minutes": int(viewing.LASTS.total_seconds() // 60),
    }
    return render(request, "administration/view_as/choose.html", context)


@require_POST
@allowed_only(Permission.VIEW_AS)
def begin(request: DeskRequest, user_id: int) -> HttpResponse:
    """See the workspace as an agent, or a brand's help center as an end user."""
    person, now = viewing.somebody(request.actor, user_id), timezone.now()
    back = request.build_absolute_uri(reverse("administration:view_as:choose"))
    if person.is_agent or (brand := _brand(request)).pk == request.brand.pk:
        host = request.get_host()
        viewing.begin(request.session, actor=request.actor, person=person, host=host, back=back, now=now)
        rotate_token(request)
        return redirect(WORKSPACE if person.is_agent else languages.help_center(person.locale, brand.locale))
    key = viewing.link(request.session, actor=request.actor, person=person, brand=brand, back=back, now=now)
    to = f"{brand.url}{reverse('administration:view_as:enter', args=[key])}"
    return render(
        request, "administration/view_as/onward.html", {"to": to, "words": _("On to %(name)s") % {"name": brand.name}}
    )


@require_GET
def enter(request: DeskRequest, one_time_key: str) -> HttpResponse:
    """The way into another brand's help center, which has a host and a session of its own."""
    viewing.enter(request.session, key=one_time_key, brand=request.brand, host=request.get_host())
    rotate_token(request)
    return redirect(languages.help_center(translation.get_language() or ""))


@require_POST
def end(request: DeskRequest) -> HttpResponse:
    """Be oneself again, where it began."""
    if request.viewing is None:
        raise NotFound
    back = middleware.leave(request)
    if urlsplit(back).netloc == request.get_host():
        return redirect(back)
    return render(request, "administration/view_as/onward.html", {"to": back, "words": _("Back to the settings")})


def _brands() -> list[Brand]:
    return list(Brand.objects.filter(is_active=True, has_help_center=True).order_by("-is_default", "name"))


def _brand(request: DeskRequest) -> Brand:
    asked = request.POST.get("brand_id", "")
    brands = {str(brand.pk): brand for brand in _brands()}
    found = brands.get(asked) if asked else next(iter(brands.values()), None)
    if found is None:
        raise NotFound
    return found
