"""The words of the log: what each kind of thing is called, and how its fields are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS = {  # the kinds that a page offers to search for; others are shown by their own name
    "account_settings": _("account settings"),
    "api_token": _("API token"),
    "audit_log": _("audit log"),
    "automation": _("automation"),
    "brand": _("brand"),
    "brand_agents": _("brands of an agent"),
    "custom_role": _("role"),
    "group": _("group"),
    "group_membership": _("group membership"),
    "import": _("import"),
    "organization": _("organization"),
    "organization_field": _("organization field"),
    "organization_membership": _("organization membership"),
    "satisfaction_reasons": _("reasons of ratings"),
    "schedule": _("schedule"),
    "sla_policy": _("service level"),
    "sharing_agreement": _("sharing agreement"),
    "scim_token": _("directory"),
    "sign_in_provider": _("provider of sign-in"),
    "sign_in_settings": _("sign-in settings"),
    "trigger": _("trigger"),
    "trigger_category": _("trigger category"),
    "user": _("person"),
    "user_field": _("field of people"),
    "view": _("view"),
    "view_as": _("view as"),
    "webhook": _("webhook"),
}
VERBS = {
    "create": pgettext_lazy("somebody", "created"),
    "update": pgettext_lazy("somebody", "changed"),
    "destroy": pgettext_lazy("somebody", "deleted"),
    "login": _("signed in"),
    "exported": pgettext_lazy("somebody", "exported"),
}
PHRASES = {  # what happened, where verb and kind alone would read badly
    ("login", "user"): _("signed in"),
    ("exported", "audit_log"): _("exported the audit log"),
    ("create", "api_token"): _("made the API token {title}"),
    ("destroy", "api_token"): _("revoked the API token {title}"),
    ("create", "organization_membership"): _("began the membership of {title}"),
    ("update", "organization_membership"): _("changed the membership of {title}"),
    ("destroy", "organization_membership"): _("ended the membership of {title}"),
    ("create", "group_membership"): _("put {title}"),
    ("destroy", "group_membership"): _("ended the membership of {title}"),
    ("create", "view_as"): _("began to see the desk as {title}"),
    ("destroy", "view_as"): _("stopped seeing the desk as {title}"),
    ("create", "import"): _("imported {title}"),
    ("destroy", "import"): _("undid the import of {title}"),
    ("create", "sharing_agreement"): _("made the sharing agreement with {title}"),
}
FIELDS = {
    "custom_role": _("role"),
    "only_private_comments": _("private comments only"),
    "ticket_restriction": _("ticket access"),
    "is_owner": _("owner"),
    "is_suspended": _("suspended"),
    "is_active": _("active"),
    "is_public": _("public"),
    "is_confidential": _("confidential"),
    "is_deleted": _("deleted"),
    "is_default": _("default"),
    "domain_names": _("mail domains"),
    "sees_tickets": _("sees all tickets"),
    "comments_tickets": _("comments on all tickets"),
    "until": _("until"),
    "all": _("conditions that all have to hold"),
    "any": _("conditions of which one has to hold"),
    "actions": _("actions"),
}
# What an organization shares is kept in two switches and said as one thing.
SHARING = {
    (False, False): _("members see their own"),
    (True, False): _("everybody reads"),
    (True, True): _("everybody reads and comments"),
}
