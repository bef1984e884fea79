"""What waits, for the agents who look after it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from adjoin.access import readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.suspended import actions, queries
from adjoin.tickets import file_views

SECTION = "suspended"
PAGE_SIZE = 50


@require_GET
@allowed_only(Permission.MANAGE_SUSPENDED_TICKETS)
def waiting(request: DeskRequest) -> HttpResponse:
    """Everything that waits in one's brands, the newest first."""
    rows = readable.suspended_tickets(request.actor).select_related("brand").newest_first()
    page = Paginator(rows.annotate(file_count=Count("files")), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "suspended/list.html", {"page": page, "section": SECTION})


@require_GET
@allowed_only(Permission.MANAGE_SUSPENDED_TICKETS)
def detail(request: DeskRequest, suspended_id: int) -> HttpResponse:
    """One of them, as plain text."""
    row = queries.get(request.actor, suspended_id)
    context = {
        "row": row,
        "files": row.files.order_by("pk"),
        "goes_at": row.created_at + actions.KEPT,
        "section": SECTION,
    }
    return render(request, "suspended/detail.html", context)


@require_safe
@allowed_only(Permission.MANAGE_SUSPENDED_TICKETS)
def file(request: DeskRequest, suspended_id: int, file_id: int) -> FileResponse:
    """A file that came with it, as a download. Nobody has looked whether it does harm."""
    found = queries.get(request.actor, suspended_id).files.filter(pk=file_id).first()
    if found is None:
        raise NotFound
    return file_views.as_download(found)


@require_POST
@allowed_only(Permission.MANAGE_SUSPENDED_TICKETS)
def recover(request: DeskRequest) -> HttpResponse:
    """Make tickets of the chosen ones."""
    try:
        made = actions.recover(actor=request.actor, suspended_ids=_chosen(request), now=timezone.now())
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("suspended:list")
    if len(made) == 1:
        messages.success(request, say("It is ticket #%(id)s now.") % {"id": made[0].pk})
    else:
        messages.success(
            request, say("%(count)s are tickets now.") % {"count": len(made)} if made else say("Choose some first.")
        )
    return redirect("suspended:list")


@require_POST
@allowed_only(Permission.MANAGE_SUSPENDED_TICKETS)
def delete(request: DeskRequest) -> HttpResponse:
    """Delete the chosen ones for good."""
    gone = actions.delete(actor=request.actor, suspended_ids=_chosen(request), now=timezone.now())
    messages.success(request, say("%(count)s deleted.") % {"count": gone} if gone else say("Choose some first."))
    return redirect("suspended:list")


def _chosen(request: DeskRequest) -> list[int]:
    return [int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdecimal() and len(one) < 19]
