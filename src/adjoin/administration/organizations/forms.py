"""What people type about organizations, as `people.api.writing` takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.administration.organizations import queries
from adjoin.administration.own_fields import inputs
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.people.models import Organization, OrganizationField

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

_FIELDS = {"group_id": "group", "shared_comments": "sharing", "shared_tickets": "sharing"}
AREA = {"rows": 3}


class NewOrganizationForm(forms.Form):
    """A name, and the domains of its people."""

    name = forms.CharField(max_length=255, error_messages={"required": _("Give it a name.")})
    domain_names = forms.CharField(
        label=_("Mail domains"),
        required=False,
        help_text=_("People with a verified address at one of them belong to it. With blanks between."),
    )
    sharing = forms.ChoiceField(
        label=_("What members see"), choices=queries.SHARING, initial=queries.OWN, widget=forms.RadioSelect
    )

    def data_to_write(self) -> dict[str, Any]:
        """What a form that is valid says."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "domain_names": said["domain_names"],
            **queries.as_sharing(said["sharing"]),
        }

    def explain(self, error: DeskError) -> None:
        """Show a refusal where it belongs."""
        explain(self, error)


class OrganizationForm(forms.Form):
    """Everything about an organization but its domains and members, which change one by one."""

    name = forms.CharField(max_length=255, error_messages={"required": _("Give it a name.")})
    sharing = forms.ChoiceField(label=_("What members see"), choices=queries.SHARING, widget=forms.RadioSelect)
    group = forms.ChoiceField(
        label=_("Group for new tickets"), required=False, help_text=_("Unless a rule or an agent chooses another one.")
    )
    external_id = forms.CharField(label=_("External id"), required=False, max_length=255)
    tags = forms.CharField(required=False, max_length=5000)
    details = forms.CharField(required=False, widget=forms.Textarea(attrs=AREA), help_text=_("Its address and such."))
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs=AREA), help_text=_("Only agents read them."))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        organization: Organization,
        fields: Sequence[OrganizationField],
    ) -> None:
        super().__init__(data, initial=_initial(organization, fields))
        groups = readable.groups(actor).order_by("name").values_list("pk", "name")
        choices = [("", gettext("None")), *((str(pk), name) for pk, name in groups)]
        if organization.group_id and str(organization.group_id) not in dict(choices):
            choices.append((str(organization.group_id), gettext("A private group")))
        self.fields["group"] = forms.ChoiceField(
            label=gettext("Group for new tickets"),
            required=False,
            choices=choices,
            help_text=self.fields["group"].help_text,
        )
        self.fields |= inputs.inputs(fields, actor, organization.custom_fields)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields that the account has added."""
        return inputs.bound(self)

    def data_to_write(self) -> dict[str, Any]:
        """What a form that is valid says."""
        said = self.cleaned_data
        return {
            **{name: said[name] for name in ("name", "external_id", "tags", "details", "notes")},
            **queries.as_sharing(said["sharing"]),
            "group_id": said["group"] or None,
            "organization_fields": inputs.given(self),
        }

    def explain(self, error: DeskError) -> None:
        """Show a refusal where it belongs."""
        explain(self, error)


def explain(form: forms.Form, error: DeskError) -> None:
    """Show a refusal beside the field it is about, or above the form."""
    if not isinstance(error, Invalid):
        form.add_error(None, str(error))
        return
    for name, problems in error.details.items():
        known = next((one for one in (_FIELDS.get(name, name), inputs.NAME + name) if one in form.fields), None)
        for _code, sentence in problems:
            form.add_error(known, sentence.partition(": ")[2].capitalize() + "." if known else sentence)


def _initial(organization: Organization, fields: Sequence[OrganizationField]) -> dict[str, Any]:
    return {
        **{name: getattr(organization, name) for name in ("name", "external_id", "details", "notes")},
        "tags": " ".join(organization.tags),
        "sharing": queries.sharing_of(organization),
        "group": str(organization.group_id or ""),
        **inputs.initial(fields, organization.custom_fields),
    }
