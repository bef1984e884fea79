"""What asking other servers promises, tried on real sockets of this machine."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from adjoin.adapters import http
from adjoin.adapters.http import GuardedClient, NoAnswer, Request

Handler = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server on loopback whose answers a test chooses; `seen` holds the headers of each request."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.answer: Handler = lambda request: reply(request, 200, b"{}")
        outer = self

        class Handled(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                outer.seen.append({**dict(self.headers.items()), "line": self.requestline})
                outer.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                outer.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handled)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def url(self, path: str = "/", host: str = "maker.localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def reply(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def names(monkeypatch: pytest.MonkeyPatch, **found: list[str]) -> None:
    """Make host names lead to these addresses, one list after the other when asked again."""
    asked = {host.replace("_", "."): addresses for host, addresses in found.items()}

    def lookup(host: str, port: int, **more: Any) -> list[Any]:
        if host not in asked:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in asked[host]]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def test_names_under_localhost_are_this_machine_and_keep_their_host_header(server: Server) -> None:
    answer = GuardedClient().send(Request("PUT", server.url("/x?y=1"), {"X-Token": "t"}, b"{}"))
    assert (answer.status, answer.body) == (200, b"{}")
    assert server.seen[0]["Host"] == f"maker.localhost:{server.port}"
    assert (server.seen[0]["line"], server.seen[0]["X-Token"], server.bodies[0]) == ("PUT /x?y=1 HTTP/1.1", "t", b"{}")


def test_a_desk_on_the_internet_does_not_talk_to_localhost(server: Server, settings: Any) -> None:
    settings.ADJOIN_DOMAIN = "desk.example.com"
    with pytest.raises(NoAnswer):
        GuardedClient().send(Request("GET", server.url()))
    assert server.seen == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "::",
    ],
)
def test_private_addresses_are_refused_whatever_they_are_called(
    monkeypatch: pytest.MonkeyPatch, server: Server, address: str
) -> None:
    names(monkeypatch, evil_example=[address])
    with pytest.raises(NoAnswer, match="private address") as refused:
        GuardedClient().send(Request("GET", server.url(host="evil.example")))
    assert not refused.value.should_retry
    assert server.seen == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/"])
def test_addresses_written_as_numbers_are_looked_at_too(url: str) -> None:
    with pytest.raises(NoAnswer):
        GuardedClient().send(Request("GET", url))


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, evil_example=["93.184.216.34", "127.0.0.1"])
    with pytest.raises(NoAnswer, match="private address"):
        http.checked_addresses("evil.example", 80)


@pytest.mark.parametrize(
    "metadata",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "fe80::a9fe:a9fe",
        "fd00:ec2::254",
        "100.100.100.200",
        "::ffff:100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
    ],
)
def test_an_install_for_private_partners_talks_to_them_but_not_to_metadata(
    monkeypatch: pytest.MonkeyPatch, settings: Any, metadata: str
) -> None:
    settings.ADJOIN_PRIVATE_PARTNERS = True
    names(monkeypatch, lan_example=["10.0.0.1"], cloud_example=[metadata])
    assert http.checked_addresses("lan.example", 80) == ["10.0.0.1"]
    with pytest.raises(NoAnswer):
        http.checked_addresses("cloud.example", 80)


@pytest.mark.parametrize(("address", "refusal"), [("93.184.216.34", "public internet"), ("10.0.0.1", "connections")])
def test_keys_go_without_encryption_to_private_addresses_only(
    monkeypatch: pytest.MonkeyPatch, settings: Any, address: str, refusal: str
) -> None:
    settings.ADJOIN_PRIVATE_PARTNERS = True
    names(monkeypatch, partner_example=[address])
    asked: list[Any] = []

    def connect(place: tuple[str, int], *rest: Any, **more: Any) -> Any:
        asked.append(place[0])
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    for request in (
        Request("GET", "http://partner.example/", {"X-Token": "t"}),
        Request("PUT", "http://partner.example/", body=b"{}"),
    ):
        with pytest.raises(NoAnswer, match=refusal):
            GuardedClient().send(request)
    assert set(asked) == ({address} if refusal == "connections" else set())


@pytest.mark.parametrize(
    ("host", "may"),
    [("10.0.0.1", True), ("::1", True), ("partner.lan", True), ("93.184.216.34", False), ("2606:4700::1", False)],
)
def test_public_addresses_are_no_private_partners(settings: Any, host: str, *, may: bool) -> None:
    settings.ADJOIN_PRIVATE_PARTNERS = True
    assert http.may_be_plain(host) is may


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    lookups: list[str] = []

    def lookup(host: str, port: int, **more: Any) -> list[Any]:
        lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    connected: list[str] = []

    def connect(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        connected.append(address[0])
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NoAnswer, match="takes no connections") as refused:
        GuardedClient().send(Request("GET", "http://rebinds.example/"))
    assert refused.value.kind == "no_connection"
    assert (connected, lookups) == (["93.184.216.34"], ["rebinds.example"])


def test_a_redirect_to_another_host_is_not_followed_with_our_key(server: Server) -> None:
    other = Server()
    server.answer = lambda request: reply(request, 302, Location=other.url(host="other.localhost"))
    with pytest.raises(NoAnswer, match="do not take our key") as refused:
        GuardedClient().send(Request("POST", server.url(), {"X-Token": "secret"}, b"{}"))
    assert (other.seen, refused.value.should_retry) == ([], False)
    other.stop()


def test_a_redirect_on_the_same_host_keeps_method_body_and_key(server: Server) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/":
            reply(request, 307, Location="/there")
        else:
            reply(request, 201)

    server.answer = answer
    assert GuardedClient().send(Request("POST", server.url(), {"X-Token": "t"}, b"hello")).status == 201
    assert (server.seen[1]["line"], server.seen[1]["X-Token"], server.bodies[1]) == (
        "POST /there HTTP/1.1",
        "t",
        b"hello",
    )


def test_a_download_may_move_but_leaves_its_headers_behind(server: Server) -> None:
    other = Server()
    other.answer = lambda request: reply(request, 200, b"photo")
    server.answer = lambda request: reply(request, 302, Location=other.url(host="files.localhost"))
    target = io.BytesIO()
    GuardedClient().send(Request("GET", server.url(), {"X-Token": "t"}, may_leave_host=True), into=target)
    assert target.getvalue() == b"photo"
    assert "X-Token" not in other.seen[0]
    other.stop()


def test_a_redirect_to_our_insides_is_refused_on_every_hop(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer = lambda request: reply(request, 302, Location="http://10.1.2.3/secret")
    with pytest.raises(NoAnswer, match="private address"):
        GuardedClient().send(Request("GET", server.url(), may_leave_host=True))


def test_redirects_end(server: Server) -> None:
    server.answer = lambda request: reply(request, 307, Location="/again")
    with pytest.raises(NoAnswer, match="from one address to the next"):
        GuardedClient().send(Request("GET", server.url()))
    assert len(server.seen) == 3


def test_a_long_answer_is_cut_off(server: Server) -> None:
    server.answer = lambda request: reply(request, 200, b"x" * 1_000_000)
    with pytest.raises(NoAnswer, match="more than we take"):
        GuardedClient().send(Request("GET", server.url(), max_bytes=1000))


def test_a_long_answer_may_end_where_only_its_beginning_matters(server: Server) -> None:
    server.answer = lambda request: reply(request, 200, b"x" * 1_000_000)
    answer = GuardedClient().send(Request("GET", server.url(), max_bytes=1000, may_be_cut=True))
    assert (answer.status, len(answer.body)) == (200, 1000)


def test_a_long_page_about_an_error_is_the_error_and_no_file(server: Server) -> None:
    server.answer = lambda request: reply(request, 503, b"x" * 1_000_000)
    target = io.BytesIO()
    answer = GuardedClient().send(Request("GET", server.url(), max_bytes=1000), into=target)
    assert (answer.status, target.getvalue()) == (503, b"")


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_byte_at_a_time_does_not_hold_us_up(server: Server, part: str) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        if part == "body":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
        try:
            for _ in range(100):
                request.wfile.write(b"H")
                request.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    server.answer = drip
    begun = time.monotonic()
    with pytest.raises(NoAnswer) as problem:
        GuardedClient().send(Request("GET", server.url(), seconds=0.5))
    assert problem.value.should_retry
    assert time.monotonic() - begun < 4  # all of it takes 5


def test_nobody_there_is_worth_another_try() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NoAnswer, match="takes no connections") as problem:
        GuardedClient().send(Request("GET", f"http://maker.localhost:{port}/"))
    assert problem.value.should_retry
    assert not problem.value.may_have_left


def test_without_a_connection_that_can_be_trusted_nothing_has_left(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, private_example=["10.0.0.1"])
    unencrypted = server.url().replace("http://", "https://")
    for url in ("https://nobody.example/", "https://private.example/", unencrypted):
        with pytest.raises(NoAnswer) as problem:
            GuardedClient().send(Request("PUT", url, body=b"secret"))
        assert not problem.value.may_have_left, url
    assert server.seen == []


def test_what_broke_off_or_was_sent_on_may_have_left(server: Server) -> None:
    server.answer = lambda request: request.connection.close()
    with pytest.raises(NoAnswer) as problem:
        GuardedClient().send(Request("PUT", server.url(), body=b"secret"))
    assert problem.value.may_have_left
    server.answer = lambda request: reply(request, 302, Location="http://other.localhost:1/")
    with pytest.raises(NoAnswer) as problem:
        GuardedClient().send(Request("PUT", server.url(), body=b"secret"))
    assert problem.value.may_have_left


@pytest.mark.parametrize(
    "url", ["ftp://maker.localhost/", "file:///etc/passwd", "http://u:p@maker.localhost/", "x", ""]
)
def test_other_addresses_are_none(url: str) -> None:
    with pytest.raises(NoAnswer):
        GuardedClient().send(Request("GET", url))
