"""What people type in the help center. What it means, and whether it may be, `actions` decides."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.help_center import choosing, file_limits
from adjoin.help_center.file_limits import FILES_MAX
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.tickets import field_inputs

if TYPE_CHECKING:
    from adjoin.fields.models import TicketForm
    from adjoin.help_center.choosing import Offer

ACCEPTED = (
    "image/*,video/*,audio/*,.pdf,.txt,.csv,.zip,.eml,.doc,.docx,.xls,.xlsx,.odt,.ods"  # offered first; none is refused
)
RADIOS_MAX = 6  # organizations to choose from; more are a list that opens
EVERYBODY, ONLY_NAMED = "organization", "named"  # who reads a new request besides those who answer
_FIELDS = {  # how actions name what the forms call otherwise
    "description": "body",
    "comment": "body",
    "email_ccs": "cc",
    "organization_id": "organization",
    "uploads": "attachments",
}


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, or none; `clean` gives a list."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        chosen = [one for one in (data or []) if one]
        if len(chosen) > FILES_MAX:
            raise forms.ValidationError(gettext("Send at most %(most)s files at a time.") % {"most": FILES_MAX})
        return chosen


class _Message(forms.Form):
    """Text with files. `kept` is the token of files that came with an earlier try of the same form."""

    required_css_class = "is-required"
    body = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 7}),
        max_length=60_000,
        error_messages={"required": _("Say what happened, in a sentence or two.")},
    )
    attachments = FilesField(
        required=False,
        label=_("Photos and files"),
        widget=_ManyFiles(attrs={"accept": ACCEPTED}),
    )
    kept = forms.RegexField(r"\A[0-9a-f]{8,64}\Z", required=False)
    once = forms.RegexField(r"\A[0-9a-f]{8,64}\Z", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachments"].help_text = file_limits.hint_for_people()

    @property
    def limits(self) -> dict[str, str]:
        """What may be sent, for the script that looks before it is."""
        return file_limits.of_people()

    def explain(self, error: DeskError, *, to: str | None = None) -> None:
        """Show a refusal where it belongs, and keep everything that was typed."""
        if not isinstance(error, Invalid):
            self.add_error(to, str(error))
            return
        for name, problems in error.details.items():
            field = _FIELDS.get(name, f"{field_inputs.NAME}{name}" if name.isdecimal() else name)
            for _code, sentence in problems:
                if name.isdecimal():  # a field of the account's own, whose title may have any words
                    sentence = sentence.rpartition(": ")[2]
                self.add_error(field if field in self.fields else None, _without_label(sentence))


class RequestForm(_Message):
    """A new request."""

    subject = forms.CharField(
        max_length=250,
        label=_("Subject"),
        help_text=_("A few words, so that you find it again."),
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    organization_words = forms.CharField(
        required=False,
        max_length=choosing.WORDS_MAX,
        label=_("Find one of your organizations"),
        help_text=_("A part of its name. Then choose it below."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    organization = forms.TypedChoiceField(required=False)
    cc = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Copy a colleague"),
        help_text=_("Email addresses of people in your organization, with commas between."),
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "autocapitalize": "off"}),
    )
    readers = forms.ChoiceField(required=False, widget=forms.RadioSelect, initial=EVERYBODY)
    field_order = ["subject", "body", "attachments", "organization_words", "organization", "cc", "readers"]

    def __init__(
        self,
        *args: Any,
        organizations: Offer,
        has_viewers: bool,
        chosen: TicketForm | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.chosen, self.own = chosen, field_inputs.for_end_users(chosen)
        self.fields |= field_inputs.inputs(self.own, to_end_users=True)
        self.initial = {**field_inputs.defaults(self.own), **self.initial}
        self.fields["body"].label = gettext("What can we help with?")
        self.fields["body"].help_text = gettext("What happened, what you expected, and what you tried.")
        self.organizations = organizations
        if organizations.are_several:
            self.fields["organization"] = _organization_field(organizations)
        else:
            del self.fields["organization"]
        if not organizations.is_searched:
            del self.fields["organization_words"]
        if has_viewers:
            self.fields["readers"] = _readers_field(organizations)
        else:
            del self.fields["readers"]
        if not organizations.rows:
            del self.fields["cc"]

    @property
    def own_fields(self) -> list[tuple[forms.BoundField, bool]]:
        """The inputs for fields that the account has added, and whether each can be left empty whatever is chosen."""
        agreed = self.chosen.end_user_conditions if self.chosen is not None else []
        asked = {child["id"] for one in agreed for child in one["child_fields"] if child["is_required"]}
        names = {field.pk: f"{field_inputs.NAME}{field.pk}" for field in self.own}
        return [(self[names[field.pk]], not (field.required_in_portal or field.pk in asked)) for field in self.own]

    @property
    def conditions(self) -> str:
        """The conditions of the form, for the script that hides what they hide; "" without any."""
        agreed = self.chosen.end_user_conditions if self.chosen is not None else []
        known = {field.pk for field in self.own}
        rows = [
            {
                "parent": f"{field_inputs.NAME}{one['parent_field_id']}",
                "value": one["value"],
                "children": [f"{field_inputs.NAME}{child['id']}" for child in one["child_fields"]],
            }
            for one in agreed
            if one["parent_field_id"] in known
        ]
        return json.dumps(rows) if rows else ""

    def values(self) -> dict[int, Any]:
        """What a valid form says of those fields, without what the conditions hide."""
        return field_inputs.without_hidden(field_inputs.given(self.cleaned_data), self.own, self.chosen)

    def clean_organization_words(self) -> str:
        if not self.organizations.is_found:
            raise forms.ValidationError(gettext("None of your organizations has that in its name."))
        return str(self.cleaned_data["organization_words"])

    def clean_cc(self) -> list[str]:
        return [part for part in re.split(r"[,;\s]+", str(self.cleaned_data["cc"])) if part]


class ReplyForm(_Message):
    """One more thing to say. Files alone are enough, and so is nothing at all when the request is being solved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = gettext("Your reply")
        self.fields["body"].required = False
        self.fields["body"].widget.attrs["rows"] = 4


