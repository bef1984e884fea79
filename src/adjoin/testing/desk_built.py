"""The desk of `testing.desk`, built with the real actions, and what time then does to it."""

from __future__ import annotations

import io
from typing import Any

from django.test import Client

from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.brands import actions as brand_actions
from adjoin.brands.models import Brand
from adjoin.fields import actions as fields
from adjoin.people import actions as people_actions
from adjoin.people.models import Group, GroupMembership, User
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import (
    AGENTS,
    CONCERNS,
    END_USERS,
    MEMBERS,
    NO_PUBLIC_SIDE,
    NOBODY,
    READERS,
    REQUESTERS,
    ROLES,
    WEB,
    Desk,
    field_value,
    file_name,
    said,
    subject,
)
from adjoin.tickets import actions, uploads
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Ticket, TicketFollower


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
