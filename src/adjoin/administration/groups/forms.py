"""What people type about a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.administration import people_field
from adjoin.administration.people_field import PeopleField
from adjoin.people.models import User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.people.models import Group


class GroupForm(forms.Form):
    """A group's words, its walls, and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(label=_("What it is for"), required=False, max_length=2000)
    is_default = forms.BooleanField(label=_("New agents start in this group"), required=False)
    is_private = forms.BooleanField(label=_("Private: only its members and admins read its tickets"), required=False)
    is_confidential = forms.BooleanField(
        label=_("Confidential: what organizations share never reaches its tickets"), required=False
    )
    members = PeopleField(label=_("Members"))
    members_shown = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100_000)

    def __init__(self, *args: Any, actor: Actor, group: Group | None = None, **how: Any) -> None:
        people = list(User.objects.filter(group_memberships__group=group).order_by("name")) if group else []
        self.people = {str(person.email): person.name for person in people if person.email}
        shown = people_field.written(people)
        words = (
            {
                "name": group.name,
                "description": group.description,
                "is_default": group.is_default,
                "is_private": not group.is_public,
                "is_confidential": group.is_confidential,
            }
            if group
            else {}
        )
        how["initial"] = {**words, "members": shown, "members_shown": shown}
        super().__init__(*args, **how)
        self.actor = actor
        if group is not None and not group.is_public:
            self.fields["is_private"].disabled = True
        if group is not None and group.is_default:
            self.fields["is_default"].disabled = True
        if not permissions.allows(actor, Permission.MANAGE_GROUP_MEMBERSHIPS):
            del self.fields["members"], self.fields["members_shown"]

    def columns(self) -> dict[str, Any]:
        """The columns that a valid form changes."""
        names = {"name": "name", "description": "description", "is_confidential": "is_confidential"}
        columns = {column: self.cleaned_data[name] for name, column in names.items() if name in self.changed_data}
        if "is_private" in self.changed_data:
            columns["is_public"] = not self.cleaned_data["is_private"]
        if "is_default" in self.changed_data:
            columns["is_default"] = self.cleaned_data["is_default"]
        return columns

    def clean_members(self) -> str:
        """The addresses; raises for those that are no team member's."""
        words = str(self.cleaned_data["members"])
        came, _ = people_field.moved(self.data.get("members_shown", ""), words)
        unknown = came - set(agents_at(self.actor, came).values_list("email", flat=True))
        if unknown:
            raise forms.ValidationError(
                gettext("%(unknown)s: nobody on the team has this address.") % {"unknown": ", ".join(sorted(unknown))}
            )
        return words


def agents_at(actor: Actor, found: set[str]) -> Any:
    """The team members with these addresses, of those that `actor` knows."""
    return readable.users(actor).filter(email__in=found, is_active=True, role__in=(Role.AGENT, Role.ADMIN))
