"""What lies beside tickets and shows as much of people: what waits, ratings, files of macros. Each says who sees it.

Their words are canaries like those of tickets, under names of their own."""

from __future__ import annotations

import io

from adjoin.access.permissions import Permission
from adjoin.rules import macro_files
from adjoin.rules.models import Macro, MacroAttachment
from adjoin.satisfaction.models import SatisfactionRating
from adjoin.satisfaction.terms import Score
from adjoin.suspended import files as suspended_files
from adjoin.suspended.models import SuspendedTicket
from adjoin.suspended.terms import Cause
from adjoin.testing import desk as desks
from adjoin.testing import rights
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import ADMINS, AGENTS, READERS, REQUESTERS, STEWARDS, WORKING_AGENTS, Desk
from adjoin.tickets import uploads

WAITING = {"waiting at home": "home", "waiting at outdoor": "outdoor", "waiting nowhere": ""}  # name to its brand
RATED = ("home", "vault outdoor", "asked by rex")
MACROS = {"macro of all": {}, "macro of outdoor": {"brand": "outdoor"}, "macro of ben": {"owner": "ben"}}


def suspended(desk: Desk) -> dict[str, SuspendedTicket]:
    """Something that waits in each brand, and in none, each with a file."""
    rows = {}
    for name, brand in WAITING.items():
        facts = {"author_name": "Stranger", "author_email": "stranger@example.net", "created_at": NOW}
        said = {"subject": desks.subject(name), "content": desks.said(name, public=False)}
        rows[name], is_new = SuspendedTicket.objects.get_or_create(
            brand=desk.brands.get(brand), cause=Cause.BLOCKED, channel="web_form", **said, defaults=facts
        )
        if is_new:
            words = io.BytesIO(waiting_file(name).encode())
            suspended_files.hold(rows[name], [uploads.keep(stream=words, file_name=waiting_file(name), now=NOW)])
    return rows


def waiting_file(name: str) -> str:
    """The canary in the name and the bytes of a stranger's file."""
    return desks.file_name(name, public=False)


def sees_suspended(name: str, who: str) -> bool:
    """Whether `who` is promised what waits there: their role looks after it, and its brand is theirs, or none's."""
    if who not in rights.IN_GENERAL[Permission.MANAGE_SUSPENDED_TICKETS]:
        return False
    return who in ADMINS or WAITING[name] in ("", *AGENTS[who].get("brands", "").split())


def rated(ticket: str) -> str:
    """The canary in what the requester said of how they were helped."""
    return desks.said(f"rating of {ticket}", public=False)


def ratings(desk: Desk) -> dict[str, SatisfactionRating]:
    """The rating of some tickets, by the ticket's name."""
    rows = {}
    for name in RATED:
        asked = {"requester": desk.users[REQUESTERS.get(name, "eli")], "created_at": NOW, "updated_at": NOW}
        rows[name], _ = SatisfactionRating.objects.get_or_create(
            ticket=desk.tickets[name], score=Score.BAD, comment=rated(name), defaults=asked
        )
    return rows


def sees_rating(ticket: str, who: str) -> bool:
    """Whether `who` is promised it: those who read the private side, and whoever gave it."""
    return who in WORKING_AGENTS & READERS[ticket].agents or who == REQUESTERS.get(ticket, "eli")


def macro_file(name: str) -> str:
    """The canary in the name of a macro's file."""
    return desks.file_name(name, public=False)


def files_of_macros(desk: Desk) -> dict[str, MacroAttachment]:
    """A file of a macro for everybody, of one for a brand, and of somebody's own."""
    return {name: _file(desk, name, **how) for name, how in MACROS.items()}


def _file(desk: Desk, name: str, brand: str = "", owner: str = "") -> MacroAttachment:
    facts = {"actions": [], "created_at": NOW, "updated_at": NOW, "owner": desk.users.get(owner)}
    macro, is_new = Macro.objects.get_or_create(title=name, defaults=facts)
    if is_new:
        macro.brands.set([desk.brands[brand]] if brand else [])
        words, keeper = io.BytesIO(macro_file(name).encode()), desk.actor(owner or "ada")
        macro_files.attach(actor=keeper, stream=words, file_name=macro_file(name), now=NOW, macro_id=macro.pk)
    return macro.attachments.get()


def uses_macro(name: str, who: str) -> bool:
    """Whether `who` is promised the macro: agents, of its brand or its owner; admins all but others' own."""
    brand, owner = MACROS[name].get("brand", ""), MACROS[name].get("owner", "")
    is_in_brand = not brand or who in ADMINS or brand in AGENTS.get(who, {}).get("brands", "").split()
    return who in WORKING_AGENTS and is_in_brand and owner in ("", who)


def changes_macro(name: str, who: str) -> bool:
    """Whether `who` may change it: admins what is shared, agents their own."""
    owner = MACROS[name].get("owner", "")
    return uses_macro(name, who) and (owner == who or who in ADMINS) and who not in STEWARDS


def words_for(who: str) -> set[str]:
    """Every canary of these that somebody may be told."""
    waiting = {word(name) for name in WAITING if sees_suspended(name, who) for word in _WORDS}
    given = {rated(ticket) for ticket in RATED if sees_rating(ticket, who)}
    return waiting | given | {macro_file(name) for name in MACROS if uses_macro(name, who)}


def _content(name: str) -> str:
    return desks.said(name, public=False)


_WORDS = (desks.subject, _content, waiting_file)  # of what waits
