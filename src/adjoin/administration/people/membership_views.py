"""The organizations of a person, each changed alone: what a page does not show, it cannot drop."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.organizations import queries
from adjoin.administration.organizations import views as organization_views
from adjoin.administration.people import views
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.api import writing
from adjoin.people.models import User


@require_GET
@allowed_only(Permission.MANAGE_END_USERS)
def suggest(request: DeskRequest) -> HttpResponse:
    """Names of organizations that begin with what is being typed."""
    return organization_views.suggested(request)


@require_POST
@allowed_only(Permission.MANAGE_END_USERS)
def join(request: DeskRequest, user_id: int) -> HttpResponse:
    """One organization more, by its name."""
    user, name = views.end_user(request, user_id), request.POST.get("organization", "").strip()
    found = readable.organizations(request.actor).filter(name__iexact=name.replace("\x00", "")).first()
    if found is None:
        problem = _("No organization has that name.")
        return views.page_of(request, user, organization=name, organization_problem=problem, status=422)
    rights = queries.as_rights(request.POST.get("rights", queries.OWN))
    data = {"user_id": user.pk, "organization_id": found.pk, **rights}
    change = partial(writing.create_membership, request.actor, data, timezone.now())
    try:
        asked = confirm(
            request,
            change=change,
            user_ids=[user.pk],
            words=_words(
                request, _("Add %(name)s to %(organization)s") % {"name": user.name, "organization": found.name}, user
            ),
        )
    except DeskError as error:
        problem = _("They belong to it already.") if "already been taken" in str(error) else str(error)
        return views.page_of(request, user, organization=name, organization_problem=problem, status=422)
    return asked or redirect(_back(request, user))


@require_POST
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def change(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """What they see of one organization by themselves."""
    user = views.end_user(request, user_id)
    row = writing.membership(request.actor, pk=membership_id, user_id=user.pk)
    rights = queries.as_rights(request.POST.get("rights", queries.OWN))
    change = partial(writing.update_membership, request.actor, row, rights, timezone.now())
    heading = _("Change what %(name)s sees of %(organization)s") % {
        "name": user.name,
        "organization": row.organization.name,
    }
    asked = confirm(request, change=change, user_ids=[user.pk], words=_words(request, heading, user))
    return asked or redirect(_back(request, user))


@require_POST
@allowed_only(Permission.MANAGE_END_USERS)
def make_default(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """The organization that their new tickets belong to, unless they choose another one."""
    user = views.end_user(request, user_id)
    row = writing.membership(request.actor, pk=membership_id, user_id=user.pk)
    actions.make_default(membership=row, now=timezone.now())
    return redirect(_back(request, user))


@require_POST
@allowed_only(Permission.MANAGE_END_USERS)
def leave(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """One organization less."""
    user = views.end_user(request, user_id)
    row = writing.membership(request.actor, pk=membership_id, user_id=user.pk)
    change = partial(writing.end_membership, request.actor, row, timezone.now())
    heading = _("Remove %(name)s from %(organization)s") % {"name": user.name, "organization": row.organization.name}
    asked = confirm(request, change=change, user_ids=[user.pk], words=_words(request, heading, user))
    return asked or redirect(_back(request, user))


def _words(request: DeskRequest, heading: str, user: User) -> Words:
    return Words(heading=heading, section=views.SECTION, back=_back(request, user))


def _back(request: DeskRequest, user: User) -> str:
    """The same page of organizations."""
    return f"{views.at(user)}{'?' + request.GET.urlencode() if request.GET else ''}#organizations"
