"""Organizations: who belongs together, and what members see of each other's tickets."""

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
from adjoin.administration.confirm import CONFIRMED, Words, confirm
from adjoin.administration.organizations import queries
from adjoin.administration.organizations.forms import NewOrganizationForm, OrganizationForm
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.field_values import Target
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions, fields
from adjoin.people.actions import mapping
from adjoin.people.api import writing
from adjoin.people.models import Organization, OrganizationField
from adjoin.tickets import pointers

SECTION = "organizations"
SUGGESTED = 8


@require_GET
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def organizations(request: DeskRequest) -> HttpResponse:
    """All organizations that whoever asks may look up, by name."""
    words = reading.words(request, "q")[:100]
    page = Paginator(queries.listed(request.actor, words), queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": queries.rows(request.actor, list(page.object_list)),
        "page": page,
        "words": words,
        "may_create": permissions.allows(request.actor, Permission.MANAGE_ORGANIZATIONS),
        "may_change_fields": permissions.allows(request.actor, Permission.MANAGE_ORGANIZATION_FIELDS),
        "section": SECTION,
    }
    return render(request, "administration/organizations/list.html", context)


@require_GET
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def suggest(request: DeskRequest) -> HttpResponse:
    """Names that begin with what is being typed, for `<token-field>`."""
    return suggested(request)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ORGANIZATIONS)
