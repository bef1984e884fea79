"""What happens around every write over the API."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from adjoin.kernel import api_errors
from adjoin.kernel.api import answers
from adjoin.tickets import idempotency
from adjoin.tickets.idempotency import Answer, IdempotentRequestError

Handler = Callable[[HttpRequest], HttpResponseBase]
_SAFE = ("GET", "HEAD", "OPTIONS")
_API = ("/api/v2/", "/api/adjoin/v1/")
_KEPT = ("Content-Type", "Location", "x-zendesk-api-warn")


def whole_api_writes(get_response: Handler) -> Handler:
    """One transaction for each write over the API, undone when the answer is a failure; with an Idempotency-Key, the
    same answer again for the same request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in _SAFE or not request.path_info.startswith(_API) or not hasattr(request, "account"):
            return get_response(request)
        with transaction.atomic():
            response = _answer(request, get_response)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    return middleware


def _answer(request: HttpRequest, get_response: Handler) -> HttpResponseBase:
    key = request.headers.get("Idempotency-Key", "")
    user_id = request.actor.user_id  # type: ignore[attr-defined]
    if not key or user_id is None or request.method == "DELETE":
        return get_response(request)
    try:
        answer, is_replay = idempotency.answer_once(
            key=key,
            actor=f"api:{user_id}",
            request_digest=_digest(request),
            now=timezone.now(),
            write=lambda: _kept(get_response(request)),
        )
    except IdempotentRequestError as error:
        return answers.answer(api_errors.body(error), error.status)
    response = HttpResponse(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response[name] = value
    response["x-idempotency-lookup"] = "hit" if is_replay else "miss"
    return response


def _kept(response: HttpResponseBase) -> Answer:
    content = response.content.decode() if isinstance(response, HttpResponse) else ""
    return Answer(response.status_code, content, {name: response[name] for name in _KEPT if name in response})


def _digest(request: HttpRequest) -> str:
    """What makes two requests the same. Files are streamed, so of them only the length counts."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "application/json":
        try:
            found.update(request.body)
        except RequestDataTooBig:
            found.update(b"too big")  # the view refuses it
    else:
        found.update(request.headers.get("Content-Length", "").encode())
    return found.hexdigest()
