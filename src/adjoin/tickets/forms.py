"""What agents type on a ticket, parsed and checked as far as one can without changing anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from adjoin.fields import queries as fields
from adjoin.fields.statuses import grouped
from adjoin.fields.terms import StatusCategory
from adjoin.kernel import languages
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError
from adjoin.people.actions import clean_email
from adjoin.tickets import choices, field_inputs
from adjoin.tickets.merging import Words
from adjoin.tickets.terms import Priority, TicketType

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.fields.models import TicketField, TicketForm
    from adjoin.people.models import User
    from adjoin.tickets.queries import TicketPage

Choices = Sequence[tuple[Any, Any]]
GIVEN = ("brand", "group", "assignee")  # what decides who reads a ticket
NONE: list[tuple[Any, Any]] = [("", _("None"))]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleaned to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class IdsField(forms.Field):
    """Ids of what was ticked; cleaned to a list of numbers."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        return [found for one in value or [] if (found := reading.whole_number(str(one))) is not None]


class AddressesField(forms.CharField):
    """Mail addresses with commas between them; cleaned to a list, each once."""

    def clean(self, value: Any) -> list[str]:
        words = [word for word in super().clean(value).replace(";", ",").split(",") if word.strip()]
        try:
            return list(dict.fromkeys(clean_email(word) for word in words))
        except DeskError as error:
            raise ValidationError(str(error)) from error


