"""The agents' pages of one ticket: read it, answer it, change it, file a new one."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import permissions, pointing
from adjoin.access.actors import Actor
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.kernel import ids
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions as people_actions
from adjoin.people.models import User
from adjoin.tickets import actions, choices, field_inputs, fillers, filling, moving, once, queries, uploads
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.forms import CommentForm, NewTicketForm, PropertiesForm
from adjoin.tickets.queries import TicketPage
from adjoin.tickets.terms import Channel, TicketStatus

WEB = Via(Channel.WEB)


@agents_only
@require_GET
def detail(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The ticket: conversation, composer, properties, context. `?all=1` shows the conversation from its beginning."""
    page = _load(request, ticket_id)
    playing = reading.whole_number(request.GET.get("play", ""))  # the view that is worked through
    return render(request, "tickets/detail.html", {**context_of(request, page), "playing": playing})


@agents_only
@require_GET
def live(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The parts of the page that change while it is open, for `<live-ticket>` to put in place."""
    page = _load(request, ticket_id)
    return render(request, "tickets/detail.html#live", context_of(request, page))


@agents_only
@require_POST
def comment(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Send a reply or add a note, with or without a new status. What is refused keeps what was typed."""
    page = _load(request, ticket_id)
    form = CommentForm(request.POST, request.FILES, auto_id="comment_%s")
    if not form.is_valid():
        return _comment_again(request, page, form)
    try:
        done = _say(request.actor, page, form, now())
    except NotFound:
        raise
    except DeskError as error:
        form.add_error(None, str(error))
        return _comment_again(request, page, form)
    if not request.htmx:
        messages.success(request, done)
        return redirect(reverse("tickets:detail", args=[ticket_id]) + "#composer")
    fresh = _composer(form.cleaned_data["mode"])  # who notes something down goes on noting, not replying
    try:
        page = _load(request, ticket_id)
    except NotFound:
        return _lost(request)
    return _told(render(request, "tickets/detail.html#composer", context_of(request, page, comment_form=fresh)), done)


@agents_only
@require_POST
def update(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Change the properties that the person changed, and no others. What takes the ticket from them asks first."""
    page = _load(request, ticket_id)
    if not (page.may.edit or page.may.tags):
        permissions.require(request.actor, Permission.EDIT_TICKET, page.ticket)
    form = PropertiesForm(request.POST, actor=request.actor, page=page)
    try:
        if form.is_valid() and form.changes:
            if "sure" not in request.POST and moving.is_lost_by(request.actor, page.ticket, form.changes):
                return _ask_before_losing(request, page, form)
            _change(request.actor, ticket_id, form, now())
    except (NotFound, NotAllowed):
        raise
    except DeskError as error:
        form.add_error(None, str(error))
    if not form.is_valid():
        template = "tickets/detail.html#properties" if request.htmx else "tickets/detail.html"
        return render(request, template, context_of(request, page, properties_form=form), status=422)
    if not request.htmx:
        messages.success(request, _("Changed.") if form.changes else _("Nothing was different."))
        return redirect("tickets:detail", ticket_id)
    return _changed(request, ticket_id)


@agents_only
@require_http_methods(["GET", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """File a ticket for somebody."""
    permissions.require(request.actor, Permission.CREATE_TICKET)
    if request.method == "GET":
        initial = {name: request.GET.get(name, "") for name in ("requester", "subject")}
        form = NewTicketForm(actor=request.actor, initial={**initial, "key": once.new_key()})
        return render(request, "tickets/new.html", {"form": form, "section": "new"})
    if "fields" in request.POST:  # another form was chosen: its fields, with everything that was typed
        form = NewTicketForm(actor=request.actor, initial=request.POST.dict())
        return render(request, "tickets/new.html", {"form": form, "section": "new"})
    form = NewTicketForm(request.POST, request.FILES, actor=request.actor)
    try:
        if form.is_valid():
            return redirect(_file(request.actor, form, now()))
    except DeskError as error:
        form.add_error(None, str(error))
    return render(request, "tickets/new.html", {"form": form, "section": "new"}, status=422)


@agents_only
@require_GET
def people(request: DeskRequest) -> HttpResponse:
    """Suggestions for a field that takes people: `?q=an`, `&agents=1` for agents only."""
    found = choices.people_matching(request.actor, request.GET.get("q", ""), agents_only="agents" in request.GET)
    return render(request, "tickets/people.html", {"people": found})


@agents_only
@require_GET
def lookup(request: DeskRequest) -> HttpResponse:
    """Suggestions for a lookup field: `?target=zen:user&q=an`, and with `&source=zen:ticket&field_id=12` those that
    this field offers."""
    target, field = request.GET.get("target", ""), None
    if (field_id := reading.whole_number(request.GET.get("field_id", ""))) and request.GET.get(
        "source"
    ) in pointing.MODELS:
        field = pointing.field(request.GET["source"], field_id)
    if field is not None:
        target = field.target
    found = pointing.matching(request.actor, target, request.GET.get("q", ""), field)
    return render(request, "tickets/found.html", {"found": found})


def _load(request: DeskRequest, ticket_id: int) -> TicketPage:
    ticket = queries.ticket(request.actor, ticket_id)
    return queries.ticket_page(request.actor, ticket, all_comments="all" in request.GET)


def context_of(request: DeskRequest, page: TicketPage, **forms: Any) -> dict[str, Any]:
    """What the templates of a ticket's page get. `forms` are those that were refused; the others are fresh."""
    if page.is_private_side and (page.may.edit or page.may.tags) and "properties_form" not in forms:
        forms["properties_form"] = PropertiesForm(actor=request.actor, page=page)
    if "properties_form" not in forms:
        forms["own_facts"] = field_inputs.facts(
            page.ticket, to_end_users=not page.is_private_side, actor=request.actor if page.is_private_side else None
        )
    if "comment_form" not in forms:
        forms["comment_form"] = _composer("reply" if page.may.reply else "note")
    sendable = page.statuses_to_send_with if page.may.edit else []
    return {
        "page": page,
        "ticket": page.ticket,
        "statuses": sendable,
        "are_grouped": len({one.category for one in sendable}) < len(sendable),
        "statuses_of_desk": page.statuses,
        "section": "views",
        "offered": partial(fillers.offered, request.actor, page.ticket),  # asked for where the composer is shown
        "suggested": partial(fillers.suggested, request.actor, page.ticket),
        "filled": (filled := filling.pending(request.actor, page.ticket, forms["comment_form"])),
        "filled_files": filling.ticked(filled, forms["comment_form"]),
        **forms,
    }


def _composer(mode: str) -> CommentForm:
    return CommentForm(initial={"mode": mode, "key": once.new_key()}, auto_id="comment_%s")


def _comment_again(request: DeskRequest, page: TicketPage, form: CommentForm) -> HttpResponse:
    template = "tickets/detail.html#composer" if request.htmx else "tickets/detail.html"
    return render(request, template, context_of(request, page, comment_form=form), status=422)


def _say(actor: Actor, page: TicketPage, form: CommentForm, at: datetime) -> str:
    """Carry out what the composer asks for, once for its key. Returns what to tell the person."""
    ticket, status = page.ticket, form.cleaned_data["status"]
    if not status and form.is_public and ticket.status == TicketStatus.NEW and page.may.edit:
        status = TicketStatus.OPEN  # answered, so no longer new
    token = keep_files(actor, form, at)
    macro, files = filling.fields(actor, ticket, form, at), filling.files(actor, ticket, form, at)
    fields, by_macro = dict(macro), macro.keys() & {"status", "custom_status_id"}
    if status and (form.cleaned_data["status"] or not by_macro) and status != page.status_value:
        fields = {name: value for name, value in macro.items() if name not in by_macro} | page.statuses.body_of(status)
    said = None
    if form.cleaned_data["body"].strip() or token or files:
        said = NewComment(
            body=form.cleaned_data["body"],
            is_public=form.is_public,
            is_local=form.is_local,
            upload_tokens=(token,) if token else (),
            attachments=files,
        )
    elif not form.cleaned_data["status"] and not macro:
        raise DeskError(_("Write something first, or choose a status."))

    def step() -> str:
        actions.update(actor=actor, ticket_id=ticket.pk, now=at, via=WEB, comment=said, **fields)
        return _told_of(said)

    return once.act(actor=actor, key=_key(form, "mode", "body", "status", "macro", "macro_files"), now=at, step=step)


def _key(form: CommentForm | NewTicketForm, *names: str) -> str:
    """The key of a form with these words in it. With other words (after "back") it is another thing to do."""
    if not form.cleaned_data["key"]:
        return ""
    words = [form.cleaned_data[name] for name in names] + [file.name for file in form.cleaned_data["attachments"]]
    return f"{form.cleaned_data['key']}-{ids.digest(repr(words))}"


def _told_of(said: NewComment | None) -> str:
    if said is None:
        return _("Changed.")
    return _("Reply sent.") if said.is_public else _("Note added.")


def keep_files(actor: Actor, form: CommentForm | NewTicketForm, at: datetime) -> str:
    """Take in the form's files. The form keeps their token, so that nobody chooses them again after a refusal."""
    token = str(form.cleaned_data["upload_token"])
    for file in form.cleaned_data["attachments"]:
        token = uploads.receive(actor=actor, stream=file, file_name=file.name or "", now=at, token=token).token
    ticked = {name: form.cleaned_data[name] for name in ("macro_files",) if name in form.fields}
    form.data = {**dict(form.data.items()), **ticked, "upload_token": token}
    return token


def _change(actor: Actor, ticket_id: int, form: PropertiesForm, at: datetime) -> None:
    values = form.changes
    for name in ("ccs", "followers"):
        if name in values:
            values[name] = [user.pk for user in _people(actor, values[name], at, are_agents=name == "followers")]
    actions.update(actor=actor, ticket_id=ticket_id, now=at, via=WEB, **values)


def _people(actor: Actor, addresses: list[str], at: datetime, *, are_agents: bool) -> list[User]:
    """The people at these addresses; somebody new is added as an end user where that makes sense."""
    known = choices.people_with_addresses(actor, addresses)
    for address in addresses:
        if address not in known and are_agents:
            raise DeskError(
                say("%(address)s is nobody's address here. Only agents follow a ticket.") % {"address": address}
            )
        if address not in known:
            permissions.require(actor, Permission.MANAGE_END_USERS)
            known[address] = people_actions.find_or_create_end_user(email=address, name="", now=at)
    return [known[address] for address in addresses]


def _ask_before_losing(request: DeskRequest, page: TicketPage, form: PropertiesForm) -> HttpResponse:
    context = context_of(request, page, properties_form=form, losing=form.destination)
    template = "tickets/detail.html#properties" if request.htmx else "tickets/detail.html"
    return render(request, template, context, status=422)


def _changed(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The properties as they are now; after a change that shuts the person out, the way back to the list."""
    try:
        page = _load(request, ticket_id)
    except NotFound:
        return _lost(request)
    return _told(render(request, "tickets/detail.html#properties", context_of(request, page)), "")


def _lost(request: DeskRequest) -> HttpResponse:
    """Back to the list, from a ticket that the person has given out of their sight."""
    messages.success(request, _("Changed. The ticket is no longer yours to read."))
    return HttpResponse(status=204, headers={"HX-Redirect": "/agent/"})


def _file(actor: Actor, form: NewTicketForm, at: datetime) -> str:
    """Create the ticket, once for the form's key. Returns its address."""
    token = keep_files(actor, form, at)

    def step() -> str:
        requester = _people(actor, [form.cleaned_data["requester"]], at, are_agents=False)[0]
        said = NewComment(
            body=form.cleaned_data["body"], is_public=form.is_public, upload_tokens=(token,) if token else ()
        )
        written = actions.create(actor=actor, now=at, via=WEB, comment=said, requester_id=requester.pk, **form.values)
        return reverse("tickets:detail", args=[written.ticket.pk])

    return once.act(actor=actor, key=_key(form, "requester", "subject", "mode", "body"), now=at, step=step)


def _told(response: HttpResponse, words: str) -> HttpResponse:
    """Have the page fetch its changed parts, and say `words` to the person."""
    response.headers["HX-Trigger"] = json.dumps({"ticket-changed": {}, **({"toast": words} if words else {})})
    return response
