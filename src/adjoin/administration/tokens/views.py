"""API tokens as pages: one's own, and everybody's for those who look after the team."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import readable
from adjoin.access.gates import agents_only, allowed_only, customers_only
from adjoin.access.permissions import Permission
from adjoin.administration.tokens.forms import TokenForm
from adjoin.kernel.errors import NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.models import ApiToken, User

ROWS_MAX = 200


@require_http_methods(["GET", "POST"])
@agents_only
def own(request: DeskRequest) -> HttpResponse:
    """The tokens that act as oneself, and the form for a new one; its secret is shown on this page only once."""
    return _own_page(request, "administration/tokens/own.html", place="own_tokens")


@require_POST
@agents_only
def revoke_own(request: DeskRequest, api_token_id: int) -> HttpResponse:
    """Make one of one's own tokens useless."""
    _revoke(request, _own(request), api_token_id)
    return redirect("own_tokens:list")


@require_http_methods(["GET", "POST"])
@customers_only
def own_in_help_center(request: DeskRequest) -> HttpResponse:
    """The same for end users, where the account lets them."""
    return _own_page(request, "administration/tokens/customer.html", place="customer_tokens")


@require_POST
@customers_only
def revoke_in_help_center(request: DeskRequest, api_token_id: int) -> HttpResponse:
    """Make one of one's own tokens useless."""
    _revoke(request, _own(request), api_token_id)
    return redirect("customer_tokens:list")


def _own_page(request: DeskRequest, template: str, *, place: str) -> HttpResponse:
    """The page of one's own tokens. Raises `NotAllowed` for who makes one and may not."""
    user = User.objects.get(pk=request.actor.user_id)
    form, secret, made = TokenForm(request.POST or None), "", None
    if request.method == "POST" and form.is_valid():
        made, secret = actions.create_api_token(
            user=user,
            name=form.cleaned_data["name"],
            now=timezone.now(),
            lifetime=form.lifetime(),
            scopes=form.chosen_scopes(),
            created_by_id=request.actor.user_id,
        )
        form = TokenForm()
    context = {
        "section": "own_tokens",
        "place": place,
        "may_make": actions.may_make_tokens(user),
        "form": form,
        "secret": secret,
        "made": made,
        "tokens": _own(request),
        "now": timezone.now(),
    }
    return render(request, template, context, status=422 if form.errors else 200)


@require_GET
@allowed_only(Permission.MANAGE_TEAM)
def everybody(request: DeskRequest) -> HttpResponse:
    """All living tokens, of one person when a part of their name or address is given."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = _living().filter(user__in=readable.users(request.actor))
    if asked:
        rows = rows.filter(Q(user__name__icontains=asked) | Q(user__email__icontains=asked) | Q(name__icontains=asked))
    found = list(rows[: ROWS_MAX + 1])
    context = {
        "section": "tokens",
        "asked": asked,
        "tokens": found[:ROWS_MAX],
        "has_more": len(found) > ROWS_MAX,
        "now": timezone.now(),
    }
    return render(request, "administration/tokens/everybody.html", context)


@require_POST
@allowed_only(Permission.MANAGE_TEAM)
def revoke(request: DeskRequest, api_token_id: int) -> HttpResponse:
    """Make anybody's token useless."""
    rows = _living().filter(user__in=readable.users(request.actor))
    if not request.actor.is_admin and rows.filter(pk=api_token_id, user__role="admin").exists():
        raise NotAllowed(_("Only admins revoke the tokens of admins."))
    _revoke(request, rows, api_token_id)
    return redirect("administration:tokens:list")


def _living() -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(revoked_at=None).select_related("user", "created_by").order_by("-created_at", "-pk")


def _own(request: DeskRequest) -> QuerySet[ApiToken]:
    return _living().filter(user_id=request.actor.user_id or 0)


def _revoke(request: DeskRequest, rows: QuerySet[ApiToken], token_id: int) -> None:
    token = rows.filter(pk=token_id).first()
    if token is None:
        raise NotFound
    actions.revoke_api_token(token=token, now=timezone.now())
    messages.success(
        request, _("%(name)s is revoked. Programs that use it are refused from now on.") % {"name": token.name}
    )
