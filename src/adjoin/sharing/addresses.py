"""Sharing URLs and the names of things on the wire."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

from django.conf import settings

from adjoin.accounts import addresses, current
from adjoin.adapters import http
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

UUID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]+")  # names beyond ASCII are written as xn--…


def own_url() -> str:
    """Where partners reach this account: `http://acme.localhost:8000/sharing`."""
    return f"{current.url()}/sharing"


def uuid_for(base: str, kind: str, local_id: int) -> str:
    """The uuid of a thing of ours: 40 hex characters, SHA-1 of `<base without scheme>/<kind>/<id>`."""
    name = f"{base.partition('://')[2]}/{kind}/{local_id}"
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


def is_uuid(value: object) -> bool:
    """Whether a partner's identifier is one we keep."""
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def normal(url: str) -> str:
    """A sharing URL in the one form we store. Raises `Invalid` for what is none, or not safe to talk to."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    host = (parts.hostname or "").rstrip(".")
    is_address = parts.scheme in ("http", "https") and _HOST.fullmatch(host) and not parts.username
    if not is_address or port == -1 or len(url) > 500:
        raise _bad(say("This is no address of a help desk. Write it like https://partner.example.com/sharing."))
    if parts.scheme == "http" and not http.may_be_plain(host):
        raise _bad(say("This is not encrypted. Use its https address."))
    default = {"http": 80, "https": 443}[parts.scheme]
    place = f"[{host}]" if ":" in host else host
    suffix = f":{port}" if port and port != default else ""
    return f"{parts.scheme}://{place}{suffix}{re.sub('/+', '/', parts.path).rstrip('/')}"


def partner_url(written: str) -> str:
    """The sharing URL a person means by `maker`, `maker.zendesk.com` or a whole address. Raises `Invalid`."""
    written = written.strip()
    if re.fullmatch(r"[A-Za-z0-9-]{1,63}", written):
        return f"{addresses.url_of(addresses.host_of(written.lower()))}/sharing"
    if "://" not in written:
        host = written.partition("/")[0].partition(":")[0].lower()
        written = f"{'http' if http.is_local_name(host) else 'https'}://{written}"
    url = normal(written)
    return url if urlsplit(url).path else f"{url}/sharing"


def host_of(url: str) -> str:
    """The host of a sharing URL, with its port."""
    return urlsplit(url).netloc


def name_for(url: str) -> str:
    """What to call a partner until it says its name: the subdomain, if it is one of this install's, else the host."""
    host = urlsplit(url).hostname or ""
    subdomain = host.removesuffix(f".{settings.ADJOIN_DOMAIN}")
    return subdomain.capitalize() if subdomain != host else host_of(url)


def _bad(sentence: str) -> Invalid:
    return Invalid.field("remote_subdomain", sentence)
