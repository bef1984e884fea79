"""Who asks. An `Actor` is a small frozen value of ids, loaded afresh for each request or task, so that a right
withdrawn now is gone at the next click."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.db import connection

from adjoin.kernel import prepared
from adjoin.people import roles
from adjoin.people.terms import Role, RoleType, TicketRestriction

NONE: frozenset[int] = frozenset()
PARTICIPATIONS_MAX = 10_000  # Zendesk lists up to 10,000 tickets an agent follows or is copied on


class Kind(StrEnum):
    """What sort of actor this is; every rule of `grants` and `permissions` says for which kinds it speaks."""

    SYSTEM = "system"
    ADMIN = "admin"
    AGENT = "agent"
    END_USER = "end_user"
    PARTNER = "partner"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """Everything the access rules need to know of who asks, as ids."""

    kind: Kind
    user_id: int | None = None
    name: str = ""
    scope: str = TicketRestriction.ALL  # agents: which tickets the role reaches
    only_private_comments: bool = False  # a light agent
    rights: frozenset[str] = field(default=frozenset(), repr=False)  # agents: what `people.roles` calls their rights
    sees_own_customers: bool = False  # agents: people and organizations only of tickets they read
    brand_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    open_group_ids: frozenset[int] = frozenset()  # public groups and their own: not closed to them
    organization_ids: frozenset[int] = frozenset()
    seen_organization_ids: frozenset[int] = frozenset()  # whose tickets they read
    commented_organization_ids: frozenset[int] = frozenset()  # whose tickets they may comment on
    confidential_group_ids: frozenset[int] = frozenset()  # whose tickets no organization shares
    copied_ticket_ids: frozenset[int] = field(default=frozenset(), repr=False)
    followed_ticket_ids: frozenset[int] = field(default=frozenset(), repr=False)  # agents only
    host_brand_id: int | None = None  # end users: the brand whose help center they are in
    agreement_id: int | None = None  # partners: the agreement they act under
    reads_private: bool = False  # partners: whether private comments cross

    @property
    def is_system(self) -> bool:
        return self.kind is Kind.SYSTEM

    @property
    def is_admin(self) -> bool:
        return self.kind is Kind.ADMIN

    @property
    def is_agent(self) -> bool:
        """Admins are agents too."""
        return self.kind in (Kind.AGENT, Kind.ADMIN)

    @property
    def is_end_user(self) -> bool:
        return self.kind is Kind.END_USER

    @property
    def is_anonymous(self) -> bool:
        return self.kind is Kind.ANONYMOUS

    @property
    def reads_private_side(self) -> bool:
        """Whether any private comment is for them at all."""
        return self.is_system or self.is_agent or (self.kind is Kind.PARTNER and self.reads_private)

    def as_end_user(self, host_brand_id: int | None = None) -> Actor:
        """The same person as the help center sees them: agents are end users there.

        `host_brand_id` narrows to one brand's help center."""
        if self.user_id is None:
            return self
        return replace(self, kind=Kind.END_USER, host_brand_id=host_brand_id)

    def as_requester(self) -> Actor:
        """The same person with nothing but the rights of whoever files a request or is copied on one."""
        return replace(self.as_end_user(), seen_organization_ids=frozenset(), commented_organization_ids=frozenset())

    def as_reader(self) -> Actor:
        """The same as far as reading goes: what a partner reads hangs on its agreement, not on who of them asks."""
        return replace(self, user_id=None, name="") if self.kind is Kind.PARTNER else self

    def with_organization(self, organization_id: int, *, like: int) -> Actor:
        """The same person, to whom one organization is what another is: what they see of the one they see of both."""

        def both(ids: frozenset[int]) -> frozenset[int]:
            return ids | {organization_id} if like in ids else ids - {organization_id}

        return replace(
            self,
            organization_ids=both(self.organization_ids),
            seen_organization_ids=both(self.seen_organization_ids),
            commented_organization_ids=both(self.commented_organization_ids),
        )

    @classmethod
    def system(cls) -> Actor:
        """The desk itself: triggers, automations, imports."""
        return cls(kind=Kind.SYSTEM, name="System")

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody who has not signed in."""
        return cls(kind=Kind.ANONYMOUS, name="Anonymous user")

    @classmethod
    def partner(cls, *, agreement_id: int, name: str, user_id: int | None, reads_private: bool) -> Actor:
        """A partner's desk acting under an agreement; `user_id` is the placeholder of its person."""
        return cls(
            kind=Kind.PARTNER, agreement_id=agreement_id, name=name, user_id=user_id, reads_private=reads_private
        )


def load(user_id: int | None) -> Actor:
    """The actor for a person: anonymous when nobody, or nobody who may sign in, has that id. One query."""
    if user_id is None:
        return Actor.anonymous()
    return _loaded(_ONE.rows(user_id, PARTICIPATIONS_MAX)).get(user_id, Actor.anonymous())


