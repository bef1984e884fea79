"""Answering requests: live updates are handled here, all else by Django in a fixed set of threads.

A thread of Django's is busy only while Django works: requests are read whole before it starts, answers are sent after
it is done, so slow clients wait without holding anything up. Each thread keeps its own database connection.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import IO, Any

import structlog
from django.conf import settings

from adjoin.project import bodies, gateway, live
from adjoin.project.bodies import Message, Receive, Send
from adjoin.project.wsgi import application as django_application

_log = structlog.get_logger(__name__)
_threads = ThreadPoolExecutor(settings.ENV.web_threads, thread_name_prefix="web")
_LIMIT_BYTES = settings.ATTACHMENT_MAX_BYTES + 1024 * 1024  # a form has more in it than its file


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request, or follow the server's life from start to end."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    elif scope["path"].startswith("/live/"):
        await live.serve(scope, receive, send)
    else:
        await _serve_django(scope, receive, send)


async def _live_and_die(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            live.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _serve_django(scope: Message, receive: Receive, send: Send) -> None:
    body: IO[bytes]
    try:
        if gateway.content_length(scope) > _LIMIT_BYTES:
            raise bodies.TooBig
        body = await bodies.read(receive, limit_bytes=_LIMIT_BYTES)
    except bodies.TooBig:
        await bodies.drain(receive)
        if scope["path"].startswith("/api/"):
            return await _refuse(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TooLarge", _TOO_LARGE)
        scope, body = {**scope, gateway.TOO_LARGE: True}, io.BytesIO()  # a page says so, in the reader's language
    except bodies.Gone:
        return None  # half a request is none: nothing has been done, nobody is there to be told
    try:
        answer = await _in_thread(scope, body)
    except Exception:
        _log.exception("request_failed", path=scope["path"])
        return await _refuse(scope, send, HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError", _FAILED)
    finally:
        body.close()
    await _send(answer, send)
    return None


async def _in_thread(scope: Message, body: Any) -> gateway.Answer:
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, context.run, gateway.call, django_application, scope, body)


async def _send(answer: gateway.Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body})
    else:
        await bodies.write(answer.body, send)


_TOO_LARGE = f"This is larger than the {settings.ATTACHMENT_MAX_BYTES // 1024**2} MB we take. Send a smaller file."
_FAILED = "Something went wrong on our side. Try again in a moment."


async def _refuse(scope: Message, send: Send, status: HTTPStatus, title: str, message: str) -> None:
    if scope["path"].startswith("/api/"):
        kind, text = "application/json", json.dumps({"error": {"title": title, "message": message}})
    else:
        kind, text = "text/plain; charset=utf-8", message
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(text.encode())).encode())]
    await _send(gateway.Answer(status, headers, text.encode()), send)
