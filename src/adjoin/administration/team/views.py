"""The team: who is on it, what each may do, and where they work."""

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
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import granting, permissions, readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.team import changes, queries
from adjoin.administration.team.forms import BulkBrandsForm, InviteForm, StandingForm
from adjoin.brands import actions as brand_actions
from adjoin.brands.actions import How
from adjoin.brands.models import Brand
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.models import User
from adjoin.sign_in import resetting

PAGE_SIZE = 100
SECTION = "team"


@require_GET
@allowed_only(Permission.SEE_TEAM)
def members(request: DeskRequest) -> HttpResponse:
    """Everybody on the team, narrowed by what the address asks for."""
    return _list(request, BulkBrandsForm(initial={"how": How.ADD}))


@require_POST
@allowed_only(Permission.MANAGE_BRANDS)
def set_brands(request: DeskRequest) -> HttpResponse:
    """Add, take away or set brands of all who are ticked, or of everybody the filters leave."""
    form, users = BulkBrandsForm(request.POST), _ticked(request)
    back = f"{reverse('administration:team:list')}?{request.GET.urlencode()}"
    if not form.is_valid() or not users:
        if not users:
            form.add_error(None, _("Tick at least one person who is no admin. Admins work for every brand."))
        return _list(request, form, status=422)
    brands = list(Brand.objects.filter(pk__in=form.cleaned_data["brands"]))
    how = How(form.cleaned_data["how"])
    change = partial(brand_actions.change_brands, users=users, brands=brands, how=how, now=timezone.now())
    words = Words(heading=_told(how, brands, len(users)), section=SECTION, back=back)
    asked = confirm(request, change=change, user_ids=[user.pk for user in users], words=words)
    if asked is not None:
        return asked
    messages.success(request, f"{_told(how, brands, len(users))}: saved.")
    return redirect(back)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TEAM)
