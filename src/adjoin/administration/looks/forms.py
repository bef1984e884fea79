"""How a brand's help center shall look, as somebody chooses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.help_center.looks import checks, pictures
from adjoin.help_center.looks.terms import (
    FOOTER_LINKS_MAX,
    FOOTER_WORDS_MAX,
    HEADER_LINKS_MAX,
    Corners,
    Font,
    Part,
)
from adjoin.help_center.looks.worn import Shown, embedded
from adjoin.help_center.models import Look, LookPicture
from adjoin.kernel.errors import Invalid

BACKGROUND, BAND = "#f6f1e7", "#0b3b3a"  # what one begins with who has chosen none yet
PLAIN = ("colour", "font", "heading_font", "corners", "heading", "tagline", "colours_header", "footer_words", "css")
PICTURES = (Part.LOGO, Part.ICON, Part.HERO)
KINDS = "image/png,image/jpeg,image/gif,image/webp"


def _colour(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=7, widget=forms.TextInput(attrs={"type": "color"}), **more)


def _lines(label: Any, rows: int, **more: Any) -> forms.CharField:
    attributes = {"rows": rows, "spellcheck": "false"}
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs=attributes), **more)


def _file(label: Any, help_text: Any, kinds: str) -> forms.FileField:
    picker = forms.FileInput(attrs={"accept": kinds})
    return forms.FileField(label=label, required=False, widget=picker, help_text=help_text)


class LookForm(forms.Form):
    """A look to wear or to try on. What is wrong with one choice leaves the others as they are chosen."""

    colour = _colour(_("Links and buttons"))
    has_background = forms.BooleanField(label=_("Tint the paper"), required=False)
    background = _colour(_("Paper"), required=False)
    has_band = forms.BooleanField(label=_("Give the front page's band a colour of its own"), required=False)
    band = _colour(_("Band"), required=False)
    colours_header = forms.BooleanField(label=_("The same colour at the top of every page"), required=False)
    font = forms.ChoiceField(label=_("Words"), choices=Font.choices)
    heading_font = forms.ChoiceField(label=_("Headings"), choices=Font.choices)
    corners = forms.ChoiceField(label=_("Corners"), choices=Corners.choices)
    logo = _file(_("Logo"), _("PNG, JPEG, GIF, WebP or SVG. It stands in place of the name."), f"{KINDS},image/svg+xml")
    icon = _file(_("Icon"), _("For tabs and bookmarks; a square."), f"{KINDS},image/svg+xml,image/x-icon")
    hero = _file(_("Picture of the front page"), _("PNG, JPEG, GIF or WebP; wide, 1600 pixels will do."), KINDS)
    drop_logo = forms.BooleanField(label=_("Do without"), required=False)
    drop_icon = forms.BooleanField(label=_("Do without"), required=False)
    drop_hero = forms.BooleanField(label=_("Do without"), required=False)
    heading = forms.CharField(
        label=_("Heading"), max_length=200, required=False, help_text=_("Empty: “How can we help?”, with a name.")
    )
    tagline = forms.CharField(label=_("Tagline"), max_length=200, required=False)
    header_links = _lines(
        _("Links at the top"), 3, max_length=4000, help_text=_("One a line: Shop | https://shop.example")
    )
    footer_links = _lines(_("Links at the foot"), 3, max_length=8000)
    footer_words = _lines(_("Words at the foot"), 2, max_length=FOOTER_WORDS_MAX)
    css = _lines(
        _("Style sheet of your own"),
        8,
        max_length=80_000,
        help_text=_("It may not fetch from elsewhere, nor cover the page. It is left out where passwords are typed."),
    )
    draft = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, look: Look, **how: Any) -> None:
        self.look = look
        has = {"has_background": bool(look.background), "has_band": bool(look.band)}
        links = {name: checks.lines_of_links(getattr(look, name)) for name in ("header_links", "footer_links")}
        own = {"background": look.background or BACKGROUND, "band": look.band or BAND}
        how["initial"] = {**{name: getattr(look, name) for name in PLAIN}, **has, **links, **own}
        super().__init__(*args, **how)

    def pictures(self) -> list[tuple[Any, Any, Shown | None]]:
        """The fields for pictures: the file, doing without, and the one there is."""
        return [(self[part], self[f"drop_{part}"], embedded(getattr(self.look, part))) for part in PICTURES]

    def chosen(self) -> Look:
        """The look, not saved: what is valid in the form, and for the rest what was before."""
        said, before = self.cleaned_data, self.look
        chosen = Look(brand_id=before.brand_id)
        for name in (*PLAIN, "header_links", "footer_links"):
            setattr(chosen, name, said.get(name, getattr(before, name)))
        for name in ("background", "band"):
            setattr(chosen, name, said.get(name, getattr(before, name)) if said[f"has_{name}"] else "")
        for part in PICTURES:
            setattr(chosen, part, self._picture(part))
        return chosen

    def clean_colour(self) -> Any:
        return self._checked("colour", checks.colour)

    def clean_background(self) -> Any:
        return self._checked("background", checks.colour)

    def clean_band(self) -> Any:
        return self._checked("band", checks.colour)

    def clean_css(self) -> Any:
        return self._checked("css", checks.css)

    def clean_header_links(self) -> Any:
        return self._checked("header_links", checks.links_of_lines, HEADER_LINKS_MAX)

    def clean_footer_links(self) -> Any:
        return self._checked("footer_links", checks.links_of_lines, FOOTER_LINKS_MAX)

    def clean_logo(self) -> Any:
        return self._fitted(Part.LOGO)

    def clean_icon(self) -> Any:
        return self._fitted(Part.ICON)

    def clean_hero(self) -> Any:
        return self._fitted(Part.HERO)

    def _checked(self, name: str, check: Callable[..., Any], *more: Any) -> Any:
        try:
            return check(name, self.cleaned_data[name], *more)
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error

    def _fitted(self, part: Part) -> LookPicture | None:
        file = self.cleaned_data[part]
        if not file:
            return None
        try:
            fitted = pictures.fit(part, file.read(pictures.FILE_MAX_BYTES + 1))
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error
        return LookPicture(part=part, **vars(fitted))

    def _picture(self, part: Part) -> LookPicture | None:
        new = self.cleaned_data.get(part)
        if isinstance(new, LookPicture):
            return new
        kept: LookPicture | None = getattr(self.look, part)
        return None if self.cleaned_data[f"drop_{part}"] else kept
