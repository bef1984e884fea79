"""Brands: the faces of the account, and the spaces in which agents work."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import diff
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.brands.forms import BrandForm
from adjoin.administration.confirm import Words, confirm
from adjoin.brands import actions
from adjoin.brands.actions import How
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.models import User
from adjoin.people.terms import Role

SECTION = "brands"


@require_GET
@allowed_only(Permission.MANAGE_BRANDS)
def brands(request: DeskRequest) -> HttpResponse:
    """Every brand, and how many agents work for it besides the admins."""
    working = Q(memberships__user__role=Role.AGENT, memberships__user__is_active=True)
    rows = Brand.objects.annotate(people=Count("memberships", filter=working))
    context = {"brands": rows.order_by("-is_default", "-is_active", "name"), "section": SECTION}
    return render(request, "administration/brands/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def new(request: DeskRequest) -> HttpResponse:
    """A new brand with its first agents."""
    form = BrandForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            brand = _create(form, timezone.now())
        except Invalid as error:
            _tell(form, error)
        else:
            messages.success(request, _("%(name)s answers at %(host)s.") % {"name": brand.name, "host": brand.host})
            return redirect("administration:brands:list")
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def edit(request: DeskRequest, brand_id: int) -> HttpResponse:
    """One brand: its words, its look, who works for it."""
    brand = _brand(brand_id)
    form = BrandForm(_posted(request), brand=brand)
    if request.method == "POST" and form.is_valid():
        try:
            done = _changed(request, form, brand)
        except Invalid as error:
            _tell(form, error)
        else:
            return done
    return _page(request, form, brand)


@require_POST
@allowed_only(Permission.MANAGE_BRANDS)
def delete(request: DeskRequest, brand_id: int) -> HttpResponse:
    """Delete a brand without tickets."""
    brand = _brand(brand_id)
    actions.delete_brand(brand=brand, now=timezone.now())
    messages.success(request, _("%(name)s is deleted.") % {"name": brand.name})
    return redirect("administration:brands:list")


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _brand(brand_id: int) -> Brand:
    found = Brand.objects.filter(pk=brand_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def _create(form: BrandForm, now: datetime) -> Brand:
    brand = actions.create_brand(now=now, **form.columns())
    _move(form, brand, now)
    return brand


@transaction.atomic
def _change(form: BrandForm, brand: Brand, now: datetime) -> None:
    _move(form, actions.change_brand(brand=brand, now=now, **form.columns()), now)


def _move(form: BrandForm, brand: Brand, now: datetime) -> None:
    came, went = form.moved()
    actions.change_brands(users=came, brands=[brand], how=How.ADD, now=now)
    actions.change_brands(users=went, brands=[brand], how=How.REMOVE, now=now)


def _changed(request: DeskRequest, form: BrandForm, brand: Brand) -> HttpResponse:
    change = partial(_change, form, brand, timezone.now())
    came, went = form.moved()
    # Whether somebody is in every brand in use decides whom they look up, so all agents may be concerned.
    concerned = (
        diff.agents() if form.columns().get("is_active") != brand.is_active else [one.pk for one in (*came, *went)]
    )
    words = Words(
        _("Change %(name)s") % {"name": brand.name}, SECTION, reverse("administration:brands:edit", args=[brand.pk])
    )
    asked = confirm(request, change=change, user_ids=concerned, words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is changed.") % {"name": form.cleaned_data["name"]})
    return redirect("administration:brands:list")


def _tell(form: BrandForm, error: Invalid) -> None:
    """What is wrong, beside the field it is about."""
    for name, problems in error.details.items():
        where = {"active": "is_active"}.get(name, name)
        form.add_error(where if where in form.fields else None, " ".join(told for _, told in problems))


def _page(request: DeskRequest, form: BrandForm, brand: Brand | None) -> HttpResponse:
    admins = User.objects.active().filter(role=Role.ADMIN).order_by("name").values_list("name", flat=True)
    context = {"form": form, "brand": brand, "admins": list(admins), "section": SECTION}
    return render(request, "administration/brands/edit.html", context, status=422 if form.errors else 200)
