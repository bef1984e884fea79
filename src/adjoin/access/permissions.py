"""What an actor may do to what they may read. Each right is declared once, for the kinds of actor it speaks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop as _

from adjoin.access import grants, readable
from adjoin.access.grants import ADMIN, AGENT, END_USER, GRANTS, PARTNER, WALLS
from adjoin.access.kept import kept
from adjoin.kernel import statements
from adjoin.kernel.errors import NotAllowed
from adjoin.kernel.languages import said

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket, TicketQuerySet


class Permission(StrEnum):
    """One thing that can be done. The sentence for each is in `REFUSALS`."""

    COMMENT_PUBLICLY = "comment_publicly"
    COMMENT_PRIVATELY = "comment_privately"
    EDIT_TICKET = "edit_ticket"
    MARK_SOLVED = "mark_solved"
    ADD_COLLEAGUES = "add_colleagues"
    DELETE_TICKET = "delete_ticket"
    SHARE_TICKET = "share_ticket"
    CREATE_TICKET = "create_ticket"
    CREATE_REQUEST = "create_request"
    EDIT_TAGS = "edit_tags"
    MERGE_TICKET = "merge_ticket"
    REDACT_TICKET = "redact_ticket"
    VIEW_DELETED_TICKETS = "view_deleted_tickets"
    MANAGE_SUSPENDED_TICKETS = "manage_suspended_tickets"
    LIST_END_USERS = "list_end_users"
    MANAGE_END_USERS = "manage_end_users"
    SEE_TEAM = "see_team"
    MANAGE_TEAM = "manage_team"
    MANAGE_ROLES = "manage_roles"
    MANAGE_GROUPS = "manage_groups"
    MANAGE_GROUP_MEMBERSHIPS = "manage_group_memberships"
    MANAGE_ORGANIZATIONS = "manage_organizations"
    EDIT_ORGANIZATIONS = "edit_organizations"
    EDIT_ORGANIZATION_NOTES = "edit_organization_notes"
    MANAGE_ORGANIZATION_FIELDS = "manage_organization_fields"
    MANAGE_USER_FIELDS = "manage_user_fields"
    MANAGE_TICKET_FIELDS = "manage_ticket_fields"
    MANAGE_TICKET_FORMS = "manage_ticket_forms"
    MANAGE_ARTICLES = "manage_articles"
    MANAGE_SEGMENTS = "manage_segments"
    MANAGE_BRANDS = "manage_brands"
    MANAGE_RULES = "manage_rules"
    MANAGE_AUTOMATIONS = "manage_automations"
    MANAGE_SERVICE_LEVELS = "manage_service_levels"
    MANAGE_AGREEMENTS = "manage_agreements"
    MANAGE_WEBHOOKS = "manage_webhooks"
    MANAGE_SETTINGS = "manage_settings"
    EXPLAIN_ACCESS = "explain_access"
    VIEW_AS = "view_as"
    IMPORT_PEOPLE = "import_people"
    READ_AUDIT_LOG = "read_audit_log"


REFUSALS = {
    Permission.COMMENT_PUBLICLY: _("You can read this ticket, but not reply on it."),
    Permission.COMMENT_PRIVATELY: _("Only agents write private notes."),
    Permission.EDIT_TICKET: _("You can read this ticket, but not change it."),
    Permission.MARK_SOLVED: _("Only the person who asked can mark a request solved."),
    Permission.ADD_COLLEAGUES: _("Only the person who asked can add colleagues."),
    Permission.EDIT_TAGS: _("Your role does not change the tags of tickets."),
    Permission.DELETE_TICKET: _("Your role does not delete tickets."),
    Permission.MERGE_TICKET: _("Your role does not merge tickets."),
    Permission.REDACT_TICKET: _("Your role does not redact what was said on tickets."),
    Permission.VIEW_DELETED_TICKETS: _("Your role does not see deleted tickets."),
    Permission.MANAGE_SUSPENDED_TICKETS: _("Your role does not look after suspended tickets."),
    Permission.SHARE_TICKET: _("Only agents share tickets."),
    Permission.CREATE_TICKET: _("Only agents create tickets here. File a request instead."),
    Permission.CREATE_REQUEST: _("Sign in to file a request."),
    Permission.LIST_END_USERS: _("Your role does not list end users."),
    Permission.MANAGE_END_USERS: _("Your role does not change end users."),
    Permission.SEE_TEAM: _("Your role does not see team members."),
    Permission.MANAGE_TEAM: _("Your role does not change team members."),
    Permission.MANAGE_ROLES: _("Your role does not change roles."),
    Permission.MANAGE_GROUPS: _("Your role does not change groups."),
    Permission.MANAGE_GROUP_MEMBERSHIPS: _("Your role does not choose who is in which group."),
    Permission.MANAGE_ORGANIZATIONS: _("Your role does not create or delete organizations."),
    Permission.EDIT_ORGANIZATIONS: _("Your role does not change organizations."),
    Permission.EDIT_ORGANIZATION_NOTES: _("Your role does not change the notes of organizations."),
    Permission.MANAGE_ORGANIZATION_FIELDS: _("Your role does not change the fields of organizations."),
    Permission.MANAGE_USER_FIELDS: _("Your role does not change the fields of people."),
    Permission.MANAGE_TICKET_FIELDS: _("Your role does not change the fields of tickets."),
    Permission.MANAGE_TICKET_FORMS: _("Your role does not change ticket forms."),
    Permission.MANAGE_ARTICLES: _("Your role does not write articles of this help center."),
    Permission.MANAGE_SEGMENTS: _("Only admins change who is in a segment."),
    Permission.MANAGE_BRANDS: _("Only admins manage brands and who works for them."),
    Permission.MANAGE_RULES: _("Your role does not change rules."),
    Permission.MANAGE_AUTOMATIONS: _("Your role does not change automations."),
    Permission.MANAGE_SERVICE_LEVELS: _("Your role does not change service levels."),
    Permission.MANAGE_AGREEMENTS: _("Your role does not manage sharing agreements."),
    Permission.MANAGE_WEBHOOKS: _("Your role does not manage webhooks."),
    Permission.MANAGE_SETTINGS: _("Only admins change the account's settings."),
    Permission.EXPLAIN_ACCESS: _("Only admins ask what others can read."),
    Permission.VIEW_AS: _("Only admins see the desk as somebody else."),
    Permission.IMPORT_PEOPLE: _("Only admins import people."),
    Permission.READ_AUDIT_LOG: _("Only admins read the audit log."),
}


@dataclass(frozen=True, eq=False)
class Right:
    """One permission, given to some kinds of actor: `has` asks the actor, `on` is the SQL over tickets they read.

    Without `on` it concerns no ticket."""

    permission: Permission
    speaks_for: frozenset[str]
    sentence: str
    on: Callable[[Actor], Q] | None = None
    has: Callable[[Actor], bool] = lambda actor: True

    def speaks_to(self, actor: Actor) -> bool:
        return actor.kind in self.speaks_for and self.has(actor)


def _is_full(actor: Actor) -> bool:
    return not actor.only_private_comments


def _role_says(*rights: str) -> Callable[[Actor], bool]:
    """Whether the role gives one of these rights; admins have them all."""
    return lambda actor: actor.is_admin or not actor.rights.isdisjoint(rights)


def _any(actor: Actor) -> Q:
    return Q()


def _unclosed(actor: Actor) -> Q:
    # `TicketStatus.CLOSED`, which an app above this one defines. A partner's frozen copy is as if it were closed.
    return ~Q(status="closed") & Q(frozen_by="")


def _asked(actor: Actor) -> Q:
    return Q(requester_id=actor.user_id)


def _own(actor: Actor) -> Q:
    return _unclosed(actor) & _asked(actor)


def _copied(actor: Actor) -> Q:
    return _unclosed(actor) & Q(pk__any_of=actor.copied_ticket_ids)


def _shared(actor: Actor) -> Q:
    return _unclosed(actor) & Q(organization_id__any_of=actor.commented_organization_ids) & grants.shareable(actor)


_AGENTS, _ADMINS = frozenset({AGENT, ADMIN}), frozenset({ADMIN})
_END_USERS, _PARTNERS = frozenset({END_USER}), frozenset({PARTNER})

_SEES_TEAM = ("manage_team_members:readonly", "manage_team_members:all-with-self-restriction")
_EDITS_END_USERS = tuple(f"end_user_profile_access:{how}" for how in ("edit-within-org", "edit", "full"))


def _by_role(permission: Permission, does: str, *rights: str) -> Right:
    """A right that concerns no ticket, of admins and of agents whose role has one of these."""
    return Right(permission, _AGENTS, f"Admins, and agents whose role {does}", has=_role_says(*rights))


RIGHTS: list[Right] = [
    Right(Permission.COMMENT_PUBLICLY, _AGENTS, "Agents, except light agents", _unclosed, _is_full),
    Right(Permission.COMMENT_PUBLICLY, _END_USERS, "The requester", _own),
    Right(Permission.COMMENT_PUBLICLY, _END_USERS, "People copied on the ticket", _copied),
    Right(Permission.COMMENT_PUBLICLY, _END_USERS, "Members of an organization that shares comments", _shared),
    Right(Permission.COMMENT_PUBLICLY, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(Permission.COMMENT_PRIVATELY, _AGENTS, "Agents, light agents too", _unclosed),
    Right(Permission.COMMENT_PRIVATELY, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(
        Permission.EDIT_TICKET, _AGENTS, "Agents whose role changes tickets", _unclosed, _role_says("ticket_editing")
    ),
    Right(Permission.EDIT_TICKET, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(Permission.EDIT_TAGS, _AGENTS, "Agents whose role changes tags", _unclosed, _role_says("ticket_tag_editing")),
    Right(Permission.EDIT_TAGS, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(Permission.MARK_SOLVED, _END_USERS, "The requester", _own),
    Right(Permission.ADD_COLLEAGUES, _END_USERS, "The requester", _asked),
    Right(Permission.DELETE_TICKET, _AGENTS, "Agents whose role deletes tickets", _any, _role_says("ticket_deletion")),
    Right(Permission.MERGE_TICKET, _AGENTS, "Agents whose role merges tickets", _unclosed, _role_says("ticket_merge")),
    Right(Permission.REDACT_TICKET, _AGENTS, "Agents whose role redacts", _any, _role_says("ticket_redaction")),
    Right(Permission.SHARE_TICKET, _AGENTS, "Agents, except light agents", _any, _is_full),
    _by_role(Permission.VIEW_DELETED_TICKETS, "sees deleted tickets and restores them", "view_deleted_tickets"),
    _by_role(Permission.MANAGE_SUSPENDED_TICKETS, "looks after suspended tickets", "manage_suspended_tickets"),
    Right(Permission.CREATE_TICKET, _AGENTS, "Agents, light agents too"),
    Right(Permission.CREATE_REQUEST, _AGENTS | _END_USERS, "Everybody who is signed in"),
    _by_role(Permission.LIST_END_USERS, "lists end users", "end_user_list_access:full"),
    _by_role(Permission.MANAGE_END_USERS, "changes end users", *_EDITS_END_USERS),
    _by_role(Permission.SEE_TEAM, "sees team members", *_SEES_TEAM),
    _by_role(Permission.MANAGE_TEAM, "changes team members", "manage_team_members:all-with-self-restriction"),
    _by_role(Permission.MANAGE_ROLES, "changes roles", "manage_roles:all-except-self"),
    _by_role(Permission.MANAGE_GROUPS, "manages groups", "manage_groups"),
    _by_role(Permission.MANAGE_GROUP_MEMBERSHIPS, "fills groups", "manage_groups", "manage_group_memberships"),
    _by_role(Permission.MANAGE_ORGANIZATIONS, "manages organizations", "manage_organizations"),
    _by_role(Permission.EDIT_ORGANIZATIONS, "changes organizations", "manage_organizations", "organization_editing"),
    _by_role(
        Permission.EDIT_ORGANIZATION_NOTES,
        "changes notes of organizations",
        *("manage_organizations", "organization_editing", "organization_notes_editing"),
    ),
    _by_role(Permission.MANAGE_ORGANIZATION_FIELDS, "manages their fields", "manage_organization_fields"),
    _by_role(Permission.MANAGE_USER_FIELDS, "manages fields of people", "manage_user_fields"),
    _by_role(Permission.MANAGE_TICKET_FIELDS, "manages fields of tickets", "manage_ticket_fields"),
    _by_role(Permission.MANAGE_TICKET_FORMS, "manages ticket forms", "manage_ticket_forms"),
    _by_role(Permission.MANAGE_RULES, "manages rules", "manage_business_rules", "manage_triggers"),
    _by_role(Permission.MANAGE_AUTOMATIONS, "manages automations", "manage_business_rules", "manage_automations"),
    _by_role(Permission.MANAGE_SERVICE_LEVELS, "manages service levels", "manage_slas"),
    _by_role(Permission.MANAGE_AGREEMENTS, "manages channels", "manage_extensions_and_channels"),
    _by_role(Permission.MANAGE_WEBHOOKS, "manages webhooks", "manage_webhooks"),
    _by_role(Permission.MANAGE_ARTICLES, "writes articles", "forum_access:full"),
    Right(Permission.MANAGE_SEGMENTS, _ADMINS, "Admins"),
    Right(Permission.MANAGE_BRANDS, _ADMINS, "Admins"),
    Right(Permission.MANAGE_SETTINGS, _ADMINS, "Admins"),
    Right(Permission.EXPLAIN_ACCESS, _ADMINS, "Admins"),
    Right(Permission.VIEW_AS, _ADMINS, "Admins"),
    Right(Permission.IMPORT_PEOPLE, _ADMINS, "Admins"),
    Right(Permission.READ_AUDIT_LOG, _ADMINS, "Admins"),
]


@kept(GRANTS, WALLS, RIGHTS)
def tickets(actor: Actor, permission: Permission) -> TicketQuerySet:
    """Every ticket to which `actor` may do that, as one query. What cannot be read allows nothing.

    An agent who only asked for a ticket acts on it as its requester."""
    if actor.is_system:
        return readable.tickets(actor)
    if not actor.is_agent:
        return readable.tickets(actor).filter(_rights_of(actor, permission))
    as_agent = readable.tickets_as_agent(actor)
    asked_for = readable.tickets(actor).exclude(Exists(as_agent.filter(pk=OuterRef("pk"))))
    requester = _rights_of(actor.as_requester(), permission)
    return as_agent.filter(_rights_of(actor, permission)) | asked_for.filter(requester)


def allows(actor: Actor, permission: Permission, ticket: Ticket | None = None) -> bool:
    """Whether `actor` may do that, to `ticket` where it concerns one. One query, of the ticket as it is written."""
    if ticket is not None:
        return bool(_covered(actor.as_reader(), permission, ticket.pk))
    return actor.is_system or any(right.on is None and right.speaks_to(actor) for right in _rights_to(permission))


def asking(actor: Actor, permission: Permission, ticket_id: int) -> statements.Asking:
    """The question of `allows`, for `statements.ahead`."""
    return _covered.asking(actor.as_reader(), permission, ticket_id)


@statements.kept(GRANTS, WALLS, RIGHTS, is_prepared=True)
def _covered(actor: Actor, permission: Permission, ticket_id: int) -> QuerySet[Ticket, int]:
    return tickets(actor, permission).filter(pk=ticket_id).values_list("pk", flat=True)


def require(actor: Actor, permission: Permission, ticket: Ticket | None = None) -> None:
    """Raises `NotAllowed`, with a sentence, unless `actor` may do that."""
    if not allows(actor, permission, ticket):
        raise NotAllowed(said(REFUSALS[permission]))


def _rights_to(permission: Permission) -> list[Right]:
    return [right for right in RIGHTS if right.permission is permission]


def _rights_of(actor: Actor, permission: Permission) -> Q:
    """The tickets, of those they read, which a right of the actor covers."""
    return grants.any_of(right.on(actor) for right in _rights_to(permission) if right.on and right.speaks_to(actor))
