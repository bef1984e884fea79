"""zenpy, the most used Python client of Zendesk's API, pointed at a desk of ours and otherwise unchanged.

It always asks `https://{subdomain}.{domain}`. The session below carries each such request to the address where the
desk really listens, with the host name it was meant for, so nothing needs to resolve `acme.localhost`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

DOMAIN = "localhost"


class DeskAdapter(HTTPAdapter):
    """Sends every request to `http://127.0.0.1:port`, whatever host it names, and names that host in its header."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        carried = request.copy()
        parts = urlsplit(str(request.url))
        carried.url = urlunsplit(("http", f"127.0.0.1:{self.port}", parts.path, parts.query, ""))
        carried.headers["Host"] = f"{parts.hostname}:{self.port}"
        response = super().send(carried, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies={})
        response.request, response.url = request, str(request.url)  # zenpy looks at what it asked
        return response


def session(port: int) -> requests.Session:
    """A session for zenpy (or anything else on `requests`) that finds every host at `port` of this machine."""
    found = requests.Session()
    found.trust_env = False
    for scheme in ("https://", "http://"):
        found.mount(scheme, DeskAdapter(port))
    return found


def client(port: int, *, email: str, token: str, subdomain: str = "acme") -> Any:
    """zenpy for one person at one desk, without its caches, so that each answer is the desk's own."""
    from zenpy import Zenpy

    return Zenpy(
        subdomain=subdomain,
        domain=DOMAIN,
        email=email,
        token=token,
        session=session(port),
        disable_cache=True,
    )
