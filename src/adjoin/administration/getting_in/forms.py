"""What people type about who gets into the help centers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.brands.models import Admission, Brand
from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.knowledge import shelving
from adjoin.people import sender_lists
from adjoin.people.actions import clean_email
from adjoin.people.sender_lists import Ruling, Verdict

_AS_TYPED = {"rows": 4, "autocapitalize": "off", "spellcheck": "false"}
COLUMNS = ("admission", "allowlist", "verifies_first", "requires_sign_in", "has_help_center")
OUTCOMES = {
    Verdict.TAKEN: _("is taken"),
    Verdict.SUSPENDED: _("waits among the suspended tickets"),
    Verdict.REJECTED: _("is turned away"),
}


class _Explained(forms.Form):
    def explain(self, error: Invalid) -> None:
        """Say each thing that is wrong beside its field."""
        for name, problems in error.details.items():
            for _code, sentence in problems:
                self.add_error(name if name in self.fields else None, sentence)


class ListsForm(_Explained):
    """The account's allowlist and blocklist, and an address to try them on."""

    allowlist = forms.CharField(
        label=_("Allowlist"),
        required=False,
        widget=forms.Textarea(attrs=_AS_TYPED),
        help_text=_("Domains and addresses with blanks between: partner.example ana@other.example"),
    )
    blocklist = forms.CharField(
        label=_("Blocklist"),
        required=False,
        widget=forms.Textarea(attrs=_AS_TYPED),
        help_text=_(
            "The same, with * for everybody the allowlist does not name. reject: before a word turns it away; "
            "without it, or after suspend:, requests wait for an agent."
        ),
    )
    tried = forms.CharField(label=_("Try an address"), required=False, max_length=254)

    def lists(self) -> dict[str, str]:
        """Both lists of a valid form."""
        return {name: self.cleaned_data[name] for name in ("allowlist", "blocklist")}

    def clean(self) -> None:
        """Raises for words that are wrong, each beside its list."""
        super().clean()
        try:
            self.read = sender_lists.read(**{"allowlist": "", "blocklist": "", **self.lists()})
        except Invalid as error:
            self.explain(error)

    def clean_tried(self) -> str:
        """An address, or nothing."""
        tried = str(self.cleaned_data["tried"]).strip()
        try:
            return clean_email(tried) if tried else ""
        except Invalid:
            raise forms.ValidationError(gettext("That is no email address.")) from None

    def outcome(self) -> str:
        """What would happen to the address tried, of a valid form; "" without one."""
        tried = self.cleaned_data["tried"]
        return told(tried, self.read.ruling(tried)) if tried else ""


class BrandDoorForm(_Explained):
    """How one help center is open."""

    has_help_center = forms.BooleanField(label=_("It has a help center"), required=False)
    requires_sign_in = forms.BooleanField(label=_("People sign in before they see anything"), required=False)
    segment = forms.TypedChoiceField(
        label=_("Who gets in after signing in"), required=False, coerce=int, empty_value=None
    )
    admission = forms.ChoiceField(
        label=_("Who registers and files requests"), choices=Admission.choices, widget=forms.RadioSelect
    )
    allowlist = forms.CharField(
        label=_("Only these domains and addresses"),
        required=False,
        widget=forms.Textarea(attrs={**_AS_TYPED, "rows": 3}),
        help_text=_("For a restricted brand. Empty: whom the account's allowlist names, and domains of organizations."),
    )
    verifies_first = forms.BooleanField(
        label=_("Requests of people who have not signed in wait until they open a link in a mail"), required=False
    )

    def __init__(self, *args: Any, brand: Brand, **how: Any) -> None:
        kept_for = shelving.segment_of(brand)
        how["initial"] = {
            **{name: getattr(brand, name) for name in COLUMNS},
            "segment": kept_for.pk if kept_for else None,
        }
        super().__init__(*args, **how)
        offered = [(row.pk, said(row.name)) for row in shelving.segments()]
        segment = self.fields["segment"]
        assert isinstance(segment, forms.ChoiceField)
        segment.choices = [("", gettext("Everybody who signs in")), *offered]

    def columns(self) -> dict[str, Any]:
        """The brand's columns of a valid form."""
        return {name: self.cleaned_data[name] for name in COLUMNS}

    def clean_allowlist(self) -> str:
        """The words; raises for those that are wrong."""
        written = str(self.cleaned_data["allowlist"])
        try:
            sender_lists.read(written, "")
        except Invalid as error:
            raise forms.ValidationError([sentence for _code, sentence in error.details["allowlist"]]) from error
        return written


def told(email: str, found: Ruling) -> str:
    """What happens to an address, and why, as a sentence."""
    because = gettext("no list names it")
    if found.word:
        because = gettext("“%(word)s” says so") % {"word": found.word}
    elif found.organization:
        because = gettext("its domain stands for %(organization)s") % {"organization": found.organization}
    elif found.verdict is not Verdict.TAKEN:
        because = gettext("no list allows it")
    return gettext("What %(email)s sends %(verdict)s: %(because)s.") % {
        "email": email,
        "verdict": OUTCOMES[found.verdict],
        "because": because,
    }
