"""Bodies of requests and answers, kept so that a slow or rude sender costs neither a thread nor memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SMALL_BYTES = 1024 * 1024  # up to here a body stays in memory, beyond it goes to a file
SILENCE_SECONDS = 30
_DRAIN_BYTES = 200 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024


class TooBig(Exception):
    """The body is longer than we take."""


class Gone(Exception):
    """The client left, or fell silent, before its request was whole."""


async def read(receive: Receive, *, limit_bytes: int) -> IO[bytes]:
    """The whole body of a request, at its beginning. Raises `TooBig` and `Gone`."""
    body = _empty()
    try:
        await _fill(body, receive, limit_bytes)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _fill(body: IO[bytes], receive: Receive, limit_bytes: int) -> None:
    size, has_more = 0, True
    while has_more:
        chunk, has_more = await _next(receive)
        size += len(chunk)
        if size > limit_bytes:
            raise TooBig
        if size > SMALL_BYTES:
            await asyncio.to_thread(body.write, chunk)
        else:
            body.write(chunk)


async def drain(receive: Receive) -> None:
    """Take in what is still coming and forget it: most senders read no answer before they have sent everything."""
    left, has_more = _DRAIN_BYTES, True
    try:
        while has_more and left > 0:
            chunk, has_more = await _next(receive)
            left -= len(chunk)
    except Gone:
        return


async def write(body: IO[bytes], send: Send) -> None:
    """Send what is left of `body`, no faster than the client takes it, and close it."""
    try:
        while chunk := await asyncio.to_thread(body.read, _CHUNK_BYTES):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        body.close()


def collect(chunks: Iterable[bytes]) -> bytes | IO[bytes]:
    """All of `chunks`, as bytes while they are few, as a file at its beginning when they are many."""
    body = _empty()
    for chunk in chunks:
        body.write(chunk)
    size = body.tell()
    body.seek(0)
    if size > SMALL_BYTES:
        return body
    with body:
        return body.read()


async def _next(receive: Receive) -> tuple[bytes, bool]:
    try:
        message = await asyncio.wait_for(receive(), SILENCE_SECONDS)
    except TimeoutError:
        raise Gone from None
    if message["type"] != "http.request":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)


def _empty() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=SMALL_BYTES)
