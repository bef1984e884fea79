"""Directories: the tokens with which companies keep their people here up to date."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.accounts import addresses
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.models import Organization
from adjoin.sign_in.models import ScimToken
from adjoin.sign_in.scim import tokens

SECTION = "sign_in"


class DirectoryForm(forms.Form):
    """Whose people a new directory keeps."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("The company, or its directory."))
    domains = forms.CharField(
        label=_("Mail domains of its people"), help_text=_("With blanks between. It sees and changes nobody else.")
    )
    organizations = forms.ModelMultipleChoiceField(
        label=_("Organizations it fills"),
        queryset=Organization.objects.order_by("name"),
        required=False,
        help_text=_("It calls them groups, and makes none."),
    )
    makes_agents = forms.BooleanField(label=_("It keeps agents, too"), required=False)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def directories(request: DeskRequest) -> HttpResponse:
    """Every directory, and a form for a new one; its token is shown on this page only once."""
    form, secret = DirectoryForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            _, secret = tokens.create(
                name=chosen["name"],
                domains=chosen["domains"].replace(",", " ").split(),
                organization_ids=[one.pk for one in chosen["organizations"]],
                makes_agents=chosen["makes_agents"],
                created_by_id=request.actor.user_id,
                now=timezone.now(),
            )
        except Invalid as error:
            form.add_error("domains", str(error))
        else:
            form = DirectoryForm()
    context = {
        "section": SECTION,
        "form": form,
        "secret": secret,
        "tokens": ScimToken.objects.filter(revoked_at=None).order_by("name", "pk"),
        "address": f"{addresses.url_of(request.get_host().partition(':')[0])}/scim/v2",
    }
    return render(request, "administration/sign_in/directories.html", context, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def revoke(request: DeskRequest, token_id: int) -> HttpResponse:
    """Have a directory keep nobody any more."""
    token = ScimToken.objects.filter(pk=token_id, revoked_at=None).first()
    if token is None:
        raise NotFound
    tokens.revoke(token, timezone.now())
    messages.success(request, gettext("%(name)s is revoked. Its people stay as they are.") % {"name": token.name})
    return redirect("administration:sign_in:directories")
