"""Where accounts and brands live on the web."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings

from adjoin.kernel import text


def host_of(subdomain: str) -> str:
    """The host name of an account or brand, without port: `acme.localhost`."""
    return f"{subdomain}.{settings.ADJOIN_DOMAIN}"


def url_of(host: str) -> str:
    """The public address of `host`, without a slash at the end: `http://acme.localhost:8000`."""
    return f"{settings.ADJOIN_SCHEME}://{host}{settings.ADJOIN_URL_SUFFIX}"


def sender_of(name: str, address: str) -> str:
    """Whom a mail is from: the desk or brand by its name, before its address."""
    return formataddr((text.one_line(name), address))
