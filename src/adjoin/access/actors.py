"""Who asks. An `Actor` is a small frozen value of ids, loaded afresh for each request or task, so that a right
withdrawn now is gone at the next click."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from adjoin.access import readable
from adjoin.brands.models import BrandMembership
from adjoin.people.models import Group, GroupMembership, Membership, User
from adjoin.people.terms import Role, TicketRestriction


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
    brand_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    open_group_ids: frozenset[int] = frozenset()  # public groups and their own: not closed to them
    organization_ids: frozenset[int] = frozenset()
    seen_organization_ids: frozenset[int] = frozenset()  # whose tickets they read
    commented_organization_ids: frozenset[int] = frozenset()  # whose tickets they may comment on
    participating_ticket_ids: tuple[int, ...] = field(default=(), repr=False)  # agents: follower or cc, newest first
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
    """The actor for a person: anonymous when nobody, or nobody who may sign in, has that id. One or two queries."""
    if user_id is None:
        return Actor.anonymous()
    user = _with_ids(user_id)
    if user is None or not user.is_active or user.is_suspended or user.is_placeholder:
        return Actor.anonymous()
    kind = {Role.ADMIN: Kind.ADMIN, Role.AGENT: Kind.AGENT}.get(Role(user.role), Kind.END_USER)
    # An agent limited to their organization's tickets reads those as an agent, behind walls; in the help center they
    # are a member like others.
    sees_all = kind is Kind.END_USER and user.ticket_restriction == TicketRestriction.ORGANIZATION
    return Actor(
        kind=kind,
        user_id=user.pk,
        name=user.name,
        scope=user.ticket_restriction if kind is Kind.AGENT else TicketRestriction.ALL,
        only_private_comments=user.only_private_comments and kind is Kind.AGENT,
        brand_ids=frozenset(user.its_brand_ids),
        group_ids=frozenset(user.its_group_ids),
        open_group_ids=frozenset(user.open_group_ids) | frozenset(user.its_group_ids)
        if kind is Kind.AGENT
        else frozenset(),
        organization_ids=frozenset(user.its_organization_ids),
        seen_organization_ids=frozenset(user.its_organization_ids if sees_all else user.its_seen_organization_ids),
        commented_organization_ids=frozenset(user.its_commented_organization_ids),
        participating_ticket_ids=readable.participations(user.pk) if kind is Kind.AGENT else (),
    )


def _with_ids(user_id: int) -> Any:
    """The user with the ids of their brands, groups and organizations, in one query."""
    mine = Membership.objects.filter(user=OuterRef("pk"))
    shared = Q(organization__shared_tickets=True)
    commented = mine.filter(shared, organization__shared_comments=True)
    groups = GroupMembership.objects.filter(user=OuterRef("pk"), group__is_deleted=False)
    brands = BrandMembership.objects.filter(user=OuterRef("pk"))
    public_groups = Group.objects.filter(is_public=True)  # deleted ones too: their tickets stay where they were
    return (
        User.objects.filter(pk=user_id)
        .annotate(
            its_brand_ids=ArraySubquery(brands.values("brand_id")),
            its_group_ids=ArraySubquery(groups.values("group_id")),
            open_group_ids=ArraySubquery(public_groups.values("pk")),
            its_organization_ids=ArraySubquery(mine.values("organization_id")),
            its_seen_organization_ids=ArraySubquery(
                mine.filter(shared | Q(sees_tickets=True)).values("organization_id")
            ),
            its_commented_organization_ids=ArraySubquery(commented.values("organization_id")),
        )
        .first()
    )
