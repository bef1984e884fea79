"""A desk where every rule of reading decides something: its people, its tickets, and one table of who reads what.

`build()` makes it with the real actions. `READERS` is the promise; `doors` walks it through everything that shows a
ticket, `adjoin/access/tests` take each rule away in turn and see the table fail."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.accounts.models import Account
from adjoin.brands import actions as brand_actions
from adjoin.brands.models import Brand
from adjoin.fields import actions as fields
from adjoin.people import actions as people_actions
from adjoin.people import roles
from adjoin.people.models import Group, GroupMembership, Organization, User
from adjoin.people.terms import Role, TicketRestriction
from adjoin.testing.accounts import NOW
from adjoin.tickets import actions, uploads
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Ticket, TicketFollower
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


def build() -> Desk:
    """Everybody and everything, in the account in use."""
    desk = Desk(
        account=current.account(),
        brands={
            "home": Brand.objects.get(is_default=True),
            "outdoor": brand_actions.create_brand(name="Acme Outdoor", subdomain="acme-outdoor", now=NOW),
        },
        groups={
            "support": Group.objects.get(is_default=True),
            "returns": people_actions.create_group(name="Returns", now=NOW),
            "vault": people_actions.create_group(name="The Vault", is_public=False, now=NOW),
            "hush": people_actions.create_group(name="Hush", now=NOW),
        },
    )
    _hire(desk)
    _invite(desk)
    _file(desk)
    _upset(desk)
    for name, user in desk.users.items():
        desk.browsers[name] = Client()
        desk.browsers[name].force_login(user)
    desk.browsers[NOBODY] = Client()
    return desk


def _hire(desk: Desk) -> None:
    Group.objects.filter(pk=desk.groups["hush"].pk).update(is_confidential=True)
    rows = {
        name: people_actions.create_role(name=name, configuration=says, now=NOW) for name, says in ROLES.items()
    }  # fmt: skip
    for name, how in AGENTS.items():
        if "custom_role" in how:
            how = {**how, "custom_role": rows[how["custom_role"]]}
        how = {"role": Role.AGENT, "brands": "", "groups": "support", **how}
        brands, groups = how.pop("brands").split(), how.pop("groups").split()
        user = desk.users[name] = _person(name, **how)
        GroupMembership.objects.filter(user=user).delete()  # of the default group, which is not everybody's
        for group in groups:
            people_actions.add_to_group(user=user, group=desk.groups[group], now=NOW)
        brand_actions.set_brands_of(user=user, brands=[desk.brands[brand] for brand in brands], now=NOW)


def _invite(desk: Desk) -> None:
    for name, how in END_USERS.items():
        desk.users[name] = _person(name, **how)
    for name, members in MEMBERS.items():
        organization = people_actions.create_organization(
            name=name, now=NOW, shared_tickets=name != "Kettle Club", shared_comments=name == "Talking Ltd"
        )
        desk.organizations[name] = organization
        for member in members.split():
            people_actions.join_organization(
                user=desk.users[member], organization=organization, now=NOW, sees_tickets=member == "hal"
            )


def _person(name: str, **how: Any) -> User:
    email = None if how.get("partner_name") else f"{name}@example.com"
    return people_actions.create_user(name=f"{name.capitalize()} Example", email=email, now=NOW, **how)


def _file(desk: Desk) -> None:
    internal = fields.create_field(type="text", title="Internal", now=NOW).pk
    concerns = fields.create_field(type="lookup", title=CONCERNS, target="zen:organization", now=NOW).pk
    club = desk.organizations["Kettle Club"].pk
    pk = {name: user.pk for name, user in desk.users.items()}
    vault, returns = desk.groups["vault"].pk, desk.groups["returns"].pk
    special: dict[str, dict[str, Any]] = {
        "home": {"ccs": [pk["eli"]], "followers": [pk["pia"]]},
        "outdoor": {"brand": "outdoor"},
        "returns": {"group_id": returns},
        "returns brandless": {"group_id": returns},
        "vault": {"group_id": vault, "ccs": [pk["cat"]], "followers": [pk["pia"]]},
        "vault outdoor": {"group_id": vault, "brand": "outdoor"},
        "vault of kettles": {"group_id": vault},
        "assigned": {"assignee_id": pk["asa"]},
        "assigned brandless": {},
        "talking outdoor": {"brand": "outdoor", "ccs": [pk["eli"]]},
        "confidential": {"is_confidential": True, "ccs": [pk["eli"]]},
        "closed": {"status": "closed"},
        "hushed": {"group_id": desk.groups["hush"].pk},
        "asked by lea": {"ccs": [pk["lea"]]},
        "notes only": {"ccs": [pk["eli"]]},
        "deleted": {"ccs": [pk["eli"]], "followers": [pk["pia"]], "group_id": returns, "assignee_id": pk["asa"]},
    }
    for name in READERS:
        given = {"custom_fields": {internal: field_value(name), concerns: club}, **special.get(name, {})}
        desk.tickets[name] = _ticket(desk, name, **given)


def _ticket(desk: Desk, name: str, brand: str = "home", **fields: Any) -> Ticket:
    author = desk.users[REQUESTERS.get(name, "eli")].pk
    public = NewComment(body=said(name, public=True), author_id=author, attachments=_attached(name, public=True))
    note = NewComment(
        body=said(name, public=False),
        is_public=False,
        author_id=desk.users["ada"].pk,
        attachments=_attached(name, public=False),
    )
    return actions.create(
        actor=Actor.system(),
        now=NOW,
        via=WEB,
        comment=None if name in NO_PUBLIC_SIDE else public,
        more_comments=[note],
        requester_id=author,
        subject=subject(name),
        brand_id=desk.brands[brand].pk,
        **fields,
    ).ticket


def _attached(name: str, *, public: bool) -> Any:
    words = said(name, public=public).encode()
    return [uploads.keep(stream=io.BytesIO(words), file_name=file_name(name, public=public), now=NOW)]


def _upset(desk: Desk) -> None:
    """What no action makes at once, but time does: brands go, rights are withdrawn, people leave."""
    row, users = Ticket.objects, desk.users
    ids = {name: ticket.pk for name, ticket in desk.tickets.items()}
    of = row.filter
    of(pk__in=[ids["brandless"], ids["returns brandless"], ids["assigned brandless"]]).update(brand=None)
    of(pk__in=[ids["assigned brandless"], ids["assigned vault"]]).update(assignee=users["asa"])
    of(pk=ids["assigned vault"]).update(group=desk.groups["vault"])
    of(pk=ids["of no organization"]).update(organization=None)
    of(pk=ids["deleted too"]).update(organization=desk.organizations["Kettle Club"])
    for name in ("deleted", "deleted too"):
        actions.delete(actor=desk.actor("ada"), ticket_id=ids[name], now=NOW)
    TicketFollower.objects.create(ticket_id=ids["home"], user=users["ula"])
    User.objects.filter(pk=users["ula"].pk).update(role=Role.END_USER)
    User.objects.filter(pk__in=[users["sue"].pk, users["sol"].pk]).update(is_suspended=True)
    User.objects.filter(pk=users["gon"].pk).update(is_active=False)
    desk.tickets = {name: row.get(pk=pk) for name, pk in ids.items()}
