"""The words of how a help center looks: what can be chosen, and how much of it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Font(TextChoices):
    """Families of fonts that systems bring along, so that no page asks another host for one."""

    SYSTEM = "system", _("The reader's own system font")
    HUMANIST = "humanist", _("Humanist: open and friendly")
    GEOMETRIC = "geometric", _("Geometric: round and even")
    CLASSICAL = "classical", _("Classical: fine strokes, no serifs")
    ROUNDED = "rounded", _("Rounded: soft ends")
    TRANSITIONAL = "transitional", _("Book serif: Charter, Cambria")
    OLD_STYLE = "old_style", _("Old serif: Palatino, Iowan")
    SLAB = "slab", _("Slab serif: Rockwell, Roboto Slab")


# After https://modernfontstacks.com: each has a member on Windows, macOS, Android and most Linux desktops.
STACKS = {
    Font.SYSTEM: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
    Font.HUMANIST: 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif',
    Font.GEOMETRIC: 'Avenir, Montserrat, Corbel, "URW Gothic", "Century Gothic", sans-serif',
    Font.CLASSICAL: 'Optima, Candara, "Noto Sans", sans-serif',
    Font.ROUNDED: 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, "Arial Rounded MT Bold", Calibri, sans-serif',
    Font.TRANSITIONAL: 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", serif',
    Font.OLD_STYLE: '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, "Noto Serif", serif',
    Font.SLAB: 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
}


class Corners(TextChoices):
    """How round buttons, fields and cards are."""

    SQUARE = "square", _("Square")
    SOFT = "soft", _("A little round")
    ROUND = "round", _("Round")


RADII = {Corners.SQUARE: "0", Corners.SOFT: "6px", Corners.ROUND: "14px"}


class Part(TextChoices):
    """Where a picture is worn."""

    LOGO = "logo", _("Logo")
    ICON = "icon", _("Icon")
    HERO = "hero", _("Picture")


HEADER_LINKS_MAX, FOOTER_LINKS_MAX = 5, 12
LABEL_MAX = 60  # characters of a link's words
FOOTER_WORDS_MAX = 600  # characters
CSS_MAX_BYTES = 64 * 1024
REVISIONS_KEPT = 20
