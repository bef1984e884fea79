"""What an API token with scopes may be used for, in the grammar of Zendesk's OAuth scopes.

`read` and `write` cover everything; `tickets:read` covers what the table below calls tickets. A token without scopes
may be used for all that its owner may do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

SAFE = ("GET", "HEAD", "OPTIONS")
VERBS = ("read", "write")
_BROAD = ""  # what only `read` and `write` themselves cover
# A part of an address, and the resource it stands for. The last part that stands here decides: `users/5/tickets` is
# about tickets. Source: Zendesk's OAuth reference, which has ticket audits under no resource, as it has groups.
RESOURCE_OF = {
    "tickets": "tickets",
    "uploads": "tickets",
    "attachments": "tickets",
    "requests": "requests",
    "users": "users",
    "organizations": "organizations",
    "organization_memberships": "organizations",
    "organization_subscriptions": "organizations",
    "subscriptions": "organizations",
    "organization_fields": "organizations",
    "user_fields": "users",
    "organization_merges": "organizations",
    "zen:ticket": "tickets",  # the source of `relationship_fields`
    "zen:user": "users",
    "zen:organization": "organizations",
    "audit_logs": "auditlogs",
    "triggers": "triggers",
    "trigger_categories": "triggers",
    "automations": "automations",
    "macros": "macros",
    "webhooks": "webhooks",
    "help_center": "hc",
    "audits": _BROAD,
    "ticket_audits": _BROAD,
    "access": _BROAD,
    "api_tokens": _BROAD,
    "ticket_fields": _BROAD,
    "ticket_forms": _BROAD,
    "custom_statuses": _BROAD,
    "custom_status": _BROAD,
    "groups": _BROAD,
    "group_memberships": _BROAD,
    "brands": _BROAD,
    "brand_agents": _BROAD,
    "roles": _BROAD,
    "entitlements": _BROAD,
}
RESOURCES = tuple(dict.fromkeys(filter(None, RESOURCE_OF.values())))
ALL = frozenset({*VERBS, *(f"{resource}:{verb}" for resource in RESOURCES for verb in VERBS)})
_SEPARATORS = re.compile(r"[\s,]+")


def checked(wanted: str | Iterable[str]) -> list[str]:
    """The scopes, sorted, from a list or from words with blanks between. Raises `Invalid` for one that is none."""
    words = _SEPARATORS.split(wanted) if isinstance(wanted, str) else [str(word) for word in wanted]
    found = {word for word in words if word}
    if wrong := sorted(found - ALL):
        raise Invalid.field(
            "scopes",
            say("Scopes: %(wrong)s is none. There are read, write and tickets:read.") % {"wrong": wrong[0][:40]},
        )
    return sorted(found)


def is_within(wanted: Iterable[str], own: Iterable[str]) -> bool:
    """Whether everything that `wanted` covers is covered by `own`, too. No scopes cover everything."""
    mine, asked = set(own), set(wanted)
    if not mine or not asked:
        return not mine
    return all(scope in mine or scope.rpartition(":")[2] in mine for scope in asked)


def missing(own: Iterable[str], method: str, path: str) -> str:
    """The verb that a token with these scopes lacks for a request: `read`, `write`, or "" when it may be sent."""
    mine = set(own)
    if not mine:
        return ""
    verb, resource = "read" if method in SAFE else "write", _resource(path)
    has = verb in mine or (resource and f"{resource}:{verb}" in mine)
    return "" if has else verb


def _resource(path: str) -> str:
    found = [RESOURCE_OF[part] for part in path.split("/") if part in RESOURCE_OF]
    return found[-1] if found else _BROAD
