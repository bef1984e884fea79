"""A webhook as people type it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.webhooks import signing
from adjoin.webhooks.terms import AUTH_DATA, EVENTS, Auth, Format, Method

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.webhooks.models import Webhook

BY_RULES, BY_EVENTS = "rules", "events"
CALLERS = (
    (BY_RULES, _("Triggers and automations, with a body of their own")),
    (BY_EVENTS, _("What happens to tickets, people, organizations and articles")),
)
NEW = {"autocomplete": "new-password"}  # browsers must not fill in the password of who makes it
KEPT = _("Left empty, it stays as it is.")


class WebhookForm(forms.Form):
    """Everything about a webhook but its signing secret. Keys that are kept are never in the page."""

    name = forms.CharField(label=_("Name"), max_length=255)
    description = forms.CharField(label=_("What it is for"), max_length=2000, required=False)
    endpoint = forms.CharField(
        label=_("Endpoint"),
        max_length=2000,
        help_text=_("The address that is called, such as https://example.com/hook"),
    )
    called_by = forms.ChoiceField(label=_("Called by"), choices=CALLERS, initial=BY_RULES, widget=forms.RadioSelect)
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=list(EVENTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    http_method = forms.ChoiceField(label=_("Method"), choices=Method.choices)
    request_format = forms.ChoiceField(label=_("Format"), choices=Format.choices)
    auth_type = forms.ChoiceField(label=_("Authentication"), choices=Auth.choices, required=False)
    username = forms.CharField(label=_("User name"), max_length=1000, required=False)
    password = forms.CharField(
        label=_("Password"), max_length=1000, required=False, widget=forms.PasswordInput(attrs=NEW)
    )
    token = forms.CharField(label=_("Token"), max_length=1000, required=False, widget=forms.PasswordInput(attrs=NEW))
    header_name = forms.CharField(label=_("Name of the header"), max_length=100, required=False)
    header_value = forms.CharField(
        label=_("Key"), max_length=1000, required=False, widget=forms.PasswordInput(attrs=NEW)
    )
    headers = forms.CharField(
        label=_("Headers of its own"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, like X-Desk: kettles. What is kept shows as dots."),
    )
    carries_notes = forms.BooleanField(label=_("Tell it of private notes too"), required=False)
    is_active = forms.BooleanField(label=_("Make calls"), required=False)

    def __init__(self, data: Any = None, *, actor: Actor, hook: Webhook | None) -> None:
        super().__init__(data, initial=_shown(hook) if hook else {"is_active": True, "http_method": Method.POST})
        if hook is not None:
            self.fields["called_by"].disabled = True
            for name in ("password", "token", "header_value"):
                self.fields[name].help_text = KEPT
        if not actor.is_admin and not (hook and hook.carries_notes):
            self.fields["carries_notes"].disabled = True

    def chosen(self) -> dict[str, Any]:
        """The fields of a form that is valid, as `webhooks.actions` takes them. Raises `Invalid`."""
        said = self.cleaned_data
        names = ("name", "description", "endpoint", "http_method", "request_format", "carries_notes", "is_active")
        typed = {
            Auth.BASIC: (said["username"], said["password"]),
            Auth.BEARER: (said["token"],),
            Auth.API_KEY: (said["header_name"], said["header_value"]),
        }
        kind = Auth(said["auth_type"])
        return {
            **{name: said[name] for name in names},
            "events": said["events"] if said["called_by"] == BY_EVENTS else [],
            "auth": {"type": kind, "data": dict(zip(AUTH_DATA[kind], typed.get(kind, ()), strict=True))},
            "custom_headers": _headers(said["headers"]),
        }

    def clean(self) -> None:
        """Raises for events that were not chosen."""
        super().clean()
        if self.cleaned_data.get("called_by") == BY_EVENTS and not self.cleaned_data.get("events"):
            self.add_error("events", gettext("Tick at least one event."))


def _headers(typed: str) -> dict[str, str]:
    lines = [line.partition(":") for line in typed.splitlines() if line.strip()]
    return {name.strip(): value.strip() for name, _, value in lines}


def _shown(hook: Webhook) -> dict[str, Any]:
    data = signing.auth_data(hook)
    names = ("name", "description", "endpoint", "http_method", "request_format", "auth_type", "events")
    return {
        **{name: getattr(hook, name) for name in (*names, "carries_notes", "is_active")},
        "called_by": BY_EVENTS if hook.events else BY_RULES,
        "username": data.get("username", ""),
        "header_name": data.get("name", ""),
        "headers": "\n".join(f"{name}: {signing.HIDDEN}" for name in signing.custom(hook)),
    }
