"""What people type about a brand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.administration import people_field
from adjoin.administration.people_field import PeopleField
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.rules import placeholders

MAIL = ("mail_header", "mail_footer", "signature_template")
COLUMNS = ("name", "subdomain", "tagline", "colour", "locale", *MAIL, "is_active")


class BrandForm(forms.Form):
    """A brand's name, host and look, and who works for it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    subdomain = forms.CharField(
        label=_("Subdomain"), max_length=57, help_text=_("Its help center and mail addresses stand there.")
    )
    tagline = forms.CharField(
        label=_("Tagline"), max_length=200, required=False, help_text=_("The first words of its help center.")
    )
    colour = forms.CharField(
        label=_("Colour"), max_length=7, initial="#0b7a75", widget=forms.TextInput(attrs={"type": "color"})
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    locale = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=languages.offered,
        initial=languages.FIRST,
        help_text=_("Of its help center and mails, for whoever has not chosen one and whose browser names none."),
    )
    mail_header = forms.CharField(
        label=_("Above the words of its mails"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    mail_footer = forms.CharField(
        label=_("Below the words of its mails"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Plain text, with {{brand.name}}, {{brand.url}} and the placeholders of rules. Empty: its name."),
    )
    signature_template = forms.CharField(
        label=_("Signature of agents"),
        required=False,
        max_length=2000,
        initial="{{agent.signature}}",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Under what an agent wrote to customers: {{agent.name}}, {{agent.first_name}}, {{agent.signature}}."
        ),
    )
    members = PeopleField(label=_("Agents"))
    members_shown = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100_000)

    def __init__(self, *args: Any, brand: Brand | None = None, **how: Any) -> None:
        people = list(agents().filter(pk__in=_members(brand)).order_by("name")) if brand else []
        self.people = {str(person.email): person.name for person in people if person.email}
        shown = people_field.written(people)
        words = {name: getattr(brand, name) for name in COLUMNS} if brand else {}
        how["initial"] = {**words, "members": shown, "members_shown": shown}
        super().__init__(*args, **how)
        if brand is None:
            del self.fields["is_active"]
        else:
            del self.fields["colour"], self.fields["tagline"]  # beside all else of its looks
        if brand is not None and brand.is_default:
            self.fields["subdomain"].disabled = self.fields["is_active"].disabled = True
            self.fields["subdomain"].help_text = gettext("The account's own, which stays.")

    def columns(self) -> dict[str, Any]:
        """The columns of a valid form."""
        given = {name: self.cleaned_data[name] for name in COLUMNS if name in self.cleaned_data}
        return given if given.get("locale") else {name: value for name, value in given.items() if name != "locale"}

    def moved(self) -> tuple[list[User], list[User]]:
        """Who comes and who goes, of a valid form."""
        came, went = people_field.moved(self.cleaned_data["members_shown"], self.cleaned_data["members"])
        return list(agents().filter(email__in=came)), list(agents().filter(email__in=went))

    def clean(self) -> None:
        """Raises for placeholders that are broken."""
        super().clean()
        for name in MAIL:
            try:
                placeholders.check(self.cleaned_data.get(name, ""))
            except Invalid as error:
                self.add_error(name, str(error))

    def clean_members(self) -> str:
        """The addresses; raises for those that are no agent's."""
        words = str(self.cleaned_data["members"])
        came, _ = people_field.moved(self.data.get("members_shown", ""), words)
        known = dict(User.objects.active().agents().filter(email__in=came).values_list("email", "role"))
        if unknown := came - set(known):
            raise forms.ValidationError(
                gettext("%(unknown)s: nobody on the team has this address.") % {"unknown": ", ".join(sorted(unknown))}
            )
        if admins := [email for email in came if known[email] == Role.ADMIN]:
            raise forms.ValidationError(
                gettext("%(admins)s: admins work for every brand already.") % {"admins": ", ".join(sorted(admins))}
            )
        return words


def agents() -> Any:
    """Everybody whose brands are chosen: agents, not admins."""
    return User.objects.active().filter(role=Role.AGENT)


def _members(brand: Brand) -> Any:
    return BrandMembership.objects.filter(brand=brand).values("user_id")
