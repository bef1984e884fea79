"""The addresses of one set of fields, below those of who has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from adjoin.access import permissions
from adjoin.access.gates import agents_only
from adjoin.administration.own_fields import views
from adjoin.administration.own_fields.shelves import Shelf
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest


def of(shelf: Shelf) -> list[URLPattern]:
    """Their pages, for those who may change these fields."""

    def opened(view: Callable[..., Any]) -> Callable[..., Any]:
        @agents_only
        def entered(request: DeskRequest, /, **known: Any) -> Any:
            if not permissions.allows(request.actor, shelf.permission):
                raise NotFound
            return view(request, shelf=shelf, **known)

        return entered

    return [
        path("fields/", opened(views.fields), name="fields"),
        path("fields/new/", opened(views.new), name="new_field"),
        path("fields/move/", opened(views.move), name="move_fields"),
        path("fields/<int:field_id>/", opened(views.field), name="field"),
        path("fields/<int:field_id>/delete/", opened(views.delete), name="delete_field"),
    ]
