"""Every change to custom statuses. None is ever deleted: old tickets have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from adjoin.fields.actions.cleaning import flag, words
from adjoin.fields.models import CustomStatus
from adjoin.fields.terms import StatusCategory
from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did

STATUSES_MAX, OF_CATEGORY_MAX, LABEL_MAX = 300, 100, 48  # as Zendesk has it
KIND = "custom_status"


@transaction.atomic
def create_status(*, status_category: Any, now: datetime, **columns: Any) -> CustomStatus:
    """A new status after the others of its category. End users read the same label unless told. Raises `Invalid`."""
    if status_category not in StatusCategory.values:
        known = ", ".join(StatusCategory.values)
        raise Invalid.field("status_category", _("Status category: must be one of %(known)s") % {"known": known})
    beside = CustomStatus.objects.filter(status_category=status_category)
    if beside.count() >= OF_CATEGORY_MAX or CustomStatus.objects.count() >= STATUSES_MAX:
        raise Invalid.field(
            "base",
            _("There are %(most)s of this category or %(all)s in all already.")
            % {"most": OF_CATEGORY_MAX, "all": STATUSES_MAX},
        )
    last = beside.aggregate(last=Max("position"))["last"] or 0
    row = CustomStatus(status_category=status_category, position=last + 1, created_at=now, updated_at=now)
    _write(row, {"agent_label": "", **columns})
    row.save()
    record.changed(Did.CREATED, KIND, row.pk, row.agent_label, now=now, status_category=(None, row.status_category))
    return row


@transaction.atomic
def update_status(*, status: CustomStatus, now: datetime, **columns: Any) -> CustomStatus:
    """The status with other words, or in use or not. Its category stays. Raises `Invalid`, also for a default one that
    would go out of use."""
    status = CustomStatus.objects.select_for_update().get(pk=status.pk)
    if columns.pop("status_category", status.status_category) != status.status_category:
        raise Invalid.field("status_category", _("Status category: cannot be changed. Make a new status instead."))
    before = {name: getattr(status, name) for name in _CLEANERS}
    _write(status, columns)
    status.updated_at = now
    status.save()
    moved = {name: (old, getattr(status, name)) for name, old in before.items()}
    record.changed(Did.UPDATED, KIND, status.pk, status.agent_label, now=now, **moved)
    return status


@transaction.atomic
def make_default_statuses(*, ids: Iterable[int], now: datetime) -> None:
    """Make each of these what tickets get when only its category is said. Tickets that are there keep what they have.

    Raises `Invalid` for one that is not there or not in use, and for two of one category."""
    wanted = set(ids)
    rows = list(CustomStatus.objects.select_for_update().filter(pk__in=wanted, is_active=True).in_order())
    if len(rows) != len(wanted) or not rows:
        raise Invalid.field("ids", _("Ids: must be those of statuses in use"))
    if len({row.status_category for row in rows}) != len(rows):
        raise Invalid.field("ids", _("Ids: only one status of each category can be its default"))
    for row in rows:
        beside = CustomStatus.objects.filter(status_category=row.status_category, is_default=True).exclude(pk=row.pk)
        before = beside.values_list("agent_label", flat=True).first()
        if before is None:
            continue
        beside.update(is_default=False, updated_at=now)
        CustomStatus.objects.filter(pk=row.pk).update(is_default=True, updated_at=now)
        record.changed(Did.UPDATED, KIND, row.pk, row.agent_label, now=now, default=(before, row.agent_label))


@transaction.atomic
def reorder_statuses(*, ids: Sequence[int], now: datetime) -> None:
    """Put those of a category into this order; those not named keep their place."""
    rows = CustomStatus.objects.select_for_update().in_bulk(list(ids))
    for position, pk in enumerate(ids):
        if pk in rows and rows[pk].position != position:
            CustomStatus.objects.filter(pk=pk).update(position=position, updated_at=now)


def _write(row: CustomStatus, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, _CLEANERS[name](value))
    row.end_user_label = row.end_user_label or row.agent_label
    if row.is_default and not row.is_active:
        raise Invalid.field(
            "active", _("A default status stays in use. Make another one the default of its category first.")
        )
    beside = CustomStatus.objects.filter(status_category=row.status_category, agent_label__iexact=row.agent_label)
    if beside.exclude(pk=row.pk).exists():
        raise Invalid.field(
            "agent_label",
            _("%(agent_label)s is already there in this category") % {"agent_label": row.agent_label},
            "DuplicateValue",
        )


def _label(key: str, label: str, *, needed: bool) -> Callable[[Any], str]:
    clean = words(key, label, longest=LABEL_MAX + 1, needed=needed)

    def short(value: Any) -> str:
        found = str(clean(value))
        if len(found) > LABEL_MAX:
            raise Invalid.field(
                key,
                _("%(label)s: is too long (at most %(most)s characters)") % {"label": label, "most": LABEL_MAX},
                "TooLong",
            )
        return found

    return short


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "agent_label": _label("agent_label", "Agent label", needed=True),
    "end_user_label": _label("end_user_label", "End user label", needed=False),
    "description": words("description", "Description", longest=2000),
    "end_user_description": words("end_user_description", "End user description", longest=2000),
    "is_active": flag("active"),
}
