"""What people choose to import."""

from __future__ import annotations

from django import forms

from adjoin.imports.terms import Kind


class UploadForm(forms.Form):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(
        label="What the rows are", choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.USERS
    )
    file = forms.FileField(
        label="File", help_text="CSV in UTF-8 or XLSX, at most 50 MB. Its first line names the columns."
    )
