"""From an ASGI request to a WSGI call and back (PEP 3333)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import quote_from_bytes

from adjoin.project import bodies
from adjoin.project.bodies import Message

TOO_LARGE = "adjoin.too_large"  # in scope and environment: the body was longer than we take, and is left out
Headers = list[tuple[bytes, bytes]]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Answer:
    """What to send back. `body` is a file when it is long."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes | IO[bytes] = b""

    def start(
        self, status: str, headers: list[tuple[str, str]], _exception: object = None
    ) -> Callable[[bytes], object]:
        """WSGI's `start_response`."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
        return _refuse_to_write


class _FileBody:
    """WSGI's `file_wrapper`: an answer that is a file already needs no copy."""

    def __init__(self, file: IO[bytes], _block_size: int = 0) -> None:
        self.file = file


def call(application: WsgiApplication, scope: Message, body: IO[bytes]) -> Answer:
    """Have `application` answer the request, in this thread."""
    answer = Answer()
    result = application(environ(scope, body), answer.start)
    try:
        answer.body = _open_again(result.file) if isinstance(result, _FileBody) else bodies.collect(result)
    finally:
        closer = result.file if isinstance(result, _FileBody) else result
        getattr(closer, "close", lambda: None)()
    return answer


def environ(scope: Message, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment of a request whose whole body has been read."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    result = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin1"),
        "QUERY_STRING": quote_from_bytes(scope["query_string"], safe="".join(map(chr, range(0x21, 0x7F)))),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _FileBody,
        **_headers(scope["headers"]),
    }
    if scope.get(TOO_LARGE):
        result[TOO_LARGE] = True
    result["CONTENT_LENGTH"] = str(body.seek(0, os.SEEK_END))  # what came, whatever was announced
    body.seek(0)
    return result


def content_length(scope: Message) -> int:
    """The length the client announces, 0 when it does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin1"), raw_value.decode("latin1")
        if "_" in name:
            continue  # X_Real_IP would look like X-Real-IP, which only a proxy of ours may set
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        # HTTP/2 sends each cookie by itself (RFC 9113 8.2.3); other repeated headers are one list.
        joint = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{joint}{value}" if key in found else value
    return found


def _open_again(file: IO[bytes]) -> bytes | IO[bytes]:
    # Django closes its own in this thread, together with the request; ours is read afterwards.
    try:
        copy = os.fdopen(os.dup(file.fileno()), "rb")
    except (AttributeError, OSError):
        return bodies.collect(iter(lambda: file.read(bodies.SMALL_BYTES), b""))
    copy.seek(file.tell())
    return copy


def _refuse_to_write(_chunk: bytes) -> object:
    raise NotImplementedError("Answers are given back, not written.")
