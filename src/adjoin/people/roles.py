"""What custom roles can say: Zendesk's keys, their values, and the roles an account starts with.

Only keys that decide something here are kept; others that Zendesk's clients send are left out of the answer.
Source: Zendesk's Custom Roles reference, configuration attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adjoin.kernel.errors import Invalid
from adjoin.people.terms import RoleType, TicketRestriction

SCOPES: dict[str, TicketRestriction] = {  # values of `ticket_access`
    "all": TicketRestriction.ALL,
    "within-groups": TicketRestriction.GROUPS,
    "within-groups-and-public-groups": TicketRestriction.ALL,  # which does not reach private groups either
    "within-organization": TicketRestriction.ORGANIZATION,
    "assigned-only": TicketRestriction.ASSIGNED,
}
CHOICES: dict[str, tuple[str, ...]] = {  # the first is what a role has that says nothing: the least
    "ticket_access": (
        "assigned-only",
        "within-organization",
        "within-groups",
        "within-groups-and-public-groups",
        "all",
    ),
    "ticket_comment_access": ("none", "public"),
    "end_user_profile_access": ("readonly", "edit-within-org", "edit", "full"),
    "end_user_list_access": ("none", "full"),
    "view_access": ("playonly", "readonly", "manage-personal", "manage-group", "full"),
    "macro_access": ("readonly", "manage-personal", "manage-group", "full"),
    "forum_access": ("readonly", "full"),
    "manage_roles": ("none", "all-except-self"),
    "manage_team_members": ("none", "readonly", "all-with-self-restriction"),
}
TITLES: dict[str, str] = {  # of the choices, as a page says them
    "ticket_access": "Tickets they read",
    "ticket_comment_access": "What they write",
    "end_user_profile_access": "End users",
    "end_user_list_access": "Lists of end users",
    "view_access": "Views",
    "macro_access": "Macros",
    "forum_access": "Articles",
    "manage_roles": "Roles",
    "manage_team_members": "Team members",
}
WORDS: dict[str, dict[str, str]] = {  # what each value of a choice means
    "ticket_access": {
        "assigned-only": "Those assigned to them",
        "within-organization": "Those of their organizations",
        "within-groups": "Those of their groups",
        "within-groups-and-public-groups": "Those of their groups and of public groups",
        "all": "All, but for private groups they are not in",
    },
    "ticket_comment_access": {"none": "Private notes only", "public": "Public replies and private notes"},
    "end_user_profile_access": {
        "readonly": "Read their profiles",
        "edit-within-org": "Add and change those of their own organizations",
        "edit": "Add and change them",
        "full": "Add and change them all",
    },
    "end_user_list_access": {"none": "Neither list nor search them", "full": "List and search them"},
    "view_access": {
        "playonly": "Work through shared views",
        "readonly": "Open shared views",
        "manage-personal": "Make views for themselves",
        "manage-group": "Make views for their groups",
        "full": "Make and change all views",
    },
    "macro_access": {
        "readonly": "Use shared macros",
        "manage-personal": "Make macros for themselves",
        "manage-group": "Make macros for their groups",
        "full": "Make and change all macros",
    },
    "forum_access": {"readonly": "Read them", "full": "Write and publish those of their brands"},
    "manage_roles": {"none": "Change none", "all-except-self": "Make and change all but their own"},
    "manage_team_members": {
        "none": "Change nobody",
        "readonly": "Look only",
        "all-with-self-restriction": "Add and change all but admins and themselves",
    },
}
SWITCHES: dict[str, str] = {  # key to what it lets somebody do, as a page says it
    "ticket_editing": "Change tickets",
    "ticket_tag_editing": "Change tags of tickets",
    "ticket_deletion": "Delete tickets",
    "view_deleted_tickets": "See deleted tickets and restore them",
    "ticket_merge": "Merge tickets",
    "ticket_redaction": "Redact what was said on tickets",
    "assign_tickets_to_any_group": "Give tickets to groups they are not in",
    "assign_tickets_to_any_brand": "Give tickets to brands they are not in",
    "organization_editing": "Change organizations",
    "organization_notes_editing": "Change details and notes of organizations",
    "manage_organizations": "Create and delete organizations",
    "manage_organization_fields": "Manage fields of organizations",
    "manage_groups": "Manage groups",
    "manage_group_memberships": "Choose who is in which group",
    "manage_business_rules": "Manage triggers, automations and other rules",
    "manage_triggers": "Manage triggers",
    "manage_automations": "Manage automations",
    "manage_ticket_fields": "Manage fields of tickets",
    "manage_ticket_forms": "Manage ticket forms",
    "manage_user_fields": "Manage fields of people",
    "manage_slas": "Manage service levels",
    "manage_suspended_tickets": "Look after suspended tickets",
    "manage_extensions_and_channels": "Manage channels and sharing agreements",
    "manage_webhooks": "Manage webhooks, which tell outside programs of every ticket",
}
STANDARD: dict[str, Any] = {  # what an agent without a custom role may; admins may all of it and more
    "ticket_access": "all",
    "ticket_comment_access": "public",
    "end_user_profile_access": "full",
    "end_user_list_access": "full",
    "view_access": "manage-personal",
    "macro_access": "manage-personal",
    "ticket_editing": True,
    "ticket_tag_editing": True,
    "ticket_merge": True,
    "assign_tickets_to_any_group": True,
    "organization_notes_editing": True,
}
LIGHT: dict[str, Any] = {  # facts: views tickets, private comments only, cannot change fields
    "ticket_access": "all",
    "end_user_list_access": "full",
    "view_access": "playonly",
    "macro_access": "readonly",
    "assign_tickets_to_any_group": True,
}
CONTRIBUTOR: dict[str, Any] = {**LIGHT, "end_user_list_access": "none"}
STARTERS: tuple[tuple[str, str, RoleType, dict[str, Any]], ...] = (
    ("Light agent", "Reads tickets and writes private notes.", RoleType.LIGHT_AGENT, LIGHT),
    (
        "Contributor",
        "Reads tickets and writes private notes, without lists of people.",
        RoleType.CONTRIBUTOR,
        CONTRIBUTOR,
    ),
    (
        "Advisor",
        "Looks after rules, and writes private notes on tickets of their groups.",
        RoleType.CUSTOM,
        {
            "ticket_access": "within-groups",
            "end_user_list_access": "full",
            "view_access": "full",
            "macro_access": "full",
            "manage_business_rules": True,
            "manage_triggers": True,
            "manage_automations": True,
            "manage_slas": True,
        },
    ),
    (
        "Staff",
        "Works on tickets of their groups.",
        RoleType.CUSTOM,
        {**STANDARD, "ticket_access": "within-groups", "end_user_profile_access": "readonly", "ticket_merge": False},
    ),
    (
        "Team lead",
        "Works on all tickets, deletes and merges them, and looks after end users.",
        RoleType.CUSTOM,
        {**STANDARD, "ticket_deletion": True, "ticket_redaction": True, "view_deleted_tickets": True},
    ),
)


def configuration(given: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole configuration that `given` describes, over `before`: every key, and nothing granted that is not said.

    Raises `Invalid` for a value that a key does not have; keys we do not know are left out."""
    problems: dict[str, list[tuple[str, str]]] = {}
    for key, value in given.items():
        if key in CHOICES and value not in CHOICES[key]:
            told = f"{key}: {str(value)[:40]} is not one of {', '.join(CHOICES[key])}"
            problems[key] = [("InvalidValue", told)]
        elif key in SWITCHES and not isinstance(value, bool):
            problems[key] = [("InvalidValue", f"{key}: must be true or false")]
    if problems:
        raise Invalid(problems)
    kept = {**(before or {}), **given}
    choices = {key: kept.get(key, values[0]) for key, values in CHOICES.items()}
    return {**choices, **{key: bool(kept.get(key, False)) for key in SWITCHES}}


