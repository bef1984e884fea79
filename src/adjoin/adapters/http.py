"""Asking other people's servers, and never our own insides.

The port is `HttpClient`. The real one looks up each name itself, refuses addresses that are not on the public
internet, connects to the very address it checked, and gives up at a fixed moment however slowly bytes trickle in."""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import IO, Any, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext_noop as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

REDIRECTS_MAX = 2
ANSWER_MAX_BYTES = 256 * 1024
CONNECT_SECONDS = 5.0
RETRY_AFTER_MAX = timedelta(hours=1)
REQUEST_SECONDS = 15.0
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Where clouds keep secrets for the machines in them, beside the link-local ones: Amazon, Alibaba, Oracle, Azure.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")))


class NoAnswer(Exception):
    """The server gave no answer we can use; the words are for people. `should_retry`: whether later may be better.

    `key` is the sentence as it is marked for translation, `values` are what fills its gaps. `may_have_left` is whether
    the server may have got something of the request."""

    def __init__(
        self, key: str, *, should_retry: bool, kind: str = "other", may_have_left: bool = True, **values: str | int
    ) -> None:
        super().__init__(key % values if values else key)
        self.key, self.values = key, values or None
        self.should_retry = should_retry
        self.may_have_left = may_have_left
        self.kind = kind  # certificate, wrong_address, no_connection, timed_out, other


@dataclass(frozen=True)
class Request:
    """What to ask. With `may_leave_host` a redirect to another host is followed, without our headers.

    With `may_be_cut` an answer longer than `max_bytes` ends there; otherwise it is none. What a server says about an
    error is always cut."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    max_bytes: int = ANSWER_MAX_BYTES
    seconds: float = REQUEST_SECONDS
    may_leave_host: bool = False
    may_be_cut: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` have lower-case names; `body` is empty when it was written into a file, where what is
    said about an error does not belong."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class HttpClient(Protocol):
    """The port: one request, one answer."""

    def send(self, request: Request, *, into: IO[bytes] | None = None) -> Answer:
        """The server's answer, its body written to `into` if given. Raises `NoAnswer`."""


class GuardedClient:
    """The real one. Without encryption, what has headers of ours or a body goes to private addresses only."""

    def send(self, request: Request, *, into: IO[bytes] | None = None) -> Answer:
        """See `HttpClient`. Follows at most two redirects, to the same host unless the request allows others."""
        for redirects in range(REDIRECTS_MAX + 1):
            try:
                answer, moved_to = _exchange(request, into)
            except NoAnswer as problem:
                problem.may_have_left |= redirects > 0
                raise
            if moved_to is None:
                return answer
            request = _follow(request, moved_to)
        raise NoAnswer(
            _("%(host)s sends us from one address to the next."), should_retry=False, host=_host(request.url)
        )


def asked_wait(answer: Answer) -> timedelta | None:
    """How long a server asks us to wait (RFC 9110 10.2.3), never more than an hour; None when it does not say."""
    seconds = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(seconds[:9])), RETRY_AFTER_MAX) if seconds.isdecimal() else None


_client: HttpClient = GuardedClient()


def client() -> HttpClient:
    """The client in use."""
    return _client


def use(other: HttpClient) -> HttpClient:
    """Put `other` in place of the client in use, which is given back. For tests."""
    global _client
    before, _client = _client, other
    return before


