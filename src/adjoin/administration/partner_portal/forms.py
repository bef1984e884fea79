"""What people type to make a brand a partner portal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.administration.partner_portal.setting_up import Partner, Plan
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid
from adjoin.people import domains

PARTNERS_MAX = 50


class PartnerPortalForm(forms.Form):
    """The partners, a line each, and what they get."""

    partners = forms.CharField(
        label=_("Partners"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_(
            "One a line: the mail domain, then its organization, which is made if it is not there yet. "
            "For example: harbour.example Harbour Hotels"
        ),
    )
    shares = forms.BooleanField(
        label=_("Members of an organization read what the others ask"), required=False, initial=True
    )
    segment = forms.CharField(label=_("Name of the segment"), max_length=200)
    section = forms.CharField(
        label=_("Section for their articles"), max_length=200, required=False, initial=_("For partners")
    )

    def __init__(self, *args: Any, brand: Brand, **how: Any) -> None:
        how["initial"] = {"segment": gettext("Partners of %(name)s") % {"name": brand.name}}
        super().__init__(*args, **how)

    def clean_partners(self) -> tuple[Partner, ...]:
        """The partners; raises for lines that are wrong, naming each."""
        lines = [line.split() for line in str(self.cleaned_data["partners"]).splitlines() if line.strip()]
        if len(lines) > PARTNERS_MAX:
            raise forms.ValidationError(gettext("Name at most %(most)s at a time.") % {"most": PARTNERS_MAX})
        found, wrong = [], []
        for domain, *name in lines:
            try:
                kept = domains.clean(domain)
            except Invalid as error:
                wrong.append(str(error).removeprefix("Domain names: "))
            else:
                found.append(Partner.of_line(kept, " ".join(name)))
        if wrong:
            raise forms.ValidationError(wrong)
        return tuple(found)

    def plan(self) -> Plan:
        """What a valid form asks for."""
        return Plan(**self.cleaned_data)
