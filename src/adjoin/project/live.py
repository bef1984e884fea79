"""Live updates as server-sent events: which ticket changed, never what is in it.

`/live/tickets/42/` tells of one ticket, `/live/list/` of every ticket its listener may read. Each piece of news is
`event: changed` with `{"ticket": 42}`; `{"ticket": null}` means that some may have been missed: look at all again.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from adjoin.project import live_readers
from adjoin.project.bodies import Message, Receive, Send
from adjoin.project.live_hub import Hub, Subscription
from adjoin.tickets.live import CHANNEL

HEARTBEAT_SECONDS = 15
MOST_STREAMS = 500

_PATH = re.compile(r"/live/(?:tickets/(?P<ticket>\d{1,18})|list)/?")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold news back until a page of it has gathered
]
_hub = Hub(CHANNEL, most_subscriptions=MOST_STREAMS)
# Threads of their own, so that many listeners never keep a page waiting.
_threads = ThreadPoolExecutor(2, thread_name_prefix="live")
_T = TypeVar("_T")


async def serve(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request below `/live/`: a stream that lasts until either side leaves, or a short refusal."""
    found = _PATH.fullmatch(scope["path"])
    if found is None or scope["method"] != "GET":
        await _refuse(send, 404, "Not found")
    elif _hub.is_full:
        await _refuse(send, 503, "Too many live updates at once. The page still works; reload it to see news.")
    else:
        await _serve(scope, receive, send, int(found["ticket"]) if found["ticket"] else None)


async def _serve(scope: Message, receive: Receive, send: Send, ticket_id: int | None) -> None:
    headers = dict(scope["headers"])
    host, cookies = (headers.get(name, b"").decode("latin1") for name in (b"host", b"cookie"))
    schema = await _ask(lambda: live_readers.account_at(host))
    asked = partial(live_readers.readable_ids, schema or "", cookies, [ticket_id or 0], host=host)
    allowed = await _ask(asked) if schema else None
    if schema is None or allowed is None or (ticket_id is not None and ticket_id not in allowed):
        await _refuse(send, 404, "Not found")
        return
    with _hub.subscribe(schema, ticket_id) as subscription:
        await _until_either(_stream(subscription, cookies, send), _left(receive))


def close() -> None:
    """End all streams: the process is about to."""
    _hub.close()


async def _stream(subscription: Subscription, cookies: str, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await _say(send, "retry: 1000\n\n")
    while not subscription.is_over:
        changed = await subscription.take(within_seconds=HEARTBEAT_SECONDS)
        if changed is None:
            await _say(send, ": still here\n\n")
            continue
        allowed = await _ask(
            partial(live_readers.readable_ids, subscription.schema, cookies, _asked(subscription, changed))
        )
        if allowed is None or (subscription.ticket_id is not None and not allowed):
            break  # signed out, or no longer allowed: the stream ends, and asking for it again answers 404
        await _tell(send, subscription, sorted(changed & allowed))
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _asked(subscription: Subscription, changed: set[int]) -> set[int]:
    return changed if subscription.ticket_id is None else {subscription.ticket_id}


async def _tell(send: Send, subscription: Subscription, ticket_ids: list[int]) -> None:
    news: list[int | None] = list(ticket_ids)
    if subscription.missed_some:
        subscription.missed_some = False
        news = [subscription.ticket_id]
    for ticket_id in news:
        await _say(send, f"event: changed\ndata: {json.dumps({'ticket': ticket_id})}\n\n")


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ask(question: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(_threads, question)


async def _until_either(*sides: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.ensure_future(side) for side in sides]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    for task in done:
        task.result()


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
