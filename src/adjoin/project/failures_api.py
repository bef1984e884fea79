"""How failures leave an API: the same shapes wherever they happen."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import ValidationError

from adjoin.kernel import api_errors
from adjoin.kernel.api import answers
from adjoin.kernel.errors import BadRequest, Conflict, DeskError, NotFound
from adjoin.kernel.wording import say
from adjoin.project.middleware.errors import answer_to

log = structlog.get_logger("adjoin.api")


def explain(api: NinjaAPI) -> None:
    """Have every failure that `api` can foresee answered in Zendesk's shapes."""
    api.add_exception_handler(DataError, _unstorable)
    api.add_exception_handler(IntegrityError, _collided)
    api.add_exception_handler(MultiPartParserError, _unreadable)
    api.add_exception_handler(SuspiciousOperation, _unreadable)
    api.add_exception_handler(DeskError, _expected)
    api.add_exception_handler(Http404, _no_such_thing)
    api.add_exception_handler(ValidationError, _no_such_thing)


def _expected(request: HttpRequest, error: Any) -> HttpResponse:
    response = answer_to(request, error)
    assert response is not None
    return response


def _no_such_thing(request: HttpRequest, error: Any) -> HttpResponse:
    """What a path names in a way that cannot be does not exist either."""
    return answers.answer(api_errors.body(NotFound()), 404)


def _unstorable(request: HttpRequest, error: Any) -> HttpResponse:
    """What the database cannot hold, a number too large for instance, and no check named before."""
    return answers.answer(api_errors.body(BadRequest(say("A value is out of range or cannot be stored."))), 400)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """A form in pieces, or one with thousands of fields."""
    return answers.answer(api_errors.body(BadRequest(say("The body cannot be read. Check its form and size."))), 400)


def _collided(request: HttpRequest, error: Any) -> HttpResponse:
    """Two writes at the same moment of what can only be there once. Logged, for it may also be a check we forgot."""
    log.warning("integrity_error", error=str(error).splitlines()[0])
    conflict = Conflict(say("Somebody else wrote the same at this moment. Load it and try again."))
    return answers.answer(api_errors.body(conflict), conflict.status)
