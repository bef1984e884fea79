"""What admins decide about signing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.people.models import Organization
from adjoin.sign_in.models import Provider, SignInPolicy
from adjoin.sign_in.terms import Kind, OrganizationReach, RoleLimit, SecondFactor

WAYS = (("password", _("Password")), ("link", _("Link by mail")), ("passkey", _("Passkey")))
SIDES = (("team", _("Team")), ("end_user", _("End users")))


class PolicyForm(forms.Form):
    """Which ways are open to whom, and who has to have a second factor."""

    second_factor = forms.ChoiceField(
        label=_("Who has to have a second factor"),
        choices=SecondFactor.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Whoever has none is led to it at their next sign-in, and can do nothing else before."),
    )

    def __init__(self, *args: Any, row: SignInPolicy, **how: Any) -> None:
        how["initial"] = {name: getattr(row, name) for name in self.columns()}
        super().__init__(*args, **how)
        for side, _label in SIDES:
            for way, label in WAYS:
                self.fields[f"{side}_{way}"] = forms.BooleanField(label=label, required=False)

    @staticmethod
    def columns() -> list[str]:
        """The columns of `SignInPolicy`."""
        return ["second_factor", *(f"{side}_{way}" for side, _ in SIDES for way, _ in WAYS)]

    def team_ways(self) -> list[Any]:
        """The boxes for the team."""
        return [self[f"team_{way}"] for way, _ in WAYS]

    def end_user_ways(self) -> list[Any]:
        """The boxes for end users."""
        return [self[f"end_user_{way}"] for way, _ in WAYS]

    def changes(self) -> dict[str, Any]:
        """The columns that a valid form changes."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ProviderForm(forms.Form):
    """One provider. Fields that its kind does not know are left out."""

    name = forms.CharField(label=_("Name on the button"), max_length=100)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    issuer = forms.CharField(
        label=_("Address of the issuer"),
        max_length=1000,
        help_text=_(
            "Google: https://accounts.google.com. Microsoft: https://login.microsoftonline.com/your-tenant-id/v2.0"
        ),
    )
    client_id = forms.CharField(label=_("Client id"), max_length=500)
    secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed, and never shown. Empty: the one there is stays."),
    )
    metadata_url = forms.URLField(label=_("Address of its metadata"), required=False, assume_scheme="https")
    metadata = forms.CharField(
        label=_("Or its metadata itself"), required=False, max_length=500_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    signs_requests = forms.BooleanField(
        label=_("Sign what we ask it with our key"),
        required=False,
        help_text=_("Our certificate stands in our metadata. Answers may be encrypted for us in any case."),
    )
    login_url = forms.URLField(
        label=_("Your sign-in page"), required=False, assume_scheme="https", help_text=_("Where the button leads.")
    )
    logout_url = forms.URLField(
        label=_("Your sign-out page"),
        required=False,
        assume_scheme="https",
        help_text=_(
            "Where people go on to who sign out here, with email, external_id and brand_id; and who are turned away, "
            "with kind=error, message and email. Write a parameter into the address yourself, and it stays as you "
            "wrote it."
        ),
    )
    for_team = forms.BooleanField(label=_("It signs in the team"), required=False)
    for_end_users = forms.BooleanField(label=_("It signs in end users"), required=False)
    domains = forms.CharField(
        label=_("Mail domains it speaks for"),
        required=False,
        help_text=_("With blanks between. It signs in nobody at other domains, and agents only at these."),
    )
    trusts_addresses = forms.BooleanField(
        label=_("Take its word for addresses at these domains, also where it calls none verified"), required=False
    )
    makes_people = forms.BooleanField(label=_("Make people who are new here"), required=False)
    role_limit = forms.ChoiceField(label=_("The most it makes of anybody"), choices=RoleLimit.choices, required=False)
    organization_reach = forms.ChoiceField(
        label=_("Organizations it puts people into"), choices=OrganizationReach.choices, required=False
    )
    organizations = forms.ModelMultipleChoiceField(
        label=_("Chosen organizations"), queryset=Organization.objects.order_by("name"), required=False
    )
    sets_tags = forms.BooleanField(
        label=_("It sets people's tags"),
        required=False,
        help_text=_("Tags open articles to segments: trust it with them."),
    )
    sets_fields = forms.BooleanField(
        label=_("It fills in people's fields"),
        required=False,
        help_text=_("Choices and ticked boxes give tags, which open articles to segments: trust it with them."),
    )
    does_second_factor = forms.BooleanField(
        label=_("It asks for a second factor itself: do not ask again"), required=False
    )
    allows_unasked = forms.BooleanField(label=_("People may begin on the provider's page"), required=False)
    claims = forms.CharField(
        label=_("What it calls our fields"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, where that differs: organizations = groups"),
    )

    def __init__(self, *args: Any, kind: str, provider: Provider | None = None, **how: Any) -> None:
        if provider is not None:
            how["initial"] = self._kept(provider)
        super().__init__(*args, **how)
        for name in _NOT_OF[Kind(kind)]:
            del self.fields[name]
        if kind == Kind.SAML and provider is None:
            self.fields["allows_unasked"].initial = False

    @staticmethod
    def _kept(provider: Provider) -> dict[str, Any]:
        names = set(ProviderForm.base_fields) - {"secret", "metadata", "domains", "organizations", "claims"}
        return {
            **{name: getattr(provider, name) for name in names},
            "domains": " ".join(provider.domains),
            "organizations": provider.organization_ids,
            "claims": "\n".join(f"{ours} = {theirs}" for ours, theirs in provider.claims.items()),
        }

    def clean_claims(self) -> dict[str, str]:
        """Our field, and what the provider calls it."""
        pairs = [line.partition("=") for line in str(self.cleaned_data["claims"]).splitlines() if line.strip()]
        if any(not theirs.strip() for _, _, theirs in pairs):
            raise forms.ValidationError(gettext("Write one field a line: organizations = groups"))
        return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}

    def fields_given(self) -> dict[str, Any]:
        """What a valid form says, by column; `metadata` besides."""
        given = dict(self.cleaned_data)
        given["domains"] = str(given["domains"]).replace(",", " ").split()
        given["organization_ids"] = [one.pk for one in given.pop("organizations")]
        if not given.get("secret"):
            given.pop("secret", None)
        return given


_NOT_OF = {
    Kind.OIDC: ("metadata_url", "metadata", "signs_requests", "login_url", "logout_url", "allows_unasked"),
    Kind.SAML: ("issuer", "client_id", "secret", "login_url", "logout_url"),
    Kind.JWT: ("issuer", "client_id", "secret", "metadata_url", "metadata", "signs_requests", "allows_unasked"),
}
