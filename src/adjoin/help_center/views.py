"""The help center's pages. All work as links and forms; htmx asks for parts of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.actors import Actor
from adjoin.brands import admission
from adjoin.fields import queries as fields
from adjoin.help_center import actions, audience, choosing, requests, shelves, stranger_views
from adjoin.help_center.forms import (
    ONLY_NAMED,
    ColleagueForm,
    ReplyForm,
    RequestForm,
    begin_where_wrong,
    chosen_of,
)
from adjoin.help_center.gates import onwards, open_here, signed_in_here, to_sign_in
from adjoin.help_center.requests import Whose
from adjoin.help_center.stranger_forms import RatingForm
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions as people
from adjoin.satisfaction import queries as ratings
from adjoin.satisfaction.actions import may_be_rated
from adjoin.tickets import field_inputs, once, uploads
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.fields.models import TicketForm
    from adjoin.help_center.choosing import Offer
    from adjoin.tickets.models import Ticket

VIA = Via(Channel.HELP_CENTER)
EMAILS_LOOKED_UP = 50
REFUSED = 422  # a form with something wrong in it, shown again with what was typed


def front_door(request: HttpRequest) -> HttpResponse:
    """The help center in the language of whoever comes."""
    return redirect("help_center:home")


@require_GET
@open_here
def home(request: DeskRequest) -> HttpResponse:
    """The brand's front page, with what waits for the person if they have signed in."""
    return front_page(request)


def front_page(request: DeskRequest) -> HttpResponse:
    """The front page for whoever asks, once it is known that they may come in."""
    person = _person(request)
    context: dict[str, Any] = {"is_home": True, **shelves.front_page(request, shelves.of_address(request))}
    if not person.is_anonymous:
        context |= {"awaiting": requests.awaiting(person), "latest": requests.latest(person)}
    return render(request, "help_center/home.html", context)


@require_http_methods(["GET", "POST"])
@open_here
def new(request: DeskRequest) -> HttpResponse:
    """The form for a new request, and its filing. Where the brand takes them, strangers have one of their own."""
    person = _person(request)
    if person.is_anonymous:
        return stranger_views.new(request) if admission.takes_strangers(request.brand) else to_sign_in(request)
    offered = fields.forms_offered(request.brand.pk, to_end_users=True)
    chosen = chosen_of(request.GET.get("ticket_form_id", ""), offered)
    if chosen is None and len(offered) > 1:
        return render(request, "help_center/choose_form.html", {"forms": offered})
    followed = requests.followed(person, request.GET.get("followup", ""))
    form = _new_form(request, person, chosen or fields.default_form(), followed)
    if request.method == "GET":
        return _show_new(request, form, forms=offered, followed=followed)
    token = _keep_files(person, form)
    if form.is_valid():
        said, values = form.cleaned_data, form.values()
        more: dict[str, Any] = {"custom_fields": values} if values else {}
        more |= {"ticket_form_id": chosen.pk} if chosen is not None else {}
        try:
            ticket_id = once.act(
                actor=person,
                key=said["once"],
                now=now(),
                step=lambda: str(
                    actions.file_request(
                        actor=person,
                        brand=request.brand,
                        subject=said["subject"],
                        body=said["body"],
                        upload_tokens=(token,) if token else (),
                        organization_id=said.get("organization"),
                        is_confidential=said.get("readers") == ONLY_NAMED,
                        cc_emails=said.get("cc", ()),
                        followup_of=followed.pk if followed else None,
                        now=now(),
                        via=VIA,
                        **more,
                    ).pk
                ),
            )
        except DeskError as error:
            form.explain(error)
        else:
            return onwards(request, reverse("help_center:request", args=[ticket_id]))
    return _show_new(request, form, token=token, status=REFUSED, forms=offered, followed=followed)


@require_GET
@signed_in_here
def who_will_see(request: DeskRequest) -> HttpResponse:
    """Who will read the request being typed: one sentence, for htmx."""
    return render(request, "help_center/new.html#audience", {"sentence": _audience_of_new(request, request.GET)})


@require_GET
@signed_in_here
def own_requests(request: DeskRequest) -> HttpResponse:
    """What they asked for themselves."""
    return _list(request, Whose.OWN, tab="requests")


@require_GET
@signed_in_here
def copied_requests(request: DeskRequest) -> HttpResponse:
    """What they are copied on."""
    return _list(request, Whose.COPIED, tab="copied")


