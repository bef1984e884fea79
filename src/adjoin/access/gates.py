"""Who may come to which pages at all. What they find there is decided by `readable`, as everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotFound

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.kernel.requests import DeskRequest

P = ParamSpec("P")
View = Callable[Concatenate["DeskRequest", P], Any]  # returns a response


def agents_only(view: View[P]) -> View[P]:
    """A page of the workspace: strangers sign in first, for end users it does not exist."""
    return _gate(view, lambda actor: actor.is_agent)


def customers_only(view: View[P]) -> View[P]:
    """A page of the help center for end users alone: strangers sign in first, agents have their own."""
    return _gate(view, lambda actor: actor.is_end_user)


def admins_only(view: View[P]) -> View[P]:
    """A page of the settings: strangers sign in first, for all but admins it does not exist."""
    return _gate(view, lambda actor: actor.is_admin)


def allowed_only(permission: Permission) -> Callable[[View[P]], View[P]]:
    """A page for those who have that permission: strangers sign in first, for others it does not exist."""
    return lambda view: _gate(view, lambda actor: permissions.allows(actor, permission))


def _gate(view: View[P], lets_in: Callable[[Actor], bool]) -> View[P]:
    @wraps(view)
    def gated(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> Any:
        if request.actor.is_anonymous:
            return _to_sign_in(request)
        if not _enters(view, lets_in, request.actor):
            raise NotFound
        return view(request, *args, **kwargs)

    return cast("View[P]", gated)


def _enters(view: View[P], lets_in: Callable[[Actor], bool], actor: Actor) -> bool:
    """Apart, so that tests can open the gate of one view and see what it kept."""
    return lets_in(actor)


def _to_sign_in(request: DeskRequest) -> Any:
    """Sign in, then come back. A part of a page that asks has the whole page go."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    answer = redirect_to_login(request.htmx.current_url_abs_path or "/")
    answer.status_code = 204
    answer.headers["HX-Redirect"] = answer.url
    del answer.headers["Location"]
    return answer
