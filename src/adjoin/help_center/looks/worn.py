"""The look a page wears: the brand's newest, or a draft that somebody is trying on."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from adjoin.help_center.models import Look, LookPicture
from adjoin.kernel import statements

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.brands.models import Brand


LOGO_BOX = (256, 44)  # pixels; said in the page, so that its place is kept before it has arrived


@dataclass(frozen=True)
class Shown:
    """A picture as a page shows it."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Worn:
    """A look as templates need it: with the addresses of its style sheets, "" where the brand has none of its own."""

    look: Look
    styles: str
    own_styles: str
    scheme: str = "light dark"
    is_draft: bool = False  # seen by one person, in a frame: runs no scripts, leads nowhere

    @property
    def logo(self) -> Shown | None:
        return _within(LOGO_BOX, self._shown(self.look.logo))

    @property
    def icon(self) -> Shown | None:
        return self._shown(self.look.icon)

    @property
    def hero(self) -> Shown | None:
        return self._shown(self.look.hero)

    def _shown(self, picture: LookPicture | None) -> Shown | None:
        if picture is None or self.is_draft:
            return embedded(picture)
        return Shown(reverse("help_center:look_picture", args=[picture.pk]), picture.width, picture.height)


def _within(box: tuple[int, int], picture: Shown | None) -> Shown | None:
    """The picture no larger than the box, in its own proportions."""
    if picture is None:
        return None
    scale = min(1, box[0] / picture.width, box[1] / picture.height)
    return Shown(picture.address, max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))


def newest(brand: Brand) -> Look:
    """How the brand looks now; where nobody has chosen, as it came. Colour and tagline are always the brand's own."""
    look = next(iter(_looks(brand.pk)), None) or Look(brand=brand)
    look.colour, look.tagline = brand.colour, brand.tagline
    return look


@statements.kept(is_prepared=True)
def _looks(brand_id: int) -> QuerySet[Look]:
    return Look.objects.filter(brand=brand_id).with_pictures().newest_first()[:1]


def by(request: Any) -> Worn | None:
    """What pages of this request wear; None outside of any brand."""
    trying: Worn | None = getattr(request, "trying_on", None)
    brand: Brand | None = getattr(request, "brand", None)
    if trying is not None or brand is None:
        return trying
    look = newest(brand)
    styles = f"{reverse('help_center:brand_styles')}?v={int(brand.updated_at.timestamp())}-{look.pk or 0}"
    own = reverse("help_center:own_styles", args=[look.pk]) if look.css else ""
    return Worn(look, styles, own)


def embedded(picture: LookPicture | None) -> Shown | None:
    """A picture shown away from its brand's host, or kept nowhere yet: its bytes are its address."""
    if picture is None:
        return None
    data = b64encode(bytes(picture.data)).decode()
    return Shown(f"data:{picture.content_type};base64,{data}", picture.width, picture.height)
