"""The members of an organization, each changed alone: what a page does not show, it cannot drop."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adjoin.access import readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.organizations import queries, views
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.people.api import writing
from adjoin.people.models import User


@require_POST
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def add(request: DeskRequest, organization_id: int) -> HttpResponse:
    """One person more, named by their address."""
    row = writing.organization(request.actor, pk=organization_id)
    typed, rights = request.POST.get("email", "").strip(), request.POST.get("rights", queries.OWN)
    user = named(request, typed)
    if user is None:
        problem = _("Nobody here has that address. Add them under End users first.")
        return views.page_of(request, row, email=typed, member_problem=problem, status=422)
    data = {"user_id": user.pk, "organization_id": row.pk, **queries.as_rights(rights)}
    change = partial(writing.create_membership, request.actor, data, timezone.now())
    try:
        asked = confirm(
            request,
            change=change,
            user_ids=[user.pk],
            words=_words(
                request, _("Add %(name)s to %(organization)s") % {"name": user.name, "organization": row.name}, row.pk
            ),
        )
    except DeskError as error:
        problem = _("They are a member already.") if "already been taken" in str(error) else str(error)
        return views.page_of(request, row, email=typed, member_problem=problem, status=422)
    if asked is None:
        messages.success(request, _("%(name)s is a member.") % {"name": user.name})
    return asked or redirect(_back(request, row.pk))


@require_POST
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def change(request: DeskRequest, organization_id: int, membership_id: int) -> HttpResponse:
    """What this one member sees, whatever the organization shares with all."""
    row = writing.membership(request.actor, pk=membership_id, organization_id=organization_id)
    rights = queries.as_rights(request.POST.get("rights", queries.OWN))
    change = partial(writing.update_membership, request.actor, row, rights, timezone.now())
    heading = _("Change what %(name)s sees of %(organization)s") % {
        "name": row.user.name,
        "organization": row.organization.name,
    }
    asked = confirm(request, change=change, user_ids=[row.user_id], words=_words(request, heading, organization_id))
    return asked or redirect(_back(request, organization_id))


@require_POST
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def remove(request: DeskRequest, organization_id: int, membership_id: int) -> HttpResponse:
    """One member less."""
    row = writing.membership(request.actor, pk=membership_id, organization_id=organization_id)
    change = partial(writing.end_membership, request.actor, row, timezone.now())
    heading = _("Remove %(name)s from %(organization)s") % {
        "name": row.user.name,
        "organization": row.organization.name,
    }
    words = _words(request, heading, organization_id, is_end=True)
    asked = confirm(request, change=change, user_ids=[row.user_id], words=words)
    if asked is None:
        messages.success(request, _("%(name)s is no member any more.") % {"name": row.user.name})
    return asked or redirect(_back(request, organization_id))


def named(request: DeskRequest, email: str) -> User | None:
    """The person with that address whom the actor may look up."""
    found: User | None = (
        readable.users(request.actor).filter(is_active=True, email=email.replace("\x00", "").lower()).first()
    )
    return found


def _words(request: DeskRequest, heading: str, organization_id: int, *, is_end: bool = False) -> Words:
    notes = (_("Open tickets of whoever leaves belong to the organization no more."),) if is_end else ()
    return Words(heading=heading, section=views.SECTION, back=_back(request, organization_id), notes=notes)


def _back(request: DeskRequest, organization_id: int) -> str:
    """The same page of members."""
    address = reverse("administration:organizations:detail", args=[organization_id])
    return f"{address}{'?' + request.GET.urlencode() if request.GET else ''}#members"