class ColleagueForm(forms.Form):
    """Somebody to copy."""

    email = forms.EmailField(
        label=_("Their email address"),
        error_messages={"required": _("Give an email address."), "invalid": _("That is no email address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )


def begin_where_wrong(form: forms.Form) -> None:
    """Have the cursor start in the first field of `form` that needs another look."""
    for name in form.fields:
        if name in form.errors:
            form.fields[name].widget.attrs["autofocus"] = True
            return


def chosen_of(asked: str, offered: Sequence[TicketForm]) -> TicketForm | None:
    """The form that the address asks for, as Zendesk's does; the only one where there is one."""
    found = next((form for form in offered if str(form.pk) == asked), None)
    return offered[0] if found is None and len(offered) == 1 else found


def _organization_field(organizations: Offer) -> forms.Field:
    """Which organization it is for, of several; the first is the person's own, or the likeliest that was found."""
    one_of_these = gettext("Choose one of these.") if organizations.words else gettext("Choose one that you belong to.")
    return forms.TypedChoiceField(
        label=gettext("For which organization?"),
        coerce=int,
        empty_value=None,
        choices=[(one.pk, one.name) for one in organizations.rows],
        initial=organizations.rows[0].pk,
        widget=forms.RadioSelect if organizations.of_how_many <= RADIOS_MAX else forms.Select,
        error_messages={
            "required": gettext("Choose one."),
            "invalid_choice": one_of_these,
        },
    )


def _readers_field(organizations: Offer) -> forms.Field:
    """Whether what the organization shares reaches this request."""
    one = "" if organizations.are_several else organizations.rows[0].name
    everybody = gettext("Everybody at %(name)s who sees its requests") % {"name": one}
    return forms.ChoiceField(
        label=gettext("Who may read it?"),
        required=False,
        choices=[
            (EVERYBODY, everybody if one else gettext("Everybody at the organization who sees its requests")),
            (ONLY_NAMED, gettext("Only you and the people you copy")),
        ],
        initial=EVERYBODY,
        widget=forms.RadioSelect,
    )


def _without_label(sentence: str) -> str:
    """`Subject: cannot be blank` as people read it beside the field: `Cannot be blank.`"""
    label, colon, rest = sentence.partition(": ")
    words = rest if colon and " " not in label else sentence
    if "." not in words.partition(" ")[0]:  # the name of a file stays as it is
        words = words[:1].upper() + words[1:]
    return words if words.endswith(".") else f"{words}."