class AssigneeField(forms.ChoiceField):
    """Offers who could read the ticket. Whoever else is named, the action refuses, and says why."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or (str(value).isascii() and str(value).isdecimal())


class CommentForm(forms.Form):
    """A reply, a note, or a local note. A refused form keeps the words, and by `upload_token` the files as well."""

    mode = forms.ChoiceField(choices=[("reply", _("Reply")), ("note", _("Note")), ("local", _("Local note"))])
    body = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    status = forms.CharField(label=_("Status"), required=False, max_length=20)  # as `Book.value_of` has it
    attachments = FilesField(required=False)
    upload_token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    macro = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)  # applied, to be sent with it
    macro_files = IdsField(required=False)  # those of its files that go with it

    @property
    def is_public(self) -> bool:
        return bool(self.cleaned_data["mode"] == "reply")

    @property
    def is_local(self) -> bool:
        return bool(self.cleaned_data["mode"] == "local")


class PropertiesForm(forms.Form):
    """The fields of a ticket. Knows by hidden initial values what the person changed, and changes nothing else."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=[*NONE, *Priority.choices])
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[*NONE, *TicketType.choices])
    group = forms.ChoiceField(label=_("Group"), required=False)
    assignee = AssigneeField(label=_("Assignee"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    form = forms.ChoiceField(label=_("Form"), required=False)
    tags = forms.CharField(label=_("Tags"), required=False)
    ccs = AddressesField(required=False, label="CC")
    followers = AddressesField(label=_("Followers"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, actor: Actor, page: TicketPage) -> None:
        ticket = page.ticket
        self.people = {str(user.email): user.name for user in [*page.ccs, *page.followers] if user.email}
        chosen = fields.form_of(ticket.ticket_form_id)
        own = [one.field for one in field_inputs.for_agents(ticket, chosen)]
        super().__init__(
            data,
            auto_id="property_%s",
            initial={
                **_values(page),
                "form": chosen.pk if chosen else "",
                **field_inputs.initial(own, ticket.custom_fields),
            },
        )
        self.fields |= field_inputs.inputs(own, actor=actor, kept=_pointed_at(own, ticket.custom_fields, data))
        _choose_form(self, fields.forms_offered(ticket.brand_id, keep=chosen.pk if chosen else None))
        self.statuses = page.statuses
        _choose(self, "status", _statuses(page))
        _choose(self, "group", [*NONE, *choices.groups(actor, keep=ticket.group_id)])
        _choose(self, "assignee", [*NONE, *choices.agents(actor, ticket=ticket)])
        _choose(self, "brand", choices.brands(actor, keep=ticket.brand_id))
        for name in [one for one in self.fields if not (page.may.tags if one == "tags" else page.may.edit)]:
            del self.fields[name]
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            self._accept_as_shown(name, field)

    def _accept_as_shown(self, name: str, field: forms.Field) -> None:
        """What the person left as it was shown may have become impossible meanwhile; it is no mistake of theirs."""
        shown = self.data.get(self.add_initial_prefix(name))
        if not (shown and self.data.get(name) == shown and isinstance(field, forms.ChoiceField)):
            return
        if not field.valid_value(shown):
            _choose(self, name, [*cast("Choices", field.choices), (shown, shown)])

    @property
    def changes(self) -> dict[str, Any]:
        """What the person changed, as `tickets.actions.update` takes it; `ccs` and `followers` as addresses."""
        values = {name: self.cleaned_data[name] for name in self.changed_data}
        own = field_inputs.given(values)
        values = {name: value for name, value in values.items() if not name.startswith(field_inputs.NAME)}
        values = {name: value for name, value in values.items() if value or name not in ("status", "brand", "form")}
        values |= {"custom_fields": own} if own else {}
        values |= {"ticket_form_id": values.pop("form")} if "form" in values else {}
        values |= self.statuses.body_of(values.pop("status")) if "status" in values else {}
        for name in ("group", "assignee", "brand"):
            if name in values:
                values[f"{name}_id"] = values.pop(name) or None
        return values

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The inputs for fields that the account has added."""
        return [self[name] for name in self.fields if name.startswith(field_inputs.NAME)]

    @property
    def destination(self) -> str:
        """Where the person would give the ticket, in words: "Outdoor and Returns"."""
        return languages.listed([self._label(name) for name in GIVEN if name in self.changed_data])

    def _label(self, name: str) -> str:
        offered = cast("Choices", cast("forms.ChoiceField", self.fields[name]).choices)
        return next((str(label) for key, label in offered if str(key) == self.cleaned_data[name]), "")


class MergeForm(forms.Form):
    """Which ticket goes on, and what is said on both."""

    target = forms.IntegerField(
        error_messages={
            "required": _("Choose the ticket that goes on."),
            "invalid": _("Choose the ticket that goes on."),
        }
    )
    on_target = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    on_sources = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_target_public = forms.BooleanField(required=False, label=_("The requester there can read this"))
    is_source_public = forms.BooleanField(required=False, label=_("The requester here can read this"))

    @property
    def words(self) -> Words:
        return Words(**{name: value for name, value in self.cleaned_data.items() if name != "target"})


class NewTicketForm(forms.Form):
    """A ticket that an agent files for somebody."""

    requester = forms.CharField(
        max_length=300, help_text=_("A name or an address. Somebody new is added by their address.")
    )
    subject = forms.CharField(label=_("Subject"), max_length=1000)
    mode = forms.ChoiceField(choices=[("reply", _("Reply")), ("note", _("Note"))], initial="reply")
    body = forms.CharField(label=_("What it is about"), widget=forms.Textarea)
    brand = forms.ChoiceField(label=_("Brand"))
    group = forms.ChoiceField(label=_("Group"), required=False)
    assignee = AssigneeField(label=_("Assignee"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=[*NONE, *Priority.choices])
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[*NONE, *TicketType.choices])
    form = forms.ChoiceField(label=_("Form"), required=False)
    tags = forms.CharField(label=_("Tags"), required=False)
    attachments = FilesField(required=False)
    upload_token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        actor: Actor,
        initial: dict[str, Any] | None = None,
    ) -> None:
        offered = fields.forms_known_to(actor).active().in_order()
        asked = str((data or initial or {}).get("form", ""))
        chosen = next((one for one in offered if str(one.pk) == asked), None) or fields.default_form()
        own = field_inputs.for_new(chosen)
        begins = {"form": chosen.pk if chosen else "", **field_inputs.defaults(own)}
        super().__init__(data, files, auto_id="new_%s", initial={**begins, **(initial or {})})
        self.actor = actor
        self.fields |= field_inputs.inputs(own, actor=actor, kept=_pointed_at(own, {}, data or initial))
        _choose_form(self, list(offered))
        _choose(self, "brand", choices.brands(actor))
        _choose(self, "group", [*NONE, *choices.groups(actor)])
        _choose(self, "assignee", [*NONE, *choices.agents(actor)])

    def clean_requester(self) -> str:
        """The requester's address. A name will do where one person has it."""
        words = str(self.cleaned_data["requester"]).strip()
        address = words.rpartition("<")[2].rstrip("> ") if "<" in words else words
        if "@" in address:
            return _address(address)
        found = choices.people_matching(self.actor, words)
        if len(found) != 1:
            raise ValidationError(
                _("Nobody has that name.") if not found else _("Several have that name. Use an address.")
            )
        return str(found[0].email)

    @property
    def is_public(self) -> bool:
        return bool(self.cleaned_data["mode"] == "reply")

    @property
    def values(self) -> dict[str, Any]:
        """The fields that were filled in, as `tickets.actions.create` takes them."""
        names = {"subject": "subject", "brand": "brand_id", "group": "group_id", "assignee": "assignee_id"}
        names |= {name: name for name in ("priority", "type", "tags")}
        names |= {"form": "ticket_form_id"} if "form" in self.fields else {}
        found = {field: self.cleaned_data[name] for name, field in names.items() if self.cleaned_data[name]}
        own = field_inputs.given(self.cleaned_data)
        return {**found, "custom_fields": own} if own else found

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The inputs for fields that the account has added."""
        return [self[name] for name in self.fields if name.startswith(field_inputs.NAME)]


def _pointed_at(own: Iterable[TicketField], kept: Mapping[str, Any], typed: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the fields have, or what somebody has just chosen for them."""
    asked = {one.key: (typed or {}).get(f"{field_inputs.NAME}{one.pk}") for one in own}
    return {**kept, **{key: value for key, value in asked.items() if value}}


def addresses_of(people: Iterable[User]) -> str:
    """The people as an `AddressesField` shows them."""
    return ", ".join(str(user.email) for user in people if user.email)


def _address(text: str) -> str:
    try:
        return clean_email(text)
    except DeskError as error:
        raise ValidationError(str(error)) from error


def _choose(form: forms.Form, name: str, offered: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = offered


def _choose_form(form: forms.Form, offered: Sequence[TicketForm]) -> None:
    """Offer the forms, where there is more than one."""
    if len(offered) > 1:
        _choose(form, "form", [(one.pk, one.name) for one in offered])
    else:
        del form.fields["form"]


def _statuses(page: TicketPage) -> Choices:
    """Those one can choose: never back to new, and closed only by the clock."""
    ticket, book = page.ticket, page.statuses
    if ticket.is_closed:
        return [(ticket.status, book.agent_label(ticket.status))]
    categories = [one for one in StatusCategory if one != StatusCategory.NEW or ticket.status == one]
    return grouped(book.offered(categories, keep=ticket.custom_status_id))


def _values(page: TicketPage) -> dict[str, Any]:
    ticket = page.ticket
    return {
        "status": page.status_value,
        "priority": ticket.priority or "",
        "type": ticket.type or "",
        "group": ticket.group_id or "",
        "assignee": ticket.assignee_id or "",
        "brand": ticket.brand_id or "",
        "tags": " ".join(ticket.tags),
        "ccs": addresses_of(page.ccs),
        "followers": addresses_of(page.followers),
    }