def is_safe(url: str) -> bool:
    """Whether nobody on the way can change what comes from there: https, or this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_local_name(parts.hostname or ""))


def is_local_name(host: str) -> bool:
    """Whether `host` is loopback by name (RFC 6761). Only a desk that lives there itself may talk to such names."""
    ours = settings.ADJOIN_DOMAIN
    lives_there = ours == "localhost" or ours.endswith(".localhost")
    return lives_there and (host == "localhost" or host.endswith(".localhost"))


def may_be_plain(host: str) -> bool:
    """Whether a server may be asked without encryption: our own machine, or private ones where the operator says so.

    Where a name leads is looked at when it is asked: see `GuardedClient`."""
    return is_local_name(host) or (bool(settings.ADJOIN_PRIVATE_PARTNERS) and not _is_public(host))


def checked_addresses(host: str, port: int, *, only_private: bool = False) -> list[str]:
    """The addresses of `host`, all of them fit to be talked to, `only_private`: without encryption.

    Raises `NoAnswer`."""
    host = host.rstrip(".").lower()
    if is_local_name(host):
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(
            _("There is no host named %(host)s."), should_retry=True, kind="wrong_address", host=host
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if any(not _is_fit(ipaddress.ip_address(address)) for address in addresses):
        raise NoAnswer(
            _("%(host)s leads to a private address. We only talk to public ones."),
            should_retry=False,
            kind="wrong_address",
            host=host,
        )
    if only_private and any(map(_is_public, addresses)):
        raise NoAnswer(
            _("%(host)s is on the public internet, where anybody on the way could read along. Use its https address."),
            should_retry=False,
            kind="wrong_address",
            host=host,
        )
    return addresses


def _is_public(host: str) -> bool:
    """Whether it is a public address, written as a number. Names are none."""
    try:
        return _unwrapped(ipaddress.ip_address(host)).is_global
    except ValueError:
        return False


def _is_fit(address: Address) -> bool:
    address = _unwrapped(address)
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False  # link-local holds the metadata services of clouds: no setting opens it
    if address in _METADATA:
        return False
    return address.is_global or bool(settings.ADJOIN_PRIVATE_PARTNERS)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only carries it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _exchange(request: Request, into: IO[bytes] | None) -> tuple[Answer, str | None]:
    """One request and its answer, and the address a redirect names."""
    deadline = time.monotonic() + request.seconds
    is_open_secret = urlsplit(request.url).scheme == "http" and bool(request.headers or request.body)
    backend = _GuardedBackend(deadline, only_private=is_open_secret)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
            pool.stream(
                request.method, _asked(request.url), headers=_headers(request), content=request.body, extensions=_LIMITS
            ) as response,
        ):
            headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in response.headers}
            if 300 <= response.status < 400 and "location" in headers:
                return Answer(response.status, headers), headers["location"]
            kept, is_error = io.BytesIO(), response.status >= 400
            target = kept if into is None or is_error else into
            _copy(response.iter_stream(), target, request, may_be_cut=request.may_be_cut or is_error)
            return Answer(response.status, headers, kept.getvalue()), None
    except NoAnswer as problem:
        problem.may_have_left = backend.has_written
        raise
    except Exception as error:
        explained = _explained(error, request)
        explained.may_have_left = backend.has_written
        raise explained from error


@cache
def _trust() -> ssl.SSLContext:
    """The certificate authorities this machine trusts. Reading them takes longer than a request."""
    return ssl.create_default_context()


_LIMITS: dict[str, Any] = {"timeout": {"connect": CONNECT_SECONDS, "read": 10.0, "write": 10.0, "pool": 1.0}}


def _asked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise NoAnswer(_("%(url)s is no address we can ask."), should_retry=False, kind="wrong_address", url=url[:200])
    return parts._replace(fragment="").geturl()


def _headers(request: Request) -> list[tuple[str, str]]:
    # Identity: what is not compressed cannot unfold into gigabytes.
    own = {"Host": urlsplit(request.url).netloc, "User-Agent": "Adjoin", "Accept-Encoding": "identity"}
    length = {"Content-Length": str(len(request.body))} if request.method in ("POST", "PUT", "PATCH", "DELETE") else {}
    return list({**own, **length, **request.headers}.items())


def _copy(chunks: Iterable[bytes], target: IO[bytes], request: Request, *, may_be_cut: bool) -> None:
    left = request.max_bytes
    for chunk in chunks:
        if len(chunk) > left and not may_be_cut:
            raise NoAnswer(_("%(host)s sends more than we take."), should_retry=False, host=_host(request.url))
        target.write(chunk[:left])
        left -= len(chunk)
        if left < 0:
            return


def _follow(request: Request, location: str) -> Request:
    """The same request at the address it was sent on to. Raises `NoAnswer` when that is somebody else's."""
    url = urljoin(request.url, location)
    if _origin(urlsplit(url)) == _origin(urlsplit(request.url)):
        return replace(request, url=url)
    if request.may_leave_host and request.method == "GET":
        return replace(request, url=url, headers={})
    raise NoAnswer(
        _("%(host)s sends us on to %(other)s, where we do not take our key. Use the new address."),
        should_retry=False,
        kind="wrong_address",
        host=_host(request.url),
        other=_host(url),
    )


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2][:100] or url[:100]


def _explained(error: Exception, request: Request) -> NoAnswer:
    host = _host(request.url)
    if isinstance(error.__cause__, ssl.SSLError) or isinstance(error, ssl.SSLError) or "CERTIFICATE" in str(error):
        return NoAnswer(
            _("The certificate of %(host)s is not one we can trust."), should_retry=True, kind="certificate", host=host
        )
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
        return NoAnswer(_("%(host)s takes no connections."), should_retry=True, kind="no_connection", host=host)
    if isinstance(error, httpcore.TimeoutException):
        return NoAnswer(
            _("%(host)s did not answer within %(seconds)s seconds."),
            should_retry=True,
            kind="timed_out",
            host=host,
            seconds=round(request.seconds),
        )
    if isinstance(error, httpcore.NetworkError | httpcore.RemoteProtocolError):
        return NoAnswer(_("The connection to %(host)s broke off."), should_retry=True, host=host)
    return NoAnswer(
        _("%(host)s could not be asked: %(problem)s."), should_retry=True, host=host, problem=type(error).__name__
    )


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, not to whatever the name means a moment later."""

    def __init__(self, deadline: float, *, only_private: bool) -> None:
        self.deadline = deadline
        self.only_private = only_private
        self.has_written = False  # something of a request, once the connection was made and trusted
        self.real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception | None = None
        for address in checked_addresses(host, port, only_private=self.only_private):
            try:
                stream = self.real.connect_tcp(
                    address, port, _left(self.deadline, timeout), local_address, socket_options
                )
                return _TimedStream(stream, self.deadline, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"{host} has no address")


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at the deadline, even when a byte comes every second."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float, backend: _GuardedBackend) -> None:
        self.stream = stream
        self.deadline = deadline
        self.backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, _left(self.deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.backend.has_written = True
        self.stream.write(buffer, _left(self.deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self.stream.start_tls(ssl_context, server_hostname, _left(self.deadline, timeout))
        return _TimedStream(inner, self.deadline, self.backend)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None, late: type[Exception] = httpcore.ConnectTimeout) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise late("too late")
    return min(seconds, timeout) if timeout is not None else seconds
