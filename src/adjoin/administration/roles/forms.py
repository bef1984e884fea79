"""A role as switches and choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.people import roles

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.people.models import CustomRole

SECTIONS = (
    (
        _("Tickets"),
        (
            *("ticket_access", "ticket_comment_access", "ticket_editing", "ticket_tag_editing", "ticket_merge"),
            *("ticket_redaction", "ticket_deletion", "view_deleted_tickets", "manage_suspended_tickets"),
            *("assign_tickets_to_any_group", "assign_tickets_to_any_brand"),
        ),
    ),
    (
        _("Customers"),
        (
            *("end_user_list_access", "end_user_profile_access", "manage_user_fields", "organization_notes_editing"),
            *("organization_editing", "manage_organizations", "manage_organization_fields"),
        ),
    ),
    (_("The team"), ("manage_team_members", "manage_roles", "manage_groups", "manage_group_memberships")),
    (
        _("How the desk works"),
        (
            *("view_access", "macro_access", "forum_access"),
            *("manage_business_rules", "manage_triggers", "manage_automations"),
            *("manage_slas", "manage_ticket_fields", "manage_ticket_forms", "manage_extensions_and_channels"),
            "manage_webhooks",
        ),
    ),
)


class RoleForm(forms.Form):
    """Name, description and the whole configuration. What whoever asks does not have themselves they cannot give."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(label=_("Description"), max_length=1000, required=False)

    def __init__(self, *args: Any, actor: Actor, role: CustomRole | None, start: CustomRole | None, **how: Any) -> None:
        copied = role or start
        self.before = roles.configuration(copied.configuration if copied is not None else {})
        words = {"name": role.name, "description": role.description} if role else {}
        how["initial"] = {**self.before, **words}
        super().__init__(*args, **how)
        kept = roles.rights(self.before) if role else frozenset()
        for key, values in roles.CHOICES.items():
            offered = [value for value in values if _may_give(actor, f"{key}:{value}", kept)]
            choices = [(value, roles.WORDS[key][value]) for value in offered]
            self.fields[key] = forms.ChoiceField(label=roles.TITLES[key], choices=choices)
            self.initial[key] = self.before[key] if self.before[key] in offered else offered[0]
        for key, label in roles.SWITCHES.items():
            is_given = _may_give(actor, key, kept)
            self.fields[key] = forms.BooleanField(label=label, required=False, disabled=not is_given)
            self.initial[key] = self.before[key] and is_given

    @property
    def sections(self) -> list[tuple[str, list[Any], list[Any]]]:
        """Title, choices and switches of each part, as bound fields."""
        return [
            (
                str(title),
                [self[key] for key in keys if key in roles.CHOICES],
                [self[key] for key in keys if key in roles.SWITCHES],
            )
            for title, keys in SECTIONS
        ]

    def configuration(self) -> dict[str, Any]:
        """The configuration of a form that is valid."""
        return {key: self.cleaned_data[key] for key in (*roles.CHOICES, *roles.SWITCHES)}


def _may_give(actor: Actor, right: str, kept: frozenset[str]) -> bool:
    """Whether they have it themselves, or the role has it already, or it is the least there is."""
    return actor.is_admin or right in kept or not roles.beyond([right], actor.rights)
