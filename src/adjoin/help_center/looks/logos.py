"""Logos as the API shows them: like files of tickets, but for everybody, as they are on pages."""

from __future__ import annotations

from collections.abc import Collection
from mimetypes import guess_extension
from typing import TYPE_CHECKING

from django.db.models import F, Func, IntegerField
from django.urls import reverse

from adjoin.help_center.models import Look
from adjoin.kernel.api.answers import Json

if TYPE_CHECKING:
    from adjoin.brands.models import Brand


def of(brands: Collection[Brand], base: str) -> dict[int, Json]:
    """The logos that the newest looks of some brands wear, by the brand's id. One query."""
    by_id = {brand.pk: brand for brand in brands}
    newest = Look.objects.filter(brand__in=by_id).order_by("brand_id", "-pk").distinct("brand_id")
    size = Func(F("logo__data"), function="octet_length", output_field=IntegerField())
    worn = Look.objects.filter(pk__in=newest.values("pk"), logo__isnull=False).with_pictures().annotate(size=size)
    return {look.brand_id: _shown(look, by_id[look.brand_id]) for look in worn}


def _shown(look: Look, brand: Brand) -> Json:
    picture = look.logo
    if picture is None:
        return {}
    address = brand.url + reverse("help_center:look_picture", args=[picture.pk])
    return {
        "url": address,
        "id": picture.pk,
        "file_name": f"logo{guess_extension(picture.content_type) or ''}",
        "content_url": address,
        "mapped_content_url": address,
        "content_type": picture.content_type,
        "size": vars(look)["size"],
        "width": picture.width,
        "height": picture.height,
        "inline": False,
        "deleted": False,
        "thumbnails": [],
    }
