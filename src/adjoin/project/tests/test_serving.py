"""How requests reach Django and how answers leave, whatever clients do."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest

from adjoin.project import bodies, gateway, serving
from adjoin.testing import loops

MB = 1024 * 1024


class Client:
    """One HTTP client: sends its chunks, then leaves or waits; keeps what it is answered."""

    def __init__(self, *chunks: bytes, stays: bool = True, path: str = "/api/v2/uploads", **scope: Any) -> None:
        self.chunks = list(chunks) or [b""]
        self.stays = stays
        self.messages: list[dict[str, Any]] = []
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "http_version": "1.1",
            "headers": [],
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50000),
            **scope,
        }

    async def receive(self) -> dict[str, Any]:
        if not self.chunks:
            return {"type": "http.disconnect"}
        chunk = self.chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(self.chunks) or not self.stays}

    async def send(self, message: Any) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int | None:
        return self.messages[0]["status"] if self.messages else None

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


class Echo:
    """A WSGI application that answers with what it was sent, and remembers what it was told."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.environs.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self.answer or [environ["wsgi.input"].read()]


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Echo:
    echo = Echo()
    monkeypatch.setattr(serving, "django_application", echo)
    return echo


def serve(client: Client) -> Client:
    loops.run(serving.application(client.scope, client.receive, client.send))
    return client


def test_a_body_sent_in_pieces_arrives_whole(echo: Echo) -> None:
    client = serve(Client(b"ket", b"t", b"le"))
    assert (client.status, client.body) == (200, b"kettle")
    assert echo.environs[0]["CONTENT_LENGTH"] == "6"


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"999999999")]], ids=["unannounced", "announced"])
def test_a_body_that_is_too_long_is_refused_in_the_api_s_own_words(headers: Any, echo: Echo) -> None:
    chunk = b"x" * MB
    client = serve(Client(*[chunk] * 60, headers=headers))
    assert client.status == 413
    assert json.loads(client.body) == {
        "error": {"title": "TooLarge", "message": "This is larger than the 50 MB we take. Send a smaller file."}
    }
    assert echo.environs == []
    assert client.chunks == [], "what was still coming is taken in, else the sender would not read the answer"


def test_a_form_that_is_too_long_is_refused_by_a_page(echo: Echo) -> None:
    client = serve(Client(*[b"x" * MB] * 60, path="/hc/en/requests/new/"))
    assert client.chunks == []
    told = echo.environs[0]
    assert (client.body, told["CONTENT_LENGTH"], told["adjoin.too_large"]) == (b"", "0", True)


def test_half_a_request_is_none(echo: Echo) -> None:
    client = serve(Client(b'{"ticket": {"status": "sol', stays=False))
    assert echo.environs == []
    assert client.messages == []


def test_a_client_that_falls_silent_is_given_up(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.01)
    client = Client()

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        raise AssertionError

    loops.run(serving.application(client.scope, receive, client.send))
    assert echo.environs == []


def test_a_file_is_sent_from_where_it_lies(echo: Echo, tmp_path: Path) -> None:
    (tmp_path / "kettle.jpg").write_bytes(b"x" * MB)
    with (tmp_path / "kettle.jpg").open("rb") as file:
        file.seek(10)
        echo.answer = gateway._FileBody(file)
        client = serve(Client())
    assert len(client.body) == MB - 10


def test_a_long_answer_waits_on_disk_for_a_slow_client(echo: Echo) -> None:
    echo.answer = (b"x" * 1000 for _ in range(3000))
    assert len(serve(Client()).body) == 3_000_000


def test_what_fails_on_our_side_is_an_apology_without_details(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(serving, "django_application", fail)
    client = serve(Client())
    assert client.status == 500
    assert b"secret" not in client.body
    assert json.loads(client.body)["error"]["title"] == "InternalError"


def test_headers_that_only_a_proxy_may_set_cannot_be_faked_by_spelling() -> None:
    headers = [(b"x_forwarded_proto", b"https"), (b"x-real-ip", b"1.2.3.4")]
    environ = gateway.environ(Client(headers=headers).scope, io.BytesIO())
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_REAL_IP"] == "1.2.3.4"


def test_cookies_sent_one_by_one_are_one_header() -> None:
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y")]
    environ = gateway.environ(Client(headers=headers).scope, io.BytesIO())
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")


def test_any_bytes_may_stand_in_an_address() -> None:
    client = Client(path="/hc/größe", query_string=b"q=\xff+a%20b&r=1")
    environ = gateway.environ(client.scope, io.BytesIO())
    assert environ["PATH_INFO"].encode("latin1").decode() == "/hc/größe"
    assert environ["QUERY_STRING"] == "q=%FF+a%20b&r=1"


def test_websockets_are_declined() -> None:
    client = Client(type="websocket")
    assert serve(client).messages == [{"type": "websocket.close", "code": 1000}]
