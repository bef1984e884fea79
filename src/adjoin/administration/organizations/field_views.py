"""The fields that the account adds to its organizations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.organizations.forms import explain
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.models import OrganizationField
from adjoin.people.terms import FieldType

SECTION = "organizations"


class FieldForm(forms.Form):
    """A field's words; its key and type only while it is new."""

    title = forms.CharField(max_length=200, error_messages={"required": _("Give it a title.")})
    key = forms.CharField(
        max_length=100, required=False, help_text=_("How programs call it. Letters, digits and _. It stays as it is.")
    )
    type = forms.ChoiceField(choices=FieldType.choices, initial=FieldType.TEXT)
    description = forms.CharField(max_length=1000, required=False)
    custom_field_options = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For one of several: each on a line."),
    )
    regexp_for_validation = forms.CharField(
        label=_("Form of the text"),
        required=False,
        max_length=500,
        help_text=_("For text of a certain form: a regular expression, as [A-Z]{2}-[0-9]+"),
    )

    def __init__(self, *args: Any, field: OrganizationField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field is None:
            return
        kept = {FieldType.DROPDOWN: "custom_field_options", FieldType.REGEXP: "regexp_for_validation"}
        for name in ("key", "type", *(one for type_, one in kept.items() if type_ != field.type)):
            del self.fields[name]
        self.initial = {
            "title": field.title,
            "description": field.description,
            "custom_field_options": "\n".join(one["name"] for one in field.options),
            "regexp_for_validation": field.pattern,
        }

    def columns(self, field: OrganizationField | None) -> dict[str, Any]:
        """What a form that is valid says, as the actions take it. A choice that stays keeps its value."""
        said = self.cleaned_data
        values = {one["name"]: one["value"] for one in field.options} if field else {}
        names = [line.strip() for line in said.get("custom_field_options", "").splitlines() if line.strip()]
        options = [{"name": name, "value": values.get(name, name)} for name in names]
        type_ = field.type if field else said["type"]
        return {
            "title": said["title"],
            "description": said["description"],
            **({"options": options} if type_ == FieldType.DROPDOWN else {}),
            **({"pattern": said.get("regexp_for_validation", "")} if type_ == FieldType.REGEXP else {}),
        }


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ORGANIZATION_FIELDS)
def fields(request: DeskRequest) -> HttpResponse:
    """All fields, and the form for a new one."""
    form = FieldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        key = said["key"] or "_".join(said["title"].lower().split())
        try:
            actions.create_field(key=key, type=said["type"], now=timezone.now(), **form.columns(None))
        except DeskError as error:
            explain(form, error)
        else:
            return redirect("administration:organizations:fields")
    rows = OrganizationField.objects.order_by("position", "pk")
    context = {"form": form, "rows": rows, "section": SECTION}
    return render(request, "administration/organizations/fields.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ORGANIZATION_FIELDS)
def field(request: DeskRequest, field_id: int) -> HttpResponse:
    """One field."""
    row = get_object_or_404(OrganizationField, pk=field_id)
    form = FieldForm(request.POST if request.method == "POST" else None, field=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_field(field=row, now=timezone.now(), **form.columns(row))
        except DeskError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("administration:organizations:fields")
    context = {"form": form, "field": row, "section": SECTION}
    return render(request, "administration/organizations/field.html", context, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_ORGANIZATION_FIELDS)
def delete(request: DeskRequest, field_id: int) -> HttpResponse:
    """The field is gone, with its values."""
    row = get_object_or_404(OrganizationField, pk=field_id)
    actions.delete_field(field=row, now=timezone.now())
    messages.success(request, gettext("%(title)s is deleted.") % {"title": row.title})
    return redirect("administration:organizations:fields")