def rights(configuration: Mapping[str, Any]) -> frozenset[str]:
    """What a configuration allows, as names: `ticket_deletion`, `end_user_profile_access:edit`."""
    chosen = {f"{key}:{configuration[key]}" for key in CHOICES if key in configuration}
    return frozenset(chosen | {key for key in SWITCHES if configuration.get(key)})


def beyond(wanted: Iterable[str], had: Iterable[str]) -> list[str]:
    """The rights among `wanted` that go further than `had`, in a fixed order; a choice includes the lesser ones."""
    reached = dict(_reach(right) for right in had)
    return sorted(right for right in wanted if _reach(right)[1] > reached.get(_reach(right)[0], 0))


def in_words(right: str) -> str:
    """A right as a page says it: "Delete tickets", "Views: make and change all views"."""
    key, _, value = right.partition(":")
    return f"{TITLES[key]}: {WORDS[key][value].lower()}" if value else SWITCHES[key]


def _reach(right: str) -> tuple[str, int]:
    """The key of a right, and how far it goes: the least choice is 0, a switch that is on 1."""
    key, _, value = right.partition(":")
    return (key, CHOICES[key].index(value)) if value else (key, 1)


def standard_rights(*, deletes: bool, is_unrestricted: bool = True) -> frozenset[str]:
    """What an agent without a custom role may; who reaches every ticket looks after suspended ones, too."""
    return _STANDARD_RIGHTS | _DELETION[deletes] | _SUSPENDED[is_unrestricted]


_STANDARD_RIGHTS = rights(STANDARD)
_DELETION = {True: frozenset({"ticket_deletion"}), False: frozenset[str]()}
_SUSPENDED = {True: frozenset({"manage_suspended_tickets"}), False: frozenset[str]()}
LIGHT_RIGHTS = rights(LIGHT)
