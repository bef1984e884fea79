"""Whose requests are taken: an allowlist and a blocklist of addresses, as Zendesk writes them.

Each is words with blanks between. A word is a domain or an address; in the blocklist also `*`, which is everybody whom
the allowlist does not name, and any of these behind `suspend:` (what happens anyway) or `reject:`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people import domains
from adjoin.people.actions.users import clean_email
from adjoin.people.models import Organization

LENGTH_MAX = 10_000  # characters of one list
EVERYBODY = "*"


class Verdict(StrEnum):
    """What happens to what somebody sends."""

    TAKEN = "taken"
    SUSPENDED = "suspended"
    REJECTED = "rejected"


_PREFIXES = {"suspend:": Verdict.SUSPENDED, "reject:": Verdict.REJECTED}


@dataclass(frozen=True)
class Word:
    """One entry. `meant` is a domain in ASCII, an address in lower case, or `*`."""

    written: str
    meant: str
    verdict: Verdict

    def is_of(self, email: str) -> bool:
        """Whether it speaks of that address."""
        return self.meant in (EVERYBODY, email, domains.of_address(email))


@dataclass(frozen=True)
class Ruling:
    """What happens, and which word says so: of the lists, or the name of the organization whose domain it is."""

    verdict: Verdict
    word: str = ""
    organization: str = ""

    @property
    def is_named(self) -> bool:
        """Whether a word speaks of the address or its domain: `*` speaks of whoever the allowlist does not name."""
        return bool(self.word) and not self.word.endswith(EVERYBODY)


@dataclass(frozen=True)
class Lists:
    """Both lists, read."""

    allowed: tuple[Word, ...] = ()
    blocked: tuple[Word, ...] = ()
    only_named: bool = False  # as if `*` stood at the end of the blocklist
    counts_organizations: bool = True

    def ruling(self, email: str) -> Ruling:
        """What happens to `email`: the allowlist beats the blocklist, and suspending beats rejecting.

        A domain that stands for an organization counts as one of the allowlist."""
        if (word := _first(self.allowed, email)) is not None:
            return Ruling(Verdict.TAKEN, word.written)
        told = [word for word in self.blocked if word.is_of(email)]
        if not told and not self.only_named:
            return Ruling(Verdict.TAKEN)
        if self.counts_organizations and (name := organization_of(email)):
            return Ruling(Verdict.TAKEN, organization=name)
        if not told:
            return Ruling(Verdict.SUSPENDED)
        word = next((one for one in told if one.verdict is Verdict.SUSPENDED), told[0])
        return Ruling(word.verdict, word.written)

    def bars(self, email: str) -> bool:
        """Whether the blocklist names the address or its domain, and nothing allows it: `*` names nobody."""
        named = [word for word in self.blocked if word.meant != EVERYBODY]
        return Lists(self.allowed, tuple(named)).ruling(email).verdict is not Verdict.TAKEN


def of_account() -> Lists:
    """The account's lists."""
    row = desk_settings.current()
    return read(row.allowlist, row.blocklist)


def read(allowlist: str, blocklist: str) -> Lists:
    """Both lists from their words. Raises `Invalid`, with a sentence for each word that is wrong, by list."""
    allowed, wrong_above = _parsed(allowlist, prefixes=False)
    blocked, wrong_below = _parsed(blocklist, prefixes=True)
    wrong = {name: found for name, found in (("allowlist", wrong_above), ("blocklist", wrong_below)) if found}
    if wrong:
        raise Invalid({name: [("InvalidFormat", sentence) for sentence in found] for name, found in wrong.items()})
    return Lists(allowed, blocked)


@transaction.atomic
def change(*, allowlist: str, blocklist: str, now: datetime) -> None:
    """Keep these lists. Raises `Invalid`, as `read` does."""
    read(allowlist, blocklist)
    desk_settings.change(now=now, allowlist=allowlist.strip(), blocklist=blocklist.strip())


def organization_of(email: str) -> str:
    """The name of an organization that the domain of `email` stands for; "" where there is none."""
    domain = domains.of_address(email)
    rows = Organization.objects.filter(domain_names__contains=[domain]) if domain else Organization.objects.none()
    return rows.order_by("name").values_list("name", flat=True).first() or ""


def _first(words: Iterable[Word], email: str) -> Word | None:
    return next((word for word in words if word.is_of(email)), None)


def _parsed(written: str, *, prefixes: bool) -> tuple[tuple[Word, ...], list[str]]:
    """The words, and a sentence for each that is none."""
    if len(written) > LENGTH_MAX:
        return (), [
            say("The list has %(count)s characters, and takes %(most)s. Name domains, not addresses.")
            % {"count": f"{len(written):,}", "most": f"{LENGTH_MAX:,}"}
        ]
    words, wrong = [], []
    for one in written.split():
        found = _word(one, prefixes=prefixes)
        if isinstance(found, Word):
            words.append(found)
        else:
            wrong.append(found)
    return tuple(words), wrong


def _word(written: str, *, prefixes: bool) -> Word | str:
    """One word, or what is wrong with it."""
    shown = written[:80]
    prefix = next((one for one in _PREFIXES if written.lower().startswith(one)), "")
    if prefix and not prefixes:
        return say("%(word)s: only the blocklist says suspend: and reject:") % {"word": shown}
    rest = written[len(prefix) :].lower()
    verdict = _PREFIXES.get(prefix, Verdict.SUSPENDED)
    if rest == EVERYBODY:
        return (
            Word(written, rest, verdict) if prefixes else say("%(word)s: only the blocklist takes *") % {"word": shown}
        )
    if not rest:
        return say("%(word)s: no blank stands between %(prefix)s and what it is for") % {
            "word": shown,
            "prefix": prefix,
        }
    if "@" in rest[1:]:
        return _address(written, rest, verdict)
    if (domain := domains.in_ascii(rest.removeprefix("@"))) is None:
        return say("%(word)s is neither a domain nor an address") % {"word": shown}
    return Word(written, domain, verdict)


def _address(written: str, rest: str, verdict: Verdict) -> Word | str:
    try:
        return Word(written, clean_email(rest), verdict)
    except Invalid:
        return say("%(word)s is no address") % {"word": written[:80]}
