"""The words of the log: what each kind of thing is called, and how its fields are."""

from __future__ import annotations

KINDS = {  # the kinds that a page offers to search for; others are shown by their own name
    "account_settings": "account settings",
    "api_token": "API token",
    "audit_log": "audit log",
    "automation": "automation",
    "brand": "brand",
    "brand_agents": "brands of an agent",
    "custom_role": "role",
    "group": "group",
    "group_membership": "group membership",
    "import": "import",
    "organization": "organization",
    "organization_field": "organization field",
    "organization_membership": "organization membership",
    "schedule": "schedule",
    "sla_policy": "service level",
    "sharing_agreement": "sharing agreement",
    "scim_token": "directory",
    "sign_in_provider": "provider of sign-in",
    "sign_in_settings": "sign-in settings",
    "trigger": "trigger",
    "trigger_category": "trigger category",
    "user": "person",
    "view": "view",
    "view_as": "view as",
    "webhook": "webhook",
}
VERBS = {"create": "created", "update": "changed", "destroy": "deleted", "login": "signed in", "exported": "exported"}
PHRASES = {  # what happened, where verb and kind alone would read badly
    ("login", "user"): "signed in",
    ("exported", "audit_log"): "exported the audit log",
    ("create", "api_token"): "made the API token {title}",
    ("destroy", "api_token"): "revoked the API token {title}",
    ("create", "organization_membership"): "began the membership of {title}",
    ("update", "organization_membership"): "changed the membership of {title}",
    ("destroy", "organization_membership"): "ended the membership of {title}",
    ("create", "group_membership"): "put {title}",
    ("destroy", "group_membership"): "ended the membership of {title}",
    ("create", "view_as"): "began to see the desk as {title}",
    ("destroy", "view_as"): "stopped seeing the desk as {title}",
    ("create", "import"): "imported {title}",
    ("destroy", "import"): "undid the import of {title}",
    ("create", "sharing_agreement"): "made the sharing agreement with {title}",
}
FIELDS = {
    "custom_role": "role",
    "only_private_comments": "private comments only",
    "ticket_restriction": "ticket access",
    "is_owner": "owner",
    "is_suspended": "suspended",
    "is_active": "active",
    "is_public": "public",
    "is_confidential": "confidential",
    "is_deleted": "deleted",
    "is_default": "default",
    "domain_names": "mail domains",
    "sees_tickets": "sees all tickets",
    "comments_tickets": "comments on all tickets",
    "until": "until",
}
# What an organization shares is kept in two switches and said as one thing.
SHARING = {
    (False, False): "members see their own",
    (True, False): "everybody reads",
    (True, True): "everybody reads and comments",
}
