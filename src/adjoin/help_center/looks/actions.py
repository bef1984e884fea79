"""Choosing how a brand's help center looks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.brands import actions as brands
from adjoin.brands.models import Brand
from adjoin.help_center.looks import checks, worn
from adjoin.help_center.looks.terms import FOOTER_LINKS_MAX, FOOTER_WORDS_MAX, HEADER_LINKS_MAX, REVISIONS_KEPT
from adjoin.help_center.models import Look, LookPicture
from adjoin.kernel import record, text
from adjoin.kernel.errors import NotFound
from adjoin.kernel.record import Did

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

PARTS = ("logo", "icon", "hero")
CHOICES = (
    *("background", "band", "colours_header", "font", "heading_font", "corners", "heading"),
    *("header_links", "footer_links", "footer_words"),
)


@transaction.atomic
def choose(*, actor: Actor, look: Look, now: datetime) -> Look:
    """Have the brand of `look`, which is not saved yet, look so from now on. Pictures it has are kept with it.

    Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_BRANDS)
    brand = Brand.objects.select_for_update().get(pk=look.brand_id)
    before = worn.newest(brand)
    _check(look)
    _keep_pictures(look, now)
    look.author_id, look.created_at = actor.user_id, now
    look.save(force_insert=True)
    brands.change_brand(brand=brand, now=now, colour=look.colour, tagline=look.tagline)
    record.changed(Did.UPDATED, "brand", brand.pk, brand.name, now=now, **_moved(before, look))
    _forget_the_oldest(brand)
    return look


@transaction.atomic
def restore(*, actor: Actor, brand: Brand, look_id: int, now: datetime) -> Look:
    """Have the brand look as it did once. Raises `NotAllowed`, and `NotFound` for a look that is not kept any more."""
    permissions.require(actor, Permission.MANAGE_BRANDS)
    look = Look.objects.filter(brand=brand, pk=look_id).first()
    if look is None:
        raise NotFound
    look.pk = None
    return choose(actor=actor, look=look, now=now)


def _check(look: Look) -> None:
    look.colour = checks.colour("colour", look.colour, may_be_empty=False)
    look.background = checks.colour("background", look.background)
    look.band = checks.colour("band", look.band)
    look.heading, look.tagline = text.one_line(look.heading)[:200], text.one_line(look.tagline)[:200]
    look.header_links = checks.links("header_links", look.header_links, HEADER_LINKS_MAX)
    look.footer_links = checks.links("footer_links", look.footer_links, FOOTER_LINKS_MAX)
    look.footer_words = look.footer_words.strip()[:FOOTER_WORDS_MAX]
    look.css = checks.css("css", look.css)


def _keep_pictures(look: Look, now: datetime) -> None:
    for part in PARTS:
        picture: LookPicture | None = getattr(look, part)
        if picture is not None and picture._state.adding:
            picture.brand_id, picture.created_at = look.brand_id, now
            picture.save(force_insert=True)
            setattr(look, part, picture)  # now that it has a number


def _moved(before: Look, after: Look) -> dict[str, tuple[Any, Any]]:
    """What is different, for the audit log: pictures by their size, a style sheet by its length."""
    moved = {name: (getattr(before, name), getattr(after, name)) for name in CHOICES}
    for part in PARTS:
        moved[part] = (_told(getattr(before, part)), _told(getattr(after, part)))
    if before.css != after.css:
        moved["css"] = (f"{len(before.css)} characters", f"{len(after.css)} characters, changed")
    return moved


def _told(picture: LookPicture | None) -> str | None:
    return f"{picture.width} x {picture.height}, picture {picture.pk}" if picture else None


def _forget_the_oldest(brand: Brand) -> None:
    rows = Look.objects.filter(brand=brand)
    last = list(rows.newest_first().values_list("pk", flat=True)[:REVISIONS_KEPT])
    rows.filter(pk__lt=last[-1]).delete()
    worn_by = Q(*(Q(pk__in=Look.objects.filter(brand=brand).values(part)) for part in PARTS), _connector=Q.OR)
    LookPicture.objects.filter(brand=brand).exclude(worn_by).delete()
