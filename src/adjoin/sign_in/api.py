"""Second factors over the API. Zendesk has no shape for these."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sign_in import resetting

router = Router(tags=["Second factors"], auth=agents_only)


class SecondFactorResetJson(Schema):
    """Why somebody's second factor is taken away. It is kept in the audit log."""

    reason: str


@router.post(
    "/users/{int:user_id}/second_factor_reset",
    response={204: None},
    openapi_extra=describe.asks("second_factor_reset", SecondFactorResetJson),
)
def reset_second_factor(request: DeskRequest, user_id: int) -> HttpResponse:
    """Take away the second factor that somebody has lost, and sign them out everywhere; a mail tells them.

    For those who may change their role: admins by admins, the owner by nobody else."""
    data = reading.wrapped(request, "second_factor_reset")
    user = readable.users(request.actor).filter(pk=user_id, is_active=True, partner_name="").first()
    if user is None:
        raise NotFound
    reason = reading.text("reason", data.get("reason") or "")
    resetting.reset(actor=request.actor, user=user, reason=reason, now=timezone.now())
    return answers.nothing()
