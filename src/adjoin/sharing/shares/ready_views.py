"""The lists that come with the first partner, and with each one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adjoin.rules import checking
from adjoin.saved_views.models import View
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import AgreementStatus

KIND = "sharing_agreement"
UNSOLVED = {"field": "status", "operator": "less_than", "value": "solved"}


def on_changed(*, kind: str, subject_id: int | None, changes: dict[str, Any], now: datetime, **_rest: Any) -> None:
    """An agreement was made or changed; once it is in force, its lists are there. Lists people renamed stay theirs."""
    _, status = changes.get("status", (None, None))
    if kind != KIND or subject_id is None or status != AgreementStatus.ACCEPTED:
        return
    _make(SharingAgreement.objects.get(pk=subject_id), now)


def make_missing(now: datetime) -> None:
    """The lists of agreements that came into force before there were any. What people removed stays away."""
    for agreement in SharingAgreement.objects.accepted().filter(has_lists=False).order_by("pk"):
        with transaction.atomic():
            _make(agreement, now)


def _make(agreement: SharingAgreement, now: datetime) -> None:
    SharingAgreement.objects.filter(pk=agreement.pk).update(has_lists=True)
    name, value = agreement.partner_name, str(agreement.pk)
    if agreement.is_outbound:
        _put(f"Shared with {name}", now, all=[_row("sent_to", "is", value)])
    else:
        _put(f"Received from {name}", now, all=[_row("received_from", "is", value), UNSOLVED])
    _put("Shared in the last 24 hours", now, all=[_row("shared_hours_ago", "less_than", "24")])
    late = [_row("sharing_state", "is", state) for state in ("waiting", "failed")]
    _put("Waiting for partners, or not taken", now, any=late)
    _put("Left behind by partners", now, all=[_row("sharing_state", "is", "orphan"), UNSOLVED])


def _put(title: str, now: datetime, **conditions: list[dict[str, str]]) -> None:
    if View.objects.filter(title=title[:255]).exists():
        return
    last = View.objects.aggregate(last=Max("position"))["last"]
    View.objects.create(
        title=title[:255],
        position=(last or 0) + 1,
        conditions=checking.conditions(conditions, is_filter=True),
        created_at=now,
        updated_at=now,
    )


def _row(field: str, operator: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value}
