"""A pytest plugin: calling the API as somebody of the cast, through Django's test client."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from adjoin.people import actions as people
from adjoin.testing.accounts import NOW

if TYPE_CHECKING:
    from adjoin.testing.cast import Cast

HOST = "acme.localhost"


class Caller:
    """The API as one person sees it. `api.as_("ana").get("/tickets")` answers as `/api/v2/tickets` would."""

    def __init__(self, cast: Cast, name: str = "", host: str = HOST) -> None:
        self.cast = cast
        self.name = name
        self.host = host
        self.client = Client(HTTP_HOST=host)
        self.headers = {"Authorization": authorization(cast, name)} if name else {}

    def as_(self, name: str, *, host: str = "") -> Caller:
        """The same API as somebody else sees it; "" is nobody."""
        return Caller(self.cast, name, host or self.host)

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(self._address(path), parameters or None, headers=self.headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self._write(self.client.post, path, data, headers)

    def put(self, path: str, data: Any = None, **headers: str) -> Any:
        return self._write(self.client.put, path, data, headers)

    def delete(self, path: str, data: Any = None, **headers: str) -> Any:
        return self._write(self.client.delete, path, data, headers)

    def upload(self, name: str, content: bytes, content_type: str = "application/octet-stream", token: str = "") -> Any:
        """Send a file as it is; the token of the upload is in the answer."""
        path = f"{self._address('/uploads')}?filename={name}" + (f"&token={token}" if token else "")
        return self.client.post(path, content, content_type=content_type, headers=self.headers)

    def _write(self, method: Any, path: str, data: Any, headers: dict[str, str]) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return method(
            self._address(path),
            data if isinstance(data, str | bytes) else data if data is not None else {},
            content_type="application/json",
            headers={**self.headers, **sent},
        )

    @staticmethod
    def _address(path: str) -> str:
        return path if path.startswith(("/api/", "/attachments/token/")) else f"/api/v2{path}"


def authorization(cast: Cast, name: str) -> str:
    """An `Authorization` header for somebody: their address and a new API token."""
    user = cast.users[name]
    _, secret = people.create_api_token(user=user, name="tests", now=NOW)
    return f"Basic {base64.b64encode(f'{user.email}/token:{secret}'.encode()).decode()}"


@pytest.fixture
def api(cast: Cast) -> Caller:
    """The API of `acme`, as nobody: begin with `api.as_("ana")`."""
    return Caller(cast)
