"""Groups: agents who belong together, and the walls around their tickets."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import affected, granting, readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration import people_field
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.groups.forms import GroupForm, agents_at
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.models import Group, GroupMembership

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SECTION = "groups"


@require_GET
@allowed_only(Permission.MANAGE_GROUPS)
def groups(request: DeskRequest) -> HttpResponse:
    """Every group, and how many agents are in it."""
    members = Count("memberships", filter=Q(memberships__user__is_active=True))
    rows = readable.groups(request.actor).annotate(people=members).order_by("-is_default", "name")
    return render(request, "administration/groups/list.html", {"groups": rows, "section": SECTION})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_GROUPS)
def new(request: DeskRequest) -> HttpResponse:
    """A new group with its first members."""
    form = GroupForm(_posted(request), actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            group = _create(request.actor, form, timezone.now())
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is there.") % {"name": group.name})
            return redirect("administration:groups:list")
    return _page(request, form, {"group": None})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_GROUPS)
def edit(request: DeskRequest, group_id: int) -> HttpResponse:
    """One group: its words, its walls, its members."""
    group = _group(request, group_id)
    form = GroupForm(_posted(request), actor=request.actor, group=group)
    if request.method == "POST" and form.is_valid():
        try:
            done = _changed(request, form, group)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return done
    return _page(request, form, {"group": group})


@require_POST
@allowed_only(Permission.MANAGE_GROUPS)
def delete(request: DeskRequest, group_id: int) -> HttpResponse:
    """Close a group. Its tickets keep it, its members leave it."""
    group = _group(request, group_id)
    members = list(GroupMembership.objects.filter(group=group).values_list("user_id", flat=True))
    back = reverse("administration:groups:edit", args=[group.pk])
    words = Words(
        _("Delete %(name)s") % {"name": group.name},
        SECTION,
        back,
        (_("Its unsolved tickets lose who they are assigned to."),),
    )
    change = partial(actions.delete_group, group=group, now=timezone.now())
    asked = confirm(request, change=change, user_ids=members, words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is deleted.") % {"name": group.name})
    return redirect("administration:groups:list")


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _group(request: DeskRequest, group_id: int) -> Group:
    found = readable.groups(request.actor).filter(pk=group_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def _create(actor: Actor, form: GroupForm, now: datetime) -> Group:
    columns = form.columns()
    becomes_default = columns.pop("is_default", False)
    group = actions.create_group(now=now, **{"name": "", **columns})
    if becomes_default:
        group = actions.update_group(group=group, now=now, is_default=True)
    _move(actor, form, group, now)
    return group


def _changed(request: DeskRequest, form: GroupForm, group: Group) -> HttpResponse:
    columns = form.columns()
    change = partial(_change, request.actor, form, group, timezone.now())
    concerned = {*affected.by_group(columns), *_moved_ids(request.actor, form)}
    here = reverse("administration:groups:edit", args=[group.pk])
    notes = (_("A private group stays private: this cannot be taken back."),) if "is_public" in columns else ()
    words = Words(_("Change %(name)s") % {"name": group.name}, SECTION, here, notes)
    asked = confirm(request, change=change, user_ids=sorted(concerned), words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is changed.") % {"name": form.cleaned_data["name"]})
    return redirect("administration:groups:list")


@transaction.atomic
def _change(actor: Actor, form: GroupForm, group: Group, now: datetime) -> None:
    actions.update_group(group=group, now=now, **form.columns())
    _move(actor, form, group, now)


def _moved_ids(actor: Actor, form: GroupForm) -> list[int]:
    came, went = _moved(form)
    return list(agents_at(actor, came | went).values_list("pk", flat=True))


def _moved(form: GroupForm) -> tuple[set[str], set[str]]:
    chosen = form.cleaned_data
    return people_field.moved(chosen.get("members_shown", ""), chosen.get("members", ""))


def _move(actor: Actor, form: GroupForm, group: Group, now: datetime) -> None:
    came, went = _moved(form)
    leaving = GroupMembership.objects.filter(group=group, user__email__in=went).select_related("user", "group")
    for membership in leaving.order_by("pk"):
        granting.require_group_member(actor, membership.user, group)
        actions.leave_group(membership=membership, now=now)
    for user in agents_at(actor, came).order_by("pk"):
        granting.require_group_member(actor, user, group)
        actions.add_to_group(user=user, group=group, now=now)


def _page(request: DeskRequest, form: GroupForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "administration/groups/edit.html", {**context, "form": form, "section": SECTION}, status=status
    )
