"""Every change to views, and who may make it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.record import Did
from adjoin.rules import checking
from adjoin.rules.makers import Makers
from adjoin.saved_views import queries
from adjoin.saved_views.models import View, ViewQuerySet

MAKERS = Makers("view_access")
TITLE_MAX = 255


def writable(actor: Actor) -> ViewQuerySet:
    """The views that `actor` may change, those switched off too. Nobody changes somebody else's own."""
    if not actor.is_agent or not MAKERS.for_themselves(actor):
        return View.objects.none()
    rows = Q(owner_id=actor.user_id)
    if actor.is_admin:
        rows |= Q(owner=None)
    elif MAKERS.for_everybody(actor):
        rows |= Q(owner=None, pk__in=queries.visible(actor).values("pk"))
    elif MAKERS.for_groups(actor):
        own = sorted(actor.group_ids)  # of no group that they are not in
        rows |= Q(owner=None, is_for_admins=False, group_ids__contained_by=own) & ~Q(group_ids=[])
    return View.objects.filter(rows)


@transaction.atomic
def create_view(*, actor: Actor, title: str, conditions: Any, now: datetime, **fields: Any) -> View:
    """A new view, last in order: of its owner alone, of groups, or of everybody.

    `fields` are the columns of `View`. Raises `NotAllowed`, or `Invalid` that says which line is wrong."""
    _require(actor, fields.get("owner_id"), fields.get("group_ids") or [])
    last = View.objects.aggregate(last=Max("position"))["last"] or 0
    view = View.objects.create(
        title=_clean(title),
        conditions=checked(conditions),
        created_at=now,
        updated_at=now,
        **{"position": last + 1, **fields},
    )
    record.changed(Did.CREATED, "view", view.pk, view.title, now=now, conditions=(None, view.conditions))
    return view


@transaction.atomic
def update_view(*, actor: Actor, view_id: int, now: datetime, **fields: Any) -> View:
    """The view with other fields. Raises `NotAllowed`, `NotFound`, or `Invalid` that says which line is wrong."""
    view = _locked(actor, view_id)
    owner_id, group_ids = fields.get("owner_id", view.owner_id), fields.get("group_ids", view.group_ids)
    if (owner_id, group_ids) != (view.owner_id, view.group_ids):
        _require(actor, owner_id, group_ids)
    if "title" in fields:
        fields["title"] = _clean(fields["title"])
    if "conditions" in fields or fields.get("is_active"):
        fields["conditions"] = checked(fields.get("conditions", view.conditions))
        fields["notice"] = ""
    changes = {"name" if name == "title" else name: moved for name, moved in record.differences(view, fields).items()}
    for name, value in fields.items():
        setattr(view, name, value)
    view.updated_at = now
    view.save(update_fields=[*fields, "updated_at"])
    record.changed(Did.UPDATED, "view", view.pk, view.title, now=now, **changes)
    return view


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int, now: datetime) -> None:
    """Have it gone. Raises `NotAllowed`, `NotFound`."""
    view = _locked(actor, view_id)
    view.delete()
    record.changed(Did.DELETED, "view", view_id, view.title, now=now, conditions=(view.conditions, None))


def checked(conditions: Any) -> dict[str, Any]:
    """The conditions as views keep them. Raises `Invalid`."""
    kept = checking.conditions(conditions, is_filter=True)
    if not checking.is_narrow(kept):
        raise Invalid.field(
            "base", _("Conditions: all of these needs one on status, type, group, assignee or requester")
        )
    return kept


def _clean(title: str) -> str:
    title = text.one_line(title)[:TITLE_MAX]
    if not title:
        raise Invalid.field("title", _("Title: cannot be blank"), "BlankValue")
    return title


def _locked(actor: Actor, view_id: int) -> View:
    found = writable(actor).select_for_update(no_key=True).filter(pk=view_id).first()
    if found is not None:
        return found
    if queries.visible(actor).filter(pk=view_id).exists():
        raise NotAllowed(_("Your role does not change this view."))
    raise NotFound


def _require(actor: Actor, owner_id: int | None, group_ids: Sequence[int]) -> None:
    """Raises `NotAllowed` for a view that is not theirs to make, `Invalid` for groups they do not know."""
    groups = set(group_ids)
    if not MAKERS.may_make(actor, owner_id, groups):
        if owner_id is not None:
            raise NotAllowed(_("People make views for themselves only, where their role says so."))
        raise NotAllowed(_("Your role does not make views for these people."))
    if owner_id is not None and groups:
        raise Invalid.field("restriction", _("A view of one's own is for no group"))
    if readable.groups(actor).filter(pk__in=groups).count() != len(groups):
        raise Invalid.field("restriction", _("The group is not there"))