def invite(request: DeskRequest) -> HttpResponse:
    """Put somebody on the team: a new person gets a mail with a link, an end user becomes an agent."""
    form = InviteForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid() and (form.known is None or form.cleaned_data["upgrade"]):
        try:
            done = _upgraded(request, form, form.known) if form.known else _invited(request, form)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return done
    context = {"form": form, "known": None if form.errors else form.known, "section": SECTION}
    return render(request, "administration/team/invite.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.SEE_TEAM)
def member(request: DeskRequest, user_id: int) -> HttpResponse:
    """One person: their role, how far it reaches, their brands and groups. Some roles may only look."""
    user = _person(request, user_id)
    if not permissions.allows(request.actor, Permission.MANAGE_TEAM):
        return _looked_at(request, user)
    form = StandingForm(request.POST if request.method == "POST" else None, actor=request.actor, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            done = _changed(request, form, user)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return done
    context = {
        "person": user,
        "form": form,
        "role_name": queries.role_name(user),
        "is_self": user.pk == request.actor.user_id,
        "may_reset": resetting.may_reset(request.actor, user),
        "may_suspend": user.is_agent and not user.is_owner and _may_change(request, user),
        "section": SECTION,
    }
    return render(request, "administration/team/member.html", context, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_TEAM)
def suspend(request: DeskRequest, user_id: int) -> HttpResponse:
    """Keep somebody from signing in; what they said and what they are stays."""
    return _set_suspended(request, user_id, is_suspended=True)


@require_POST
@allowed_only(Permission.MANAGE_TEAM)
def reactivate(request: DeskRequest, user_id: int) -> HttpResponse:
    """Let somebody sign in again."""
    return _set_suspended(request, user_id, is_suspended=False)


def _looked_at(request: DeskRequest, user: User) -> HttpResponse:
    """A team member's page without anything to change. Raises `NotFound`, `NotAllowed` for who tries to."""
    if not user.is_agent:
        raise NotFound
    if request.method == "POST":
        permissions.require(request.actor, Permission.MANAGE_TEAM)
    context = {"person": user, "one": queries.members(request.actor, [user])[0], "section": SECTION}
    return render(request, "administration/team/looked_at.html", context)


def _list(request: DeskRequest, form: BulkBrandsForm, *, status: int = 200) -> HttpResponse:
    asked = {name: reading.words(request, name)[:100] for name in queries.FILTERS}
    rows = queries.narrowed(queries.team(request.actor), asked)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    address = request.GET.copy()
    address.pop("page", None)
    context = {
        "members": queries.members(request.actor, list(page.object_list)),
        "page": page,
        "asked": asked,
        "is_filtered": any(asked.values()),
        "query": address.urlencode(),
        "filters": _filters(request),
        "form": form,
        "ticked": set(request.POST.getlist("user")),
        "may_set_brands": permissions.allows(request.actor, Permission.MANAGE_BRANDS),
        "may_invite": permissions.allows(request.actor, Permission.MANAGE_TEAM),
        "section": SECTION,
    }
    return render(request, "administration/team/list.html", context, status=status)


def _filters(request: DeskRequest) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Name, label and choices of each filter."""
    groups = readable.groups(request.actor).order_by("name").values_list("pk", "name")
    return [
        ("role", _("Role"), [*queries.roles(), (queries.LIGHT, _("Light agent, marked so"))]),
        ("brand", _("Brand"), [(queries.NONE, _("No brand at all")), *queries.brands()]),
        ("group", _("Group"), [(str(pk), name) for pk, name in groups]),
        ("status", _("Status"), [(key, str(label)) for key, label in queries.STATUSES]),
    ]


def _ticked(request: DeskRequest) -> list[User]:
    """Who is meant by the list: those ticked, or all that its filters leave; without admins."""
    rows = queries.team(request.actor).exclude(role="admin")
    if request.POST.get("all"):
        asked = {name: reading.words(request, name)[:100] for name in queries.FILTERS}
        return list(queries.narrowed(rows, asked))
    ids = {reading.whole_number(value) or 0 for value in request.POST.getlist("user")}
    return list(rows.filter(pk__in=ids))


def _told(how: How, brands: list[Brand], count: int) -> str:
    """What is about to happen, in words: "Add Acme Home for 3 people"."""
    names = ", ".join(sorted(brand.name for brand in brands)) or _("no brand")
    people = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return {
        How.ADD: _("Add %(names)s for %(people)s") % {"names": names, "people": people},
        How.REMOVE: _("Take %(names)s from %(people)s") % {"names": names, "people": people},
        How.SET: _("Exactly %(names)s for %(people)s") % {"names": names, "people": people},
    }[how]


def _person(request: DeskRequest, user_id: int) -> User:
    rows = readable.users(request.actor).filter(is_active=True, partner_name="").select_related("custom_role")
    found = rows.filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def _may_change(request: DeskRequest, user: User) -> bool:
    return user.pk != request.actor.user_id and (request.actor.is_admin or not user.is_admin)


def _changed(request: DeskRequest, form: StandingForm, user: User) -> HttpResponse:
    here = reverse("administration:team:member", args=[user.pk])
    change = partial(changes.change, actor=request.actor, user=user, standing=form.standing(), now=timezone.now())
    words = Words(heading=_("Change %(name)s") % {"name": user.name}, section=SECTION, back=here)
    asked = confirm(request, change=change, user_ids=[user.pk], words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is changed.") % {"name": user.name})
    return redirect(here)


def _invited(request: DeskRequest, form: InviteForm) -> HttpResponse:
    user = changes.invite(
        actor=request.actor,
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        standing=form.standing(),
        host=request.brand.host,
        desk=request.account.name,
        now=timezone.now(),
    )
    messages.success(
        request,
        _("%(name)s is on the team. A mail with a link is on its way to %(email)s.")
        % {"name": user.name, "email": user.email},
    )
    return redirect("administration:team:member", user.pk)


def _upgraded(request: DeskRequest, form: InviteForm, user: User) -> HttpResponse:
    change: Any = partial(changes.change, actor=request.actor, user=user, standing=form.standing(), now=timezone.now())
    words = Words(
        heading=_("Make %(name)s a team member") % {"name": user.name},
        section=SECTION,
        back=reverse("administration:team:invite"),
    )
    asked = confirm(request, change=change, user_ids=[user.pk], words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is on the team.") % {"name": user.name})
    return redirect("administration:team:member", user.pk)


def _set_suspended(request: DeskRequest, user_id: int, *, is_suspended: bool) -> HttpResponse:
    user = _person(request, user_id)
    granting.require_member(request.actor, user)
    change = partial(actions.update_user, user=user, now=timezone.now(), is_suspended=is_suspended)
    here = reverse("administration:team:member", args=[user.pk])
    heading = (
        _("Suspend %(name)s") % {"name": user.name}
        if is_suspended
        else _("Let %(name)s sign in again") % {"name": user.name}
    )
    asked = confirm(request, change=change, user_ids=[user.pk], words=Words(heading, SECTION, here))
    if asked is not None:
        return asked
    done = _("is suspended and signed out everywhere") if is_suspended else _("can sign in again")
    messages.success(request, f"{user.name} {done}.")
    return redirect(here)
