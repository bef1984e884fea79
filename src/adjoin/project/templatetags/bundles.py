"""`{% bundle "portal" %}`: the style sheets of all pages of a kind, as one."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from adjoin.project import bundles

register = template.Library()


@register.simple_tag
def bundle(name: str) -> SafeString:
    """The link to one of `bundles.BUNDLES`."""
    return format_html('<link rel="stylesheet" href="{}">', bundles.bundle(name).address)
