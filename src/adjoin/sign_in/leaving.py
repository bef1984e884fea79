"""Where a browser goes on to when it signs out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjoin.sign_in import saml_views, signed_tokens
from adjoin.sign_in.models import Device
from adjoin.sign_in.terms import Kind

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


def way_out(request: DeskRequest) -> str:
    """The page of whoever vouched for them, as an admin or its metadata gave it; "" where there is none."""
    key = request.session.session_key or ""
    device = Device.objects.select_related("provider", "user").filter(session_key=key).first()
    provider = device.provider if device else None
    if device is None or provider is None or not provider.is_active or not provider.logout_url:
        return ""
    if provider.kind == Kind.JWT:
        return signed_tokens.end_url(provider, device.user, brand_id=request.brand.pk)
    return saml_views.way_out(request, provider, device) if device.name_id else ""
