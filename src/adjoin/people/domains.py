"""Mail domains that stand for an organization.

A domain is kept as it goes over the wire: lower case, in ASCII (`xn--mller-kva.example`). An address belongs to a
domain when what follows its last `@` is exactly that, so neither a sub-domain nor a look-alike ever does."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import idna

from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

_DATA = Path(__file__).parent / "data"
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_COUNTRY = re.compile(r"[a-z]{2}|xn--[a-z0-9-]+")
FIELD = "domain_names"


def clean(name: str) -> str:
    """A domain that somebody gives an organization, as we keep it: `@Müller.example` is `xn--mller-kva.example`.

    Raises `Invalid`, in words, for what is no domain, a domain where everybody gets an address, and one under which
    everybody may register."""
    given = text.one_line(name)[:300]
    domain = _ascii(given.lower().removeprefix("@").removesuffix("."), mapped=True)
    if domain is None:
        raise Invalid.field(
            FIELD, say("Domain names: %(given)s is not a domain") % {"given": given[:80]}, "InvalidFormat"
        )
    if is_public_mail(domain):
        told = say("Domain names: everybody can have an address at %(domain)s, so it stands for no organization") % {
            "domain": domain
        }
        raise Invalid.field(FIELD, told)
    if is_public_suffix(domain):
        raise Invalid.field(
            FIELD,
            say("Domain names: anybody can register a domain under %(domain)s. Give the whole domain.")
            % {"domain": domain},
        )
    return domain


def is_known(name: str) -> bool:
    """Whether `clean` takes it."""
    try:
        clean(name)
    except Invalid:
        return False
    return True


def in_ascii(name: str) -> str | None:
    """A domain that somebody writes, as we keep it; None for what is none. Unlike `clean` it takes every domain."""
    return _ascii(name.lower(), mapped=True)


def of_address(email: str | None) -> str | None:
    """The domain an address belongs to, as we keep it; None where there is any doubt about it."""
    local, at, domain = (email or "").rpartition("@")
    return _ascii(domain.lower(), mapped=False) if local and at else None


def spellings(domain: str) -> list[str]:
    """The ways in which addresses at a domain may be written: `@` and the domain, in ASCII and in its own letters."""
    ways = {domain}
    if "xn--" in domain:
        ways.add(idna.decode(domain))
    return [f"@{way}" for way in sorted(ways)]


def is_public_mail(domain: str) -> bool:
    """Whether it is a provider's domain, where everybody may have an address."""
    names, families = _public_mail()
    label, _, ending = domain.partition(".")
    return domain in names or (label in families and _is_ending(ending))


def is_public_suffix(domain: str) -> bool:
    """Whether anybody may register a name under it: `co.uk`, `github.io`."""
    names = _lines("public_suffixes.txt")
    first, _, ending = domain.partition(".")
    return domain in names or (f"{first}.??" in names and _COUNTRY.fullmatch(ending) is not None)


def _is_ending(ending: str) -> bool:
    """Whether `ending` is a top-level domain, or a suffix of two parts as `co.jp` is."""
    return "." not in ending or is_public_suffix(ending)


def _ascii(domain: str, *, mapped: bool) -> str | None:
    """The domain in ASCII; None for what is none. `mapped` also takes wide letters and such, as browsers do."""
    try:
        found = idna.encode(domain, uts46=mapped, std3_rules=mapped).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return None
    labels = found.split(".")
    is_domain = len(found) <= 253 and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return found if is_domain and not labels[-1].isdecimal() else None  # 10.0.0.1 is an address of a machine


@cache
def _public_mail() -> tuple[frozenset[str], frozenset[str]]:
    lines = _lines("public_mail_domains.txt")
    return frozenset(line for line in lines if "." in line), frozenset(line for line in lines if "." not in line)


@cache
def _lines(name: str) -> frozenset[str]:
    told = (line.partition("#")[0].strip() for line in (_DATA / name).read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in told if line)
