"""End users: the people who ask."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import permissions, readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.organizations.queries import RIGHTS, rights_of
from adjoin.administration.people import queries
from adjoin.administration.people.forms import NewPersonForm, PersonForm
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.field_values import Target
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions, fields, parse
from adjoin.people.actions import MEMBERSHIPS_MAX
from adjoin.people.api import members, own_values
from adjoin.people.models import User, UserField
from adjoin.sign_in import resetting
from adjoin.tickets import pointers

SECTION = "people"


@require_GET
@allowed_only(Permission.MANAGE_END_USERS)
def people(request: DeskRequest) -> HttpResponse:
    """The end users that whoever asks may look up, by name. Who may not list them searches."""
    words, only_suspended = reading.words(request, "q")[:100], request.GET.get("state") == "suspended"
    may_list = permissions.allows(request.actor, Permission.LIST_END_USERS)
    rows = queries.listed(request.actor, words, only_suspended=only_suspended)
    page = Paginator(rows if may_list or words else rows.none(), queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "people": list(page.object_list),
        "words": words,
        "only_suspended": only_suspended,
        "may_list": may_list,
        "may_change_fields": permissions.allows(request.actor, Permission.MANAGE_USER_FIELDS),
        "section": SECTION,
    }
    return render(request, "administration/people/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_END_USERS)
def new(request: DeskRequest) -> HttpResponse:
    """Somebody new. A checked address at an organization's domain puts them into it."""
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_user(now=timezone.now(), **form.cleaned_data)
        except DeskError as error:
            form.explain(error)
        else:
            return redirect(at(user))
    context = {"form": form, "section": SECTION}
    return render(request, "administration/people/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_END_USERS)
def person(request: DeskRequest, user_id: int) -> HttpResponse:
    """One end user; a team member's page is in the team's room."""
    user = readable.users(request.actor).filter(pk=user_id, is_active=True).first()
    if user is not None and user.is_agent and permissions.allows(request.actor, Permission.SEE_TEAM):
        return redirect("administration:team:member", user.pk)
    user = end_user(request, user_id)
    sent = request.POST if request.method == "POST" else None
    form = PersonForm(sent, actor=request.actor, person=user, own_fields=fields.active(UserField))
    if request.method == "POST" and form.is_valid():
        try:
            check = own_values.check_for(request.actor)
            columns = parse.user(form.data_to_write(), existing=user, check=check)
            actions.update_user(user=user, now=timezone.now(), **columns)
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(at(user))
    return page_of(request, user, form=form, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_END_USERS)
def verify(request: DeskRequest, user_id: int) -> HttpResponse:
    """Say that an address is theirs: a mail domain counts from then on."""
    user = end_user(request, user_id)
    change = partial(actions.update_user, user=user, now=timezone.now(), is_verified=True)
    words = Words(_("Mark %(email)s as verified") % {"email": user.email}, SECTION, at(user))
    return confirm(request, change=change, user_ids=[user.pk], words=words) or redirect(at(user))


@require_POST
@allowed_only(Permission.MANAGE_END_USERS)
def suspend(request: DeskRequest, user_id: int) -> HttpResponse:
    """Keep somebody from signing in; what they asked stays."""
    return _set_suspended(request, user_id, is_suspended=True)


@require_POST
@allowed_only(Permission.MANAGE_END_USERS)
def reactivate(request: DeskRequest, user_id: int) -> HttpResponse:
    """Let somebody sign in again."""
    return _set_suspended(request, user_id, is_suspended=False)


def end_user(request: DeskRequest, user_id: int) -> User:
    """The end user, if whoever asks may look them up, and change them where they come to. Raises `NotFound`,
    `NotAllowed`."""
    found = queries.end_users(request.actor).filter(pk=user_id).first()
    if found is None:
        raise NotFound
    if request.method == "POST":
        members.may_update(request.actor, found, {}, {})
    return found


def page_of(request: DeskRequest, user: User, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one person; `more` is a form that was refused, and why."""
    words = reading.words(request, "q")[:100]
    places = queries.places(request.actor, user, words, request.GET.get("page"))
    context = {
        "person": user,
        "form": more.get("form") or PersonForm(actor=request.actor, person=user, own_fields=fields.active(UserField)),
        "page": places,
        "rights": [(one, rights_of(one)) for one in places.object_list],
        "rights_choices": RIGHTS,
        "may_edit_rights": permissions.allows(request.actor, Permission.EDIT_ORGANIZATIONS),
        "may_reset": resetting.may_reset(request.actor, user),
        "may_upgrade": permissions.allows(request.actor, Permission.MANAGE_TEAM),
        "words": words,
        "places_max": MEMBERSHIPS_MAX,
        "pointers": pointers.all_of(request.actor, Target.USER, user.pk),
        "requests": queries.recent_requests(request.actor, user),
        "section": SECTION,
        **more,
    }
    return render(request, "administration/people/detail.html", context, status=status)


def at(user: User) -> str:
    """The address of somebody's page."""
    return reverse("administration:people:detail", args=[user.pk])


def _set_suspended(request: DeskRequest, user_id: int, *, is_suspended: bool) -> HttpResponse:
    user = end_user(request, user_id)
    change = partial(actions.update_user, user=user, now=timezone.now(), is_suspended=is_suspended)
    heading = (
        _("Suspend %(name)s") % {"name": user.name}
        if is_suspended
        else _("Let %(name)s sign in again") % {"name": user.name}
    )
    return confirm(
        request, change=change, user_ids=[user.pk], words=Words(heading, SECTION, at(user))
    ) or redirect(at(user))  # fmt: skip