def load_many(user_ids: Iterable[int]) -> dict[int, Actor]:
    """The actors for people by their ids, without those who may not sign in. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MANY, {"ids": list(user_ids), "most": PARTICIPATIONS_MAX})
        return _loaded(cursor.fetchall())


def _loaded(rows: Iterable[Any]) -> dict[int, Actor]:
    alike: dict[Any, Actor] = {}  # thousands of people are mostly the same but for who they are
    return {row[0]: _person(alike, *row) for row in rows}


def _person(
    alike: dict[Any, Actor],
    user_id: int,
    name: str,
    copied: list[int],
    followed: list[int] | None,
    *facts: Any,
) -> Actor:
    actor = alike.get(facts)
    if actor is None:
        actor = alike[facts] = _actor(*facts)
    return _like(
        actor,
        user_id=user_id,
        name=name,
        copied_ticket_ids=frozenset(copied) if copied else NONE,
        followed_ticket_ids=frozenset(followed) if followed else NONE,
    )


def _like(actor: Actor, **own: Any) -> Actor:
    """What `dataclasses.replace` gives, in a tenth of the time: thousands are loaded for one question."""
    other = object.__new__(Actor)
    vars(other).update(vars(actor), **own)
    return other


def _actor(  # one value for each further column of `_WHO`
    role: str,
    restriction: str,
    is_light: bool,
    role_says: str | None,
    role_type: int | None,
    light_access: str,
    deletes: bool,
    sees_own: bool,
    *id_lists: str | None,
) -> Actor:
    brands, groups, public_groups, confidential, organizations, seen, commented = (
        frozenset(map(int, ids.split(","))) if ids else NONE for ids in id_lists
    )
    member = Actor(
        kind=Kind.END_USER,
        organization_ids=organizations,
        seen_organization_ids=seen,
        commented_organization_ids=commented,
        confidential_group_ids=confidential,
    )
    if role not in (Role.AGENT, Role.ADMIN):
        return replace(member, seen_organization_ids=organizations) if restriction == _ALL_OF_THEIRS else member
    # Their restriction says what they read as an agent; in the help center they are a member like others.
    agent = replace(member, kind=Kind.AGENT, brand_ids=brands, group_ids=groups, open_group_ids=groups | public_groups)
    if role == Role.ADMIN:
        return replace(agent, kind=Kind.ADMIN)
    configuration = json.loads(role_says) if role_says is not None else None  # Django leaves JSON as text
    if configuration is None:
        rights, scope = roles.LIGHT_RIGHTS if is_light else frozenset(), restriction
    else:
        rights, scope = roles.rights(configuration), roles.SCOPES[configuration["ticket_access"]]
        is_light = role_type != RoleType.CUSTOM or configuration["ticket_comment_access"] == "none"
    if scope == TicketRestriction.ALL and (role_type or (is_light and configuration is None)):
        scope = TicketRestriction(light_access)
    if not is_light and configuration is None:
        rights |= roles.standard_rights(deletes=deletes, is_unrestricted=scope == TicketRestriction.ALL)
    return replace(agent, scope=scope, rights=rights, only_private_comments=is_light, sees_own_customers=sees_own)


_ALL_OF_THEIRS = TicketRestriction.ORGANIZATION
# Asked on every request. By hand: Django needs five times as long to put it together as PostgreSQL to answer it. Lists
# of ids come as text, by which people who are alike are known as such.
_WHO = """
SELECT u.id, u.name,
    ARRAY(SELECT ticket_id FROM tickets_ticketcc
        WHERE user_id = u.id ORDER BY ticket_id DESC LIMIT %(most)s),
    -- For end users nothing is looked up that only agents have.
    CASE WHEN u.role <> 'end-user' THEN ARRAY(
        SELECT ticket_id FROM tickets_ticketfollower
        WHERE user_id = u.id ORDER BY ticket_id DESC LIMIT %(most)s) END,
    u.role, u.ticket_restriction, u.only_private_comments, r.configuration, r.role_type,
    coalesce(s.light_agent_access, ''), coalesce(s.agents_delete_tickets, false),
    coalesce(s.agents_see_own_customers, false) AND EXISTS (
        SELECT FROM brands_brand b WHERE b.is_active AND NOT EXISTS (
            SELECT FROM brands_brandmembership m WHERE m.brand_id = b.id AND m.user_id = u.id)),
    CASE WHEN u.role <> 'end-user' THEN (
        SELECT string_agg(brand_id::text, ',' ORDER BY brand_id) FROM brands_brandmembership WHERE user_id = u.id) END,
    CASE WHEN u.role <> 'end-user' THEN (
        SELECT string_agg(g.id::text, ',' ORDER BY g.id)
        FROM people_groupmembership m JOIN people_group g ON g.id = m.group_id
        WHERE m.user_id = u.id AND NOT g.is_deleted) END,
    CASE WHEN u.role <> 'end-user' THEN (  -- deleted ones too: their tickets stay where they were
        SELECT string_agg(id::text, ',' ORDER BY id) FROM people_group WHERE is_public) END,
    (SELECT string_agg(id::text, ',' ORDER BY id) FROM people_group WHERE is_confidential),
    belongs.organizations, belongs.seen, belongs.commented
FROM people_user u
LEFT JOIN people_customrole r ON r.id = u.custom_role_id
LEFT JOIN desk_settings_desksettings s ON true
CROSS JOIN LATERAL (
    SELECT string_agg(o.id::text, ',' ORDER BY o.id) AS organizations,
        string_agg(o.id::text, ',' ORDER BY o.id) FILTER (WHERE o.shared_tickets OR m.sees_tickets) AS seen,
        string_agg(o.id::text, ',' ORDER BY o.id) FILTER (WHERE o.shared_comments OR m.comments_tickets) AS commented
    FROM people_membership m JOIN people_organization o ON o.id = m.organization_id
    WHERE m.user_id = u.id) belongs
WHERE %(whom)s AND u.is_active AND NOT u.is_suspended AND u.partner_name = ''
"""
_ONE = prepared.Statement(_WHO % {"whom": "u.id = $1", "most": "$2"})
_MANY = _WHO % {"whom": "u.id = ANY(%(ids)s)", "most": "%(most)s"}
