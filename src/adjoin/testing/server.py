"""A pytest plugin: the whole site, also behind a real port, inside the test's own transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from whitenoise.middleware import WhiteNoiseMiddleware


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The site's own log has a line for each request."""


def _without_streams(site: Any) -> Any:
    """The site, but for the streams of news: a browser that is told "no content" does not ask for them again."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].startswith("/live/"):
            return site(environ, start_response)
        start_response("204 No Content", [])
        return []

    return answer


@pytest.fixture(autouse=True, scope="session")
def one_look_at_static_files() -> Iterator[None]:
    """Every test client looks through all static files when it is first used. Here only the first one does."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    seen: dict[str, Any] = {}

    def look_once(middleware: Any) -> None:
        if not seen:
            look(middleware)
            seen.update(middleware.files)
        middleware.files = seen

    with mock.patch.object(WhiteNoiseMiddleware, "add_files_from_finders", look_once):
        yield


@pytest.fixture
def server_port(acme: Any) -> Iterator[int]:
    """The port of a server that shares the test's connection: it sees what the test wrote, and all is undone after.

    One request at a time, and not while the test itself asks the database."""
    shared = connections["default"]
    shared.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # it would close the connection, and with it the test's transaction
    server = make_server("127.0.0.1", 0, _without_streams(get_wsgi_application()), handler_class=_Quiet)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.02)

    thread = threading.Thread(target=serve, name="desk", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        shared.dec_thread_sharing()