@require_GET
@signed_in_here
def organization_requests(request: DeskRequest) -> HttpResponse:
    """What people of their organizations asked for, one organization at a time."""
    person = _person(request)
    asked = choosing.number(request.GET.get("organization", ""))
    offer = choosing.seen(person, chosen_id=asked, words=request.GET.get("organization_words", ""))
    chosen = offer.chosen(asked)
    if chosen is None:
        raise NotFound
    is_followed = requests.own_membership(person, chosen.pk).followed_at is not None
    return _list(request, chosen.pk, tab="organizations", offer=offer, chosen=chosen, is_followed=is_followed)


@require_POST
@signed_in_here
def follow(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Have a mail about each new request of an organization, or none any more."""
    membership = requests.own_membership(_person(request), organization_id)
    if "stop" in request.POST:
        people.unfollow_organization(membership=membership)
        messages.success(request, _("You get no more mails about new requests."))
    else:
        people.follow_organization(membership=membership, now=now())
        messages.success(request, _("You get a mail about each new request from now on."))
    return redirect(f"{reverse('help_center:organizations')}?organization={organization_id}")


@require_GET
@signed_in_here
def detail(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """One request; for htmx only what may have changed."""
    ticket = requests.get(_person(request), ticket_id)
    return _show(request, ticket, part="#live" if request.htmx else "")


@require_POST
@signed_in_here
def reply(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """One more thing said on a request."""
    return _say(request, ticket_id, actions.reply)


@require_POST
@signed_in_here
def solve(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The request is solved, perhaps with a last word."""
    return _say(request, ticket_id, actions.mark_solved)


@require_POST
@signed_in_here
def add_colleague(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """One more person copied."""
    person = _person(request)
    ticket = requests.get(person, ticket_id)
    form = ColleagueForm(request.POST)
    if form.is_valid():
        try:
            actions.add_colleague(
                actor=person, ticket_id=ticket_id, email=form.cleaned_data["email"], now=now(), via=VIA
            )
        except Invalid as error:
            form.add_error("email", str(error))
        else:
            if not request.htmx:
                return redirect("help_center:request", ticket_id)
            form = ColleagueForm()
    begin_where_wrong(form)
    return _show(request, ticket, part="#people" if request.htmx else "", colleague=form)


def _person(request: DeskRequest) -> Actor:
    """Who asks, as the help center of this host sees them: agents are customers here."""
    return request.actor.as_end_user(request.brand.pk)


def _keep_files(person: Actor, form: RequestForm | ReplyForm) -> str:
    """Take in the files of a form, also of one with something wrong in it, so that nobody has to choose them again.

    Gives back the token of the upload; empty without files."""
    form.is_valid()
    token = str(form.cleaned_data.get("kept") or "")
    if not requests.kept_files(person, token):
        token = ""
    try:
        for file in form.cleaned_data.get("attachments") or []:
            upload = uploads.receive(actor=person, stream=file, file_name=file.name or "", now=now(), token=token)
            token = upload.token
    except DeskError as error:
        form.explain(error, to="attachments")
    return token


def _new_form(
    request: DeskRequest, person: Actor, chosen: TicketForm | None, followed: Ticket | None = None
) -> RequestForm:
    said = request.GET if request.method == "GET" else request.POST
    wanted = choosing.number(said.get("organization", "")) or (followed.organization_id if followed else None)
    about: dict[str, Any] = {
        "organizations": choosing.own(person, chosen_id=wanted, words=said.get("organization_words", "")),
        "has_viewers": audience.has_viewers(person),
        "chosen": chosen,
    }
    if request.method == "GET":
        return RequestForm(initial=_begun(about["organizations"], wanted, followed), **about)
    return RequestForm(request.POST, request.FILES, **about)


def _begun(offer: Offer, organization_id: int | None, followed: Ticket | None) -> dict[str, Any]:
    """What stands in a new form already."""
    chosen = offer.chosen(organization_id)
    begun = {"once": once.new_key(), "organization": chosen.pk if chosen else None, "organization_words": offer.words}
    return {**begun, "subject": f"Re: {followed.subject}"[:250]} if followed else begun


def _show_new(
    request: DeskRequest,
    form: RequestForm,
    *,
    forms: Sequence[TicketForm],
    token: str = "",
    status: int = 200,
    followed: Ticket | None = None,
) -> HttpResponse:
    begin_where_wrong(form)
    context = {
        "form": form,
        "followed": followed,
        "is_one_of_several": len(forms) > 1,
        "kept": requests.kept_files(_person(request), token),
        "token": token,
        "sentence": _audience_of_new(request, _said_in(request, form)),
    }
    return render(request, "help_center/new.html", context, status=status)


def _said_in(request: DeskRequest, form: RequestForm) -> dict[str, str]:
    """What a form being shown says of who will see the request."""
    said = request.GET if request.method == "GET" else request.POST
    value = form["organization"].value() if "organization" in form.fields else ""
    shown = form.organizations.chosen(choosing.number(str(value)))
    return {
        "cc": said.get("cc", ""),
        "readers": said.get("readers", ""),
        "organization": str(shown.pk) if shown else "",
    }


def _audience_of_new(request: DeskRequest, said: Mapping[str, Any]) -> str:
    emails = [one for one in re.split(r"[,;\s]+", said.get("cc", "").lower()) if one]
    found = audience.of_new(
        _person(request),
        choosing.number(said.get("organization", "")),
        emails[:EMAILS_LOOKED_UP],
        is_confidential=said.get("readers") == ONLY_NAMED,
    )
    return audience.sentence(found, reader_id=request.actor.user_id, brand_name=request.brand.name)


def _list(request: DeskRequest, of: Whose | int, *, tab: str, **more: Any) -> HttpResponse:
    person, status, words = _person(request), request.GET.get("status", ""), request.GET.get("query", "")
    filters = {"organization": more["chosen"].pk} if "offer" in more and more["offer"].are_several else {}
    context = {
        "page": requests.listed(person, of, status=status, words=words, cursor=request.GET.get("after", "")),
        "tab": tab,
        "status": status if status in requests.STATUS_FILTERS else "",
        "words": words,
        "is_filtered": bool(words.strip() or status in requests.STATUS_FILTERS),
        "is_later_page": "after" in request.GET,
        "statuses": [("", _("All")), *((key, label) for key, (label, _) in requests.STATUS_FILTERS.items())],
        "has_organizations": bool(person.seen_organization_ids),
        "without_status": urlencode({**filters, **({"query": words} if words else {})}),
        "address": urlencode(
            {**filters, **{key: request.GET[key] for key in ("status", "query") if key in request.GET}}
        ),
        **more,
    }
    return render(request, "help_center/requests.html", context)


def _say(request: DeskRequest, ticket_id: int, action: Callable[..., Ticket]) -> HttpResponse:
    person = _person(request)
    ticket = requests.get(person, ticket_id)
    form = ReplyForm(request.POST, request.FILES)
    token = _keep_files(person, form)
    if form.is_valid():
        said = form.cleaned_data

        def step() -> str:
            body = said["body"]
            return str(
                action(
                    actor=person,
                    ticket_id=ticket_id,
                    body=body,
                    upload_tokens=(token,) if token else (),
                    now=now(),
                    via=VIA,
                ).pk
            )

        try:
            once.act(actor=person, key=said["once"], now=now(), step=step)
        except DeskError as error:
            form.explain(error)
        else:
            if not request.htmx:
                return redirect(f"{reverse('help_center:request', args=[ticket_id])}#answer")
            return _show(request, requests.get(person, ticket_id), part="#said")
    part = "#request" if request.htmx else ""
    begin_where_wrong(form)
    return _show(request, ticket, part=part, form=form, token=token, status=REFUSED)


def _show(
    request: DeskRequest,
    ticket: Ticket,
    *,
    part: str = "",
    form: ReplyForm | None = None,
    token: str = "",
    colleague: ColleagueForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = _person(request)
    form = form or ReplyForm(initial={"once": once.new_key()})
    reads = audience.of(person, ticket)
    is_own = ticket.requester_id == person.user_id
    rating = ratings.of(ticket.pk) if is_own else None
    context = {
        "ticket": ticket,
        "rating": rating,
        "rating_form": RatingForm(initial=RatingForm.kept(rating)) if is_own and may_be_rated(ticket, rating) else None,
        "comments": requests.conversation(person, ticket),
        "steps": requests.steps(ticket),
        "follows": requests.goes_on_from(person, ticket),
        "own_facts": field_inputs.facts(ticket, to_end_users=True),
        "audience": reads,
        "sentence": audience.sentence(reads, reader_id=person.user_id, brand_name=request.brand.name),
        "form": form,
        "kept": requests.kept_files(person, token),
        "token": token,
        "colleague": colleague or ColleagueForm(),
        "may_reply": requests.may_reply(person, ticket),
        "may_mark_solved": requests.may_mark_solved(person, ticket),
        "may_add_colleague": requests.may_add_colleague(person, ticket),
        "is_own": is_own,
        "is_copied": reads.is_copied(person.user_id),
    }
    if colleague is not None and colleague.errors:
        status = REFUSED
    return render(request, f"help_center/request.html{part}", context, status=status)
