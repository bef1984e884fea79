"""What people say about files to be imported as articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.knowledge.forms import ExplainingForm
from adjoin.knowledge.importing import places
from adjoin.knowledge.models import UserSegment
from adjoin.knowledge.terms import Audience
from adjoin.tickets.forms import FilesField

if TYPE_CHECKING:
    from adjoin.brands.models import Brand


class ImportForm(ExplainingForm):
    """Files and what becomes of them. `token` stands for files that were sent before."""

    sent = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Markdown or HTML, as many as you like, or a zip of a folder with its pictures."),
    )
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=_("Where they go"),
        help_text=_("Folders become sections there."),
        error_messages={"required": _("Choose where they go.")},
    )
    audience = forms.ChoiceField(
        label=_("Who reads them"),
        choices=[("", _("Nobody yet")), *((value, label) for value, label in Audience.choices if value)],
        required=False,
        widget=forms.RadioSelect,
    )
    segments = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    publishes = forms.BooleanField(label=_("Publish them now, but for what says that it is a draft"), required=False)

    def __init__(self, *args: Any, brand: Brand, **how: Any) -> None:
        super().__init__(*args, **how)
        place, segments = self.fields["place"], self.fields["segments"]
        assert isinstance(place, forms.ChoiceField)
        assert isinstance(segments, forms.ChoiceField)
        place.choices = places.choices(brand)
        segments.choices = [(row.pk, row.name) for row in UserSegment.objects.order_by("-is_built_in", "name", "pk")]

    def readers(self) -> dict[str, Any]:
        """Who reads them and whether they are published, as `importing.making` takes it."""
        said = self.cleaned_data
        is_kept = said["audience"] == Audience.SEGMENTS
        return {
            "audience": said["audience"],
            "segment_ids": said["segments"] if is_kept else [],
            "publishes": said["publishes"],
        }
