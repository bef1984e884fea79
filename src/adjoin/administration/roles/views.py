"""Custom roles: what each sort of agent may do."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import granting
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.roles.forms import RoleForm
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.models import CustomRole

SECTION = "roles"


@require_GET
@allowed_only(Permission.MANAGE_ROLES)
def roles(request: DeskRequest) -> HttpResponse:
    """Every role there is besides agent and admin, and how many people have it."""
    rows = _rows().order_by("role_type", "name")
    own = set(rows.filter(users=request.actor.user_id or 0).values_list("pk", flat=True))
    context = {"roles": rows, "own": own, "section": SECTION}
    return render(request, "administration/roles/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ROLES)
def new(request: DeskRequest) -> HttpResponse:
    """A new role, from nothing or from one there is (`?from=`)."""
    start = _rows().filter(pk=reading.whole_number(request.GET.get("from", "")) or 0).first()
    form = RoleForm(_posted(request), actor=request.actor, role=None, start=start)
    if request.method == "POST" and form.is_valid():
        granting.require_configuration(request.actor, form.configuration())
        try:
            row = actions.create_role(
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                configuration=form.configuration(),
                now=timezone.now(),
            )
        except Invalid as error:
            form.add_error("name", str(error))
        else:
            messages.success(
                request, _("%(name)s is there. Give it to people on their page of the team.") % {"name": row.name}
            )
            return redirect("administration:roles:list")
    context = {"form": form, "role": None, "start": start, "starters": _rows().order_by("role_type", "name")}
    return _page(request, form, context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ROLES)
def edit(request: DeskRequest, role_id: int) -> HttpResponse:
    """One role: read by all who manage roles, changed by others than those who have it."""
    role = _role(role_id)
    is_own = not request.actor.is_admin and role.users.filter(pk=request.actor.user_id).exists()
    form = RoleForm(_posted(request), actor=request.actor, role=role, start=None)
    if request.method == "POST" and form.is_valid():
        try:
            done = _changed(request, form, role)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return done
    is_fixed = is_own or role.is_built_in
    for field in form.fields.values():
        field.disabled = field.disabled or is_fixed
    context = {"form": form, "role": role, "is_own": is_own, "is_fixed": is_fixed}
    return _page(request, form, context)


@require_POST
@allowed_only(Permission.MANAGE_ROLES)
def delete(request: DeskRequest, role_id: int) -> HttpResponse:
    """Remove a role that nobody has."""
    role = _role(role_id)
    granting.require_not_own_role(request.actor, role)
    actions.delete_role(role=role, now=timezone.now())
    messages.success(request, _("%(name)s is deleted.") % {"name": role.name})
    return redirect("administration:roles:list")


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _rows() -> QuerySet[CustomRole]:
    return CustomRole.objects.annotate(people=Count("users", filter=Q(users__is_active=True)))


def _role(role_id: int) -> Any:
    found = _rows().filter(pk=role_id).first()
    if found is None:
        raise NotFound
    return found


def _changed(request: DeskRequest, form: RoleForm, role: CustomRole) -> HttpResponse:
    granting.require_not_own_role(request.actor, role)
    granting.require_configuration(request.actor, form.configuration(), role.configuration)
    change = partial(
        actions.update_role,
        role=role,
        now=timezone.now(),
        name=form.cleaned_data["name"],
        description=form.cleaned_data["description"],
        configuration=form.configuration(),
    )
    words = Words(
        _("Change %(name)s") % {"name": role.name}, SECTION, reverse("administration:roles:edit", args=[role.pk])
    )
    asked = confirm(request, change=change, user_ids=role.users.values_list("pk", flat=True), words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is changed for everybody who has it.") % {"name": form.cleaned_data["name"]})
    return redirect("administration:roles:list")


def _page(request: DeskRequest, form: RoleForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "administration/roles/edit.html", {**context, "section": SECTION}, status=status)
