"""What people choose about team members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import granting, permissions, readable
from adjoin.access.permissions import Permission
from adjoin.administration.team import queries
from adjoin.administration.team.changes import Standing
from adjoin.brands import defaults
from adjoin.brands.actions import How
from adjoin.brands.models import BrandMembership
from adjoin.kernel.api import reading
from adjoin.kernel.errors import NotAllowed
from adjoin.people.models import CustomRole, Group, GroupMembership, User
from adjoin.people.terms import Role, TicketRestriction

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

Choices = list[tuple[str, str]]
HOW = [
    (How.ADD, _("Add these brands")),
    (How.REMOVE, _("Take these brands away")),
    (How.SET, _("Exactly these, no others")),
]
RESTRICTIONS = [(value, label) for value, label in TicketRestriction.choices if value != TicketRestriction.REQUESTED]


class Ticks(forms.MultipleChoiceField):
    """Boxes to tick, any number of them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **how: Any) -> None:
        super().__init__(required=False, **how)


class BulkBrandsForm(forms.Form):
    """Which brands, and what to do with them, for all who are ticked in the list."""

    how = forms.ChoiceField(label=_("What to do"), choices=HOW)
    brands = Ticks(label=_("Brands"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "brands", queries.brands())

    def clean(self) -> None:
        """Raises for no brands, where that would mean nothing."""
        super().clean()
        if not self.cleaned_data.get("brands") and self.cleaned_data.get("how") != How.SET:
            self.add_error("brands", gettext("Tick at least one brand."))


class StandingForm(forms.Form):
    """Role, reach, brands and groups of one person. What whoever asks may not decide is not asked."""

    role = forms.ChoiceField(label=_("Role"))
    restriction = forms.ChoiceField(
        label=_("Tickets they reach"),
        choices=RESTRICTIONS,
        required=False,
        help_text=_("For agents. Other roles say so themselves, and admins reach every ticket."),
    )
    brands = Ticks(label=_("Brands"))
    groups = Ticks(label=_("Groups"))

    def __init__(self, *args: Any, actor: Actor, user: User | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**_as_it_is(user), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.actor, self.user = actor, user
        _offer(self, "role", self._roles())
        _offer(self, "brands", queries.brands())
        _offer(self, "groups", [(str(group.pk), group.name) for group in readable.groups(actor).order_by("name")])
        if user is not None and (user.is_owner or user.pk == actor.user_id):
            del self.fields["role"], self.fields["restriction"]
        if not permissions.allows(actor, Permission.MANAGE_BRANDS):
            del self.fields["brands"]
        if not permissions.allows(actor, Permission.MANAGE_GROUP_MEMBERSHIPS):
            del self.fields["groups"]

    def standing(self) -> Standing:
        """What a valid form asks for; None for what it did not ask."""
        chosen = self.cleaned_data
        return Standing(
            role=chosen.get("role") or None,
            restriction=chosen.get("restriction"),
            brands=_chosen(chosen, "brands"),
            groups=_chosen(chosen, "groups"),
            brands_shown=self._shown("brands"),
            groups_shown=self._shown("groups"),
        )

    def _shown(self, name: str) -> frozenset[int]:
        """The ids there were boxes for. The page says so itself: there may be more of them by now."""
        words = self.data.get(f"{name}_shown", "").split(",")
        return frozenset(found for word in words if (found := reading.whole_number(word)) is not None)

    def _roles(self) -> Choices:
        """The roles that may be given, and the one that somebody has."""
        given = [(key, name) for key, name in queries.roles() if _may_give(self.actor, key)]
        if self.user is None:
            return given
        own = queries.role_key(self.user)
        kept = [] if own == queries.END_USER else [(own, queries.role_name(self.user))]
        known = {key for key, _ in given}
        return [*given, *(one for one in kept if one[0] not in known), (queries.END_USER, gettext("End user"))]


class InviteForm(StandingForm):
    """Somebody new, by name and address."""

    name = forms.CharField(label=_("Name"), max_length=255)
    email = forms.EmailField(label=_("Email address"), max_length=254)
    upgrade = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("name", "email", "role", "restriction", "brands", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        started = [str(brand.pk) for brand in defaults.brands_of_new_agent()]
        groups = [str(pk) for pk in Group.objects.filter(is_default=True).values_list("pk", flat=True)]
        kwargs["initial"] = {"role": queries.AGENT, "brands": started, "groups": groups}
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """The address; raises when a team member has it already."""
        email = str(self.cleaned_data["email"]).strip().lower()
        self.known = User.objects.with_email(email).first()
        if self.known is not None and self.known.is_agent:
            raise forms.ValidationError(gettext("%(name)s is on the team already.") % {"name": self.known.name})
        return email

    known: User | None = None


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _may_give(actor: Actor, key: str) -> bool:
    role = Role.ADMIN if key == queries.ADMIN else Role.AGENT
    custom = CustomRole.objects.get(pk=key.removeprefix(queries.CUSTOM)) if key.startswith(queries.CUSTOM) else None
    try:
        granting.require_role(actor, role, custom)
    except NotAllowed:
        return False
    return True


def _as_it_is(user: User | None) -> dict[str, Any]:
    if user is None:
        return {}
    if user.is_agent:
        brands: Iterable[int] = BrandMembership.objects.filter(user=user).values_list("brand_id", flat=True)
    else:
        brands = [brand.pk for brand in defaults.brands_of_upgraded(user)]
    groups = GroupMembership.objects.filter(user=user).values_list("group_id", flat=True)
    return {
        "role": queries.role_key(user),
        "restriction": user.ticket_restriction if user.is_agent else TicketRestriction.ALL,
        "brands": list(map(str, brands)),
        "groups": list(map(str, groups)),
    }


def _chosen(cleaned: dict[str, Any], name: str) -> frozenset[int] | None:
    if name not in cleaned:
        return None
    return frozenset(found for value in cleaned[name] if (found := reading.whole_number(value)) is not None)
