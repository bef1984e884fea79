"""What custom roles can say: Zendesk's keys, their values, and the roles an account starts with.

Only keys that decide something here are kept; others that Zendesk's clients send are left out of the answer.
Source: Zendesk's Custom Roles reference, configuration attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
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
TITLES = {  # of the choices, as a page says them
    "ticket_access": _("Tickets they read"),
    "ticket_comment_access": _("What they write"),
    "end_user_profile_access": _("End users"),
    "end_user_list_access": _("Lists of end users"),
    "view_access": _("Views"),
    "macro_access": _("Macros"),
    "forum_access": _("Articles"),
    "manage_roles": _("Roles"),
    "manage_team_members": _("Team members"),
}
WORDS = {  # what each value of a choice means
    "ticket_access": {
        "assigned-only": _("Those assigned to them"),
        "within-organization": _("Those of their organizations"),
        "within-groups": _("Those of their groups"),
        "within-groups-and-public-groups": _("Those of their groups and of public groups"),
        "all": _("All, but for private groups they are not in"),
    },
    "ticket_comment_access": {"none": _("Private notes only"), "public": _("Public replies and private notes")},
    "end_user_profile_access": {
        "readonly": _("Read their profiles"),
        "edit-within-org": _("Add and change those of their own organizations"),
        "edit": _("Add and change them"),
        "full": _("Add and change them all"),
    },
    "end_user_list_access": {"none": _("Neither list nor search them"), "full": _("List and search them")},
    "view_access": {
        "playonly": _("Work through shared views"),
        "readonly": _("Open shared views"),
        "manage-personal": _("Make views for themselves"),
        "manage-group": _("Make views for their groups"),
        "full": _("Make and change all views"),
    },
    "macro_access": {
        "readonly": _("Use shared macros"),
        "manage-personal": _("Make macros for themselves"),
        "manage-group": _("Make macros for their groups"),
        "full": _("Make and change all macros"),
    },
    "forum_access": {"readonly": _("Read them"), "full": _("Write and publish those of their brands")},
    "manage_roles": {"none": _("Change none"), "all-except-self": _("Make and change all but their own")},
    "manage_team_members": {
        "none": _("Change nobody"),
        "readonly": _("Look only"),
        "all-with-self-restriction": _("Add and change all but admins and themselves"),
    },
}
SWITCHES = {  # key to what it lets somebody do, as a page says it
    "ticket_editing": _("Change tickets"),
    "ticket_tag_editing": _("Change tags of tickets"),
    "ticket_deletion": _("Delete tickets"),
    "view_deleted_tickets": _("See deleted tickets and restore them"),
    "ticket_merge": _("Merge tickets"),
    "ticket_redaction": _("Redact what was said on tickets"),
    "assign_tickets_to_any_group": _("Give tickets to groups they are not in"),
    "assign_tickets_to_any_brand": _("Give tickets to brands they are not in"),
    "organization_editing": _("Change organizations"),
    "organization_notes_editing": _("Change details and notes of organizations"),
    "manage_organizations": _("Create and delete organizations"),
    "manage_organization_fields": _("Manage fields of organizations"),
    "manage_groups": _("Manage groups"),
    "manage_group_memberships": _("Choose who is in which group"),
    "manage_business_rules": _("Manage triggers, automations and other rules"),
    "manage_triggers": _("Manage triggers"),
    "manage_automations": _("Manage automations"),
    "manage_ticket_fields": _("Manage fields of tickets"),
    "manage_ticket_forms": _("Manage ticket forms"),
    "manage_user_fields": _("Manage fields of people"),
    "manage_slas": _("Manage service levels"),
    "manage_suspended_tickets": _("Look after suspended tickets"),
    "manage_extensions_and_channels": _("Manage channels and sharing agreements"),
    "manage_webhooks": _("Manage webhooks, which tell outside programs of every ticket"),
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
            told = say("%(key)s: %(value)s is not one of %(choices)s") % {
                "key": key,
                "value": str(value)[:40],
                "choices": ", ".join(CHOICES[key]),
            }
            problems[key] = [("InvalidValue", told)]
        elif key in SWITCHES and not isinstance(value, bool):
            problems[key] = [("InvalidValue", say("%(key)s: must be true or false") % {"key": key})]
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
    key, _colon, value = right.partition(":")
    return f"{TITLES[key]}: {WORDS[key][value].lower()}" if value else str(SWITCHES[key])


def _reach(right: str) -> tuple[str, int]:
    """The key of a right, and how far it goes: the least choice is 0, a switch that is on 1."""
    key, _colon, value = right.partition(":")
    return (key, CHOICES[key].index(value)) if value else (key, 1)


def standard_rights(*, deletes: bool, is_unrestricted: bool = True) -> frozenset[str]:
    """What an agent without a custom role may; who reaches every ticket looks after suspended ones, too."""
    return _STANDARD_RIGHTS | _DELETION[deletes] | _SUSPENDED[is_unrestricted]


_STANDARD_RIGHTS = rights(STANDARD)
_DELETION = {True: frozenset({"ticket_deletion"}), False: frozenset[str]()}
_SUSPENDED = {True: frozenset({"manage_suspended_tickets"}), False: frozenset[str]()}
LIGHT_RIGHTS = rights(LIGHT)
