"""What people type to invite a partner."""

from __future__ import annotations

from django import forms

from adjoin.sharing.terms import CommentsTerm, Terms


class InviteForm(forms.Form):
    """A partner's address and the terms offered."""

    partner = forms.CharField(
        label="Address of the partner",
        max_length=500,
        help_text="Their subdomain here, a host such as maker.example.com, or a whole sharing address.",
    )
    partner_name = forms.CharField(
        label="What you call them", max_length=200, required=False, help_text="Until they tell their own name."
    )
    comments = forms.ChoiceField(
        label="What is said", choices=CommentsTerm.choices, initial=CommentsTerm.PUBLIC, widget=forms.RadioSelect
    )
    syncs_status = forms.BooleanField(label="Keep the status the same on both sides", required=False, initial=True)
    syncs_tags = forms.BooleanField(label="Share tags", required=False)
    shares_attachments = forms.BooleanField(label="Share files", required=False, initial=True)

    def terms(self) -> Terms:
        """The terms of a form that is valid."""
        values = self.cleaned_data
        return Terms(
            comments=values["comments"],
            syncs_status=values["syncs_status"],
            syncs_tags=values["syncs_tags"],
            shares_attachments=values["shares_attachments"],
        )
