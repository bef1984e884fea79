"""A desk where every rule of reading decides something: its people, its tickets, and one table of who reads what.

`desk_built.build()` makes it with the real actions. `READERS` is the promise; `doors` walks it through everything that
shows a ticket, `adjoin/access/tests` take each rule away in turn and see the table fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts.models import Account
from adjoin.brands.models import Brand
from adjoin.people import roles
from adjoin.people.models import Group, Organization, User
from adjoin.people.terms import Role, TicketRestriction
from adjoin.tickets.changes import Via
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel

WEB = Via(Channel.WEB)
NOBODY = "anonymous"
SYSTEM = "system"


@dataclass(frozen=True)
class Readers:
    """Who reads a ticket; nobody else finds it."""

    agents: frozenset[str]  # all of it, private notes too
    asking_agents: frozenset[str]  # agents who only asked for it: what is public
    customers: frozenset[str]  # as end users, where its brand's help center is: what is public
    repliers: frozenset[str]  # the customers who may also reply


def _readers(agents: str = "", *, asking: str = "", customers: str = "", repliers: str = "") -> Readers:
    groups = (agents, asking, customers, repliers)
    return Readers(*(frozenset(names.split()) for names in groups))


HOME = "ada ana lea vic dot"  # the admin, and the agents for whom nothing stands before Acme Home
OUTDOOR = "ada ana lea ben cat rex lou"

READERS = {
    # Of Acme Home; cyd asked, eli is copied, pia follows, and in the Kettle Club hal and ivy see what cyd asks.
    "home": _readers(f"{HOME} ora pia", customers="cyd eli hal ivy", repliers="cyd eli"),
    "outdoor": _readers(f"{OUTDOOR} ora", customers="cyd hal ivy", repliers="cyd"),
    "brandless": _readers("ada", customers="cyd hal ivy", repliers="cyd"),
    # In groups: Returns is public, the Vault is private and vic is in it.
    "returns": _readers(f"{HOME} gus", customers="eli", repliers="eli"),
    "returns brandless": _readers("ada", customers="eli", repliers="eli"),
    "vault": _readers("ada vic pia cat", customers="eli cat", repliers="eli cat"),
    "vault outdoor": _readers("ada", customers="eli", repliers="eli"),
    "vault of kettles": _readers("ada vic", customers="cyd hal ivy", repliers="cyd"),
    "assigned": _readers(f"{HOME} asa", customers="eli", repliers="eli"),
    "assigned brandless": _readers("ada", customers="eli", repliers="eli"),
    "assigned vault": _readers("ada vic", customers="eli", repliers="eli"),
    # Of organizations: Shared Ltd lets its members read, Talking Ltd lets them reply too.
    "shared": _readers(HOME, customers="kim fay jon max", repliers="kim"),
    "talking": _readers(HOME, customers="tia gil max lea", repliers="tia gil max lea"),
    "talking outdoor": _readers(OUTDOOR, customers="tia gil max lea eli", repliers="tia gil max lea eli"),
    "confidential": _readers(HOME, customers="tia eli", repliers="tia eli"),
    "of no organization": _readers(HOME, customers="fay", repliers="fay"),
    "closed": _readers(HOME, customers="tia gil max lea"),
    "hushed": _readers(HOME, customers="tia", repliers="tia"),  # in a group that is confidential, though public
    # Agents who ask; lea, who reads this one as an agent too, is copied on it besides.
    "asked by lea": _readers(HOME, customers="lea tia gil max", repliers="lea tia gil max"),
    "asked by rex": _readers(HOME, asking="rex", customers="rex", repliers="rex"),
    "asked by lou": _readers(HOME, asking="lou", customers="lou", repliers="lou"),
    "about rex": _readers(HOME),
    # Nothing public was said; deleted; asked by somebody who cannot sign in.
    "notes only": _readers(HOME),
    "deleted": _readers(),
    "deleted too": _readers(),
    "asked by sue": _readers(HOME),
    "asked by pat": _readers(HOME),
}
NO_PUBLIC_SIDE = {"notes only", "about rex"}
CLOSED = {"closed"}
REQUESTERS = {
    "home": "cyd",
    "outdoor": "cyd",
    "brandless": "cyd",
    "vault of kettles": "cyd",
    "shared": "kim",
    "talking": "tia",
    "talking outdoor": "tia",
    "confidential": "tia",
    "closed": "tia",
    "hushed": "tia",
    "notes only": "tia",
    "deleted": "tia",
    "of no organization": "fay",
    "asked by lea": "lea",
    "asked by rex": "rex",
    "about rex": "rex",
    "deleted too": "rex",
    "asked by lou": "lou",
    "asked by sue": "sue",
    "asked by pat": "pat",
}  # eli asked for the others

AGENTS: dict[str, dict[str, Any]] = {
    "ada": {"role": Role.ADMIN},
    "sol": {"role": Role.ADMIN},  # suspended
    "gon": {"role": Role.ADMIN},  # no longer active
    "ana": {"brands": "home outdoor"},
    "ben": {"brands": "outdoor"},
    "zed": {"brands": ""},
    "gus": {"brands": "home outdoor", "groups": "returns", "ticket_restriction": TicketRestriction.GROUPS},
    "ora": {"brands": "home outdoor", "ticket_restriction": TicketRestriction.ORGANIZATION},
    "asa": {"brands": "home outdoor", "groups": "support returns", "ticket_restriction": TicketRestriction.ASSIGNED},
    "lea": {"brands": "home outdoor", "only_private_comments": True},
    "vic": {"brands": "home", "groups": "vault"},
    "pia": {"brands": ""},
    "cat": {"brands": "outdoor"},
    "rex": {"brands": "outdoor"},
    "lou": {"brands": "outdoor", "only_private_comments": True},
    "rol": {"brands": "", "custom_role": "steward"},  # manages everything there is, and reads nothing
    "dot": {"brands": "home", "custom_role": "deputy"},  # deletes and redacts, and neither merges nor tags
    "ula": {"brands": "home outdoor", "groups": "vault"},  # made an end user afterwards
}
ROLES: dict[str, dict[str, Any]] = {
    "steward": {
        "ticket_access": "all",
        "end_user_list_access": "full",
        "end_user_profile_access": "full",
        "forum_access": "full",
        "manage_roles": "all-except-self",
        "manage_team_members": "all-with-self-restriction",
        **{key: True for key in roles.SWITCHES if not key.startswith("ticket_")},
    },
    "deputy": {
        "ticket_access": "all",
        "ticket_comment_access": "public",
        "ticket_editing": True,
        "ticket_deletion": True,
        "ticket_redaction": True,
    },
}
LIGHT_AGENTS = {"lea", "lou"}
STEWARDS = {"rol"}  # whose role manages what no role keeps to admins
DEPUTIES = {"dot"}
ADMINS = {"ada"}
END_USERS: dict[str, dict[str, Any]] = {
    "cyd": {},
    "dee": {},
    "eli": {},
    "hal": {},
    "ivy": {"ticket_restriction": TicketRestriction.ORGANIZATION},
    "kim": {},
    "fay": {},
    "jon": {},
    "tia": {},
    "gil": {},
    "max": {"ticket_restriction": TicketRestriction.ORGANIZATION},
    "sue": {},  # suspended
    "pat": {"partner_name": "Maker"},  # somebody at a partner's
}
MEMBERS = {
    "Kettle Club": "cyd dee hal ivy jon ora",
    "Shared Ltd": "kim fay jon max",
    "Talking Ltd": "tia gil max lea",
}
PEOPLE = [*AGENTS, *END_USERS, NOBODY]
WORKING_AGENTS = frozenset(AGENTS) - {"ula", "sol", "gon"}


@dataclass
class Desk:
    """The desk, standing. Tickets and comments are known by name: `("home", True)` is what was said there in public."""

    account: Account
    brands: dict[str, Brand]
    groups: dict[str, Group]
    organizations: dict[str, Organization] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    seen: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict, repr=False)  # pages, by door and reader
    given_out: list[tuple[str, str, bytes]] = field(default_factory=list, repr=False)  # to whom, by which way, what

    def actor(self, who: str) -> Actor:
        """Who somebody is to the access rules, loaded afresh."""
        if who in (NOBODY, SYSTEM):
            return Actor.anonymous() if who == NOBODY else Actor.system()
        return actors.load(self.users[who].pk)

    def as_customer(self, who: str) -> dict[str, Actor]:
        """The same person as an end user in the help center of each brand."""
        actor = self.actor(who)
        return {name: actor.as_end_user(brand.pk) for name, brand in self.brands.items()}

    def brand_name(self, ticket: str) -> str:
        """`home` or `outdoor`, "" for a ticket without a brand."""
        names = {brand.pk: name for name, brand in self.brands.items()}
        return names.get(self.tickets[ticket].brand_id or 0, "")


def subject(ticket: str) -> str:
    """The canary in a ticket's subject: one word that stands nowhere else."""
    return f"zq{ticket.replace(' ', '')}subject"


def said(ticket: str, *, public: bool) -> str:
    """The canary in what was said on a ticket, in public or in a private note."""
    return f"zq{ticket.replace(' ', '')}{'public' if public else 'private'}"


CONCERNS = "Concerns"  # the field by which every ticket points at the Kettle Club


def field_value(ticket: str) -> str:
    """The canary in a ticket's field that end users do not see."""
    return f"zq{ticket.replace(' ', '')}field"


def file_name(ticket: str, *, public: bool) -> str:
    """The canary in the name of the file that came with it; the file's bytes are the same words."""
    return f"{said(ticket, public=public)}file.txt"
