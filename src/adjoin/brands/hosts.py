"""A brand at a host name of its own: whether the name can be one, and whether it leads here."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from adjoin.accounts import addresses
from adjoin.adapters import http
from adjoin.kernel.errors import Invalid

PROOF_PATH = "/.well-known/adjoin"
CHECK_SECONDS = 6.0
_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def cleaned(name: str) -> str:
    """The name as browsers send it, in small letters and without a dot at its end. Raises `Invalid`."""
    name = name.strip().lower().rstrip(".")
    try:
        host = name.encode("idna").decode() if name else ""
    except UnicodeError as error:
        raise _refusal(_("%s is no host name. Write it like help.example.com.") % name[:80]) from error
    if not _NAME.fullmatch(host):
        raise _refusal(_("%s is no host name. Write it like help.example.com.") % name[:80])
    if host == settings.ADJOIN_DOMAIN or host.endswith(f".{settings.ADJOIN_DOMAIN}"):
        raise _refusal(_("%s is a name of this desk's own. Change the brand's subdomain instead.") % host)
    return host


def proof(host: str) -> str:
    """What only this desk answers when it is asked at `host`."""
    return salted_hmac("adjoin.brands.hosts", host, algorithm="sha256").hexdigest()


def why_elsewhere(host: str) -> str:
    """Why visitors of `host` do not come here, as a sentence; "" when they do. Asks the host, for some seconds."""
    request = http.Request("GET", addresses.url_of(host) + PROOF_PATH, seconds=CHECK_SECONDS, max_bytes=1000)
    try:
        answer = http.client().send(request)
    except http.NoAnswer as error:
        return str(error)
    if answer.status == 200 and constant_time_compare(answer.body.decode("latin-1").strip(), proof(host)):
        return ""
    return _("%s leads to another server.") % host


def _refusal(words: str) -> Invalid:
    return Invalid.field("host_mapping", words)
