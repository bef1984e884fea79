"""Pages for people who have not signed in: asking, confirming that an address is theirs, registering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from adjoin.brands import admission
from adjoin.fields import queries as fields
from adjoin.help_center import actions, registration
from adjoin.help_center.forms import begin_where_wrong, chosen_of
from adjoin.help_center.gates import onwards, throttle
from adjoin.help_center.stranger_forms import FirstPasswordForm, RegisterForm, StrangerForm
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sign_in import policy
from adjoin.sign_in.terms import Method
from adjoin.suspended import actions as suspended
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.fields.models import TicketForm

REFUSED = 422


def new(request: DeskRequest) -> HttpResponse:
    """The form for a request, and its filing. What is said afterwards is the same for every address."""
    offered = fields.forms_offered(request.brand.pk, to_end_users=True)
    chosen = chosen_of(request.GET.get("ticket_form_id", ""), offered)
    if chosen is None and len(offered) > 1:
        return render(request, "help_center/choose_form.html", {"forms": offered})
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = StrangerForm(*sent, chosen=chosen or fields.default_form())
    if request.method == "POST" and form.is_valid():
        throttle(request, form.cleaned_data["email"])
        try:
            _file(request, form, chosen)
        except DeskError as error:
            form.explain(error)
        else:
            return onwards(request, reverse("help_center:sent"))
    if form.errors:
        form.lament_lost_files()
        begin_where_wrong(form)
    context = {"form": form, "is_one_of_several": len(offered) > 1, "registers": admission.registers(request.brand)}
    return render(request, "help_center/new_stranger.html", context, status=REFUSED if form.errors else 200)


@require_GET
def sent(request: DeskRequest) -> HttpResponse:
    """What happens next, in the same words for everybody."""
    return render(request, "help_center/sent.html")


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: DeskRequest, one_time_key: str) -> HttpResponse:
    """The page behind a mailed link: what waits in the name of an address, of which its owner says what is theirs."""
    try:
        rows = suspended.waiting_for(one_time_key)
        is_none = "none" in request.POST  # said with a button of its own, for it deletes everything
        said = request.POST.getlist("chosen") if not is_none else []
        chosen = [row.pk for row in rows if str(row.pk) in said]
        if chosen or is_none:
            made = suspended.confirm(secret=one_time_key, chosen=chosen, now=now())
            return render(request, "help_center/confirmed.html", {"made": made})
    except suspended.DeadLink as error:
        return render(request, "help_center/dead_link.html", {"words": str(error)}, status=error.status)
    is_unsaid = request.method == "POST"
    context = {"rows": rows, "is_one": len(rows) == 1, "is_unsaid": is_unsaid}
    return render(request, "help_center/confirm.html", context, status=REFUSED if is_unsaid else 200)


@require_http_methods(["GET", "POST"])
def register(request: DeskRequest) -> HttpResponse:
    """Who somebody is; a link goes to the address they give."""
    if not admission.registers(request.brand):
        raise NotFound
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        throttle(request, form.cleaned_data["email"], "register")
        try:
            registration.ask(brand=request.brand, **form.cleaned_data)
        except Invalid as error:
            form.add_error("email", str(error))
        else:
            return redirect("help_center:registration_sent")
    begin_where_wrong(form)
    return render(request, "help_center/register.html", {"form": form}, status=REFUSED if form.errors else 200)


@require_GET
def registration_sent(request: DeskRequest) -> HttpResponse:
    """Look at your mail."""
    return render(request, "help_center/registration_sent.html")


@never_cache
@require_http_methods(["GET", "POST"])
def finish_registration(request: DeskRequest, one_time_key: str) -> HttpResponse:
    """The page behind the link: a name and a password, and one is in."""
    try:
        found = registration.look(request.brand, one_time_key)
        has_password = policy.current().end_user_password
        form = FirstPasswordForm(request.POST or None, initial={"name": found.name}, has_password=has_password)
        if request.method == "POST" and form.is_valid():
            said: dict[str, Any] = {"password": None, **form.cleaned_data}
            user = registration.finish(brand=request.brand, key=one_time_key, now=now(), **said)
            record_authentication(request, user, method=Method.LINK)
            home = reverse("help_center:home")
            signed_in: HttpResponse = perform_login(request, Login(user=user, redirect_url=home))
            return signed_in
    except DeskError as error:
        return render(request, "help_center/dead_link.html", {"words": str(error)}, status=error.status)
    begin_where_wrong(form)
    context = {"form": form, "email": found.email}
    return render(request, "help_center/registration.html", context, status=REFUSED if form.errors else 200)


def _file(request: DeskRequest, form: StrangerForm, chosen: TicketForm | None) -> None:
    said, values = form.cleaned_data, form.values()
    more: dict[str, Any] = {"custom_fields": {str(key): value for key, value in values.items()}} if values else {}
    more |= {"ticket_form_id": chosen.pk} if chosen is not None else {}
    actions.file_as_stranger(
        brand=request.brand,
        name=said["name"],
        email=said["email"],
        subject=said["subject"],
        body=said["body"],
        channel=Channel.HELP_CENTER,
        files=said["attachments"],
        now=now(),
        **more,
    )