def new(request: DeskRequest) -> HttpResponse:
    """A new organization; people with addresses at its domains belong to it."""
    form = NewOrganizationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.data_to_write()
        made: list[Organization] = []

        def change() -> None:
            made[:] = [writing.create_organization(request.actor, data, timezone.now(), at_once=_is_trial(request))]

        try:
            words = _words(_("Add %(name)s") % {"name": data["name"]}, reverse("administration:organizations:new"))
            asked = confirm(request, change=change, user_ids=writing.concerned(None, data), words=words)
            if asked is not None:
                return asked
        except DeskError as error:
            form.explain(error)
        else:
            return redirect("administration:organizations:detail", made[0].pk)
    context = {"form": form, "section": SECTION}
    return render(request, "administration/organizations/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """One organization: what is known of it, its domains, and a page of its members."""
    row = writing.organization(request.actor, pk=organization_id)
    sent = request.POST if request.method == "POST" else None
    form = OrganizationForm(sent, actor=request.actor, organization=row, fields=fields.active(OrganizationField))
    if request.method == "POST" and form.is_valid():
        change = partial(writing.update_organization, request.actor, row, form.data_to_write(), timezone.now())
        try:
            asked = confirm(
                request,
                change=change,
                user_ids=actions.concerned(row),
                words=_words(_("Change %(name)s") % {"name": row.name}, _at(row)),
            )
        except DeskError as error:
            form.explain(error)
        else:
            if asked is None:
                messages.success(request, _("Saved."))
            return asked or redirect(_at(row))
    return page_of(request, row, form=form, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.EDIT_ORGANIZATIONS)
def domains(request: DeskRequest, organization_id: int) -> HttpResponse:
    """One domain more, or one less. The others stay, whatever the page has shown of them."""
    row = writing.organization(request.actor, pk=organization_id)
    added, removed = request.POST.get("add", "").strip(), request.POST.get("remove", "")
    names = [*(name for name in row.domain_names if name != removed), *([added] if added else [])]
    data = {"domain_names": names}
    is_trial = _is_trial(request)
    change = partial(writing.update_organization, request.actor, row, data, timezone.now(), at_once=is_trial)
    try:
        words = _words(
            _("Add %(added)s to %(name)s") % {"added": added, "name": row.name}
            if added
            else _("Take %(removed)s from %(name)s") % {"removed": removed, "name": row.name},
            _at(row),
        )
        asked = confirm(request, change=change, user_ids=writing.concerned(row, data), words=words)
    except Invalid as error:
        problem = str(error).removeprefix("Domain names: ")
        return page_of(request, row, domain=added, domain_problem=problem[:1].upper() + problem[1:] + ".", status=422)
    return asked or redirect(f"{_at(row)}#domains")


@require_POST
@allowed_only(Permission.MANAGE_ORGANIZATIONS)
def merge(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Have everything of this organization belong to another one."""
    row, name = writing.organization(request.actor, pk=organization_id), request.POST.get("winner", "").strip()
    winner = readable.organizations(request.actor).filter(name__iexact=name.replace("\x00", "")).first()
    if winner is None:
        return page_of(request, row, winner=name, merge_problem=_("No organization has that name."), status=422)
    change = partial(
        actions.merge_organizations, loser=row, winner=winner, now=timezone.now(), at_once=_is_trial(request)
    )
    note = _("%(name)s is deleted. Its members, tickets and domains belong to %(winner)s then.") % {
        "name": row.name,
        "winner": winner.name,
    }
    words = _words(_("Merge %(name)s into %(winner)s") % {"name": row.name, "winner": winner.name}, _at(row), note)
    both = sorted({*actions.concerned(row), *actions.concerned(winner)})
    try:
        asked = confirm(request, change=change, user_ids=both, words=words, joined=(row.pk, winner.pk))
    except Invalid as error:
        return page_of(request, row, winner=name, merge_problem=str(error).removeprefix("Winner: "), status=422)
    if asked is None:
        messages.success(
            request,
            _("%(name)s is a part of %(winner)s now, or will be in a moment.")
            % {"name": row.name, "winner": winner.name},
        )
    return asked or redirect(_at(winner))


@require_POST
@allowed_only(Permission.MANAGE_ORGANIZATIONS)
def delete(request: DeskRequest, organization_id: int) -> HttpResponse:
    """The organization is gone; its people and tickets stay."""
    row = writing.organization(request.actor, pk=organization_id)
    change = partial(writing.delete_organization, request.actor, row, timezone.now())
    words = _words(
        _("Delete %(name)s") % {"name": row.name},
        _at(row),
        _("Its people stay, and their tickets belong to no organization then."),
    )
    asked = confirm(request, change=change, user_ids=actions.concerned(row), words=words)
    if asked is None:
        messages.success(request, _("%(name)s is deleted.") % {"name": row.name})
    return asked or redirect("administration:organizations:list")


def suggested(request: DeskRequest) -> HttpResponse:
    """Organizations whose name begins with `q`, as `<token-field>` takes them."""
    words = reading.words(request, "q")[:100]
    rows = readable.organizations(request.actor).filter(name__istartswith=words).order_by("name")
    found = list(rows[:SUGGESTED]) if words else []
    return render(request, "administration/organizations/suggest.html", {"found": found})


def page_of(request: DeskRequest, row: Organization, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one organization; `more` is a form that was refused, and why."""
    form = OrganizationForm(actor=request.actor, organization=row, fields=fields.active(OrganizationField))
    words = reading.words(request, "q")[:100]
    members = queries.members(row, words, request.GET.get("page"))
    context = {
        "organization": row,
        "facts": queries.rows(request.actor, [row])[0],
        "form": form,
        "members": members,
        "rights": [(one, queries.rights_of(one)) for one in members.object_list],
        "rights_choices": queries.RIGHTS,
        "words": words,
        "pointers": pointers.all_of(request.actor, Target.ORGANIZATION, row.pk),
        "joining_soon": mapping.newcomers(row, row.domain_names)[:1].exists() if row.domain_names else False,
        "may_manage": permissions.allows(request.actor, Permission.MANAGE_ORGANIZATIONS),
        "section": SECTION,
        **more,
    }
    return render(request, "administration/organizations/detail.html", context, status=status)


def _at(row: Organization) -> str:
    return reverse("administration:organizations:detail", args=[row.pk])


def _words(heading: str, back: str, *notes: str) -> Words:
    return Words(heading=heading, section=SECTION, back=back, notes=notes)


def _is_trial(request: DeskRequest) -> bool:
    """Whether the change may be tried first: then all of it must happen at once, to be counted."""
    return CONFIRMED not in request.POST
