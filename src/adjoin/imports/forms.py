"""What people choose to import."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.imports.terms import Kind


class UploadForm(forms.Form):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(
        label=_("What the rows are"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.USERS
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV in UTF-8 or XLSX, at most 50 MB. Its first line names the columns.")
    )
