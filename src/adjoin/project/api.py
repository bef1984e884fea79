"""The API as a whole: every app's router under /api/v2, and how failures leave it."""

from __future__ import annotations

from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from adjoin import __version__
from adjoin.brands.api import router as brands
from adjoin.help_center.api import router as requests
from adjoin.kernel import api_errors
from adjoin.kernel.api import answers
from adjoin.kernel.errors import BadRequest, DeskError, NotFound
from adjoin.people.api import router as people
from adjoin.project.middleware import answer_to
from adjoin.search.api import router as search
from adjoin.sharing.api import router as sharing_agreements
from adjoin.tickets.api import router as tickets

api = NinjaAPI(
    title="Adjoin API",
    version=__version__,
    description="Tickets, requests, people and search, in the shapes of Zendesk's API v2.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
for router in (tickets, requests, people, brands, search, sharing_agreements):
    api.add_router("", router)


def _expected(request: HttpRequest, error: Any) -> HttpResponse:
    response = answer_to(request, error)
    assert response is not None
    return response


def _no_such_thing(request: HttpRequest, error: Any) -> HttpResponse:
    """What a path names in a way that cannot be does not exist either."""
    return answers.answer(api_errors.body(NotFound()), 404)


def _unstorable(request: HttpRequest, error: Any) -> HttpResponse:
    """What the database cannot hold, a number too large for instance, and no check named before."""
    return answers.answer(api_errors.body(BadRequest("A value is out of range or cannot be stored.")), 400)


api.add_exception_handler(DataError, _unstorable)
api.add_exception_handler(DeskError, _expected)
api.add_exception_handler(Http404, _no_such_thing)
api.add_exception_handler(ValidationError, _no_such_thing)
