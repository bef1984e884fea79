"""Every change to macros, and who may make it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.kernel import record
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.record import Did
from adjoin.people.models import Group
from adjoin.rules import checking, macros
from adjoin.rules.makers import Makers
from adjoin.rules.models import Macro, MacroQuerySet
from adjoin.rules.writes import clean_title, told
from adjoin.tickets import uploads

MAKERS = Makers("macro_access")


def writable(actor: Actor) -> MacroQuerySet:
    """The macros that `actor` may change, those switched off too. Nobody changes somebody else's own."""
    if not actor.is_agent or not MAKERS.for_themselves(actor):
        return Macro.objects.none()
    rows = Q(owner_id=actor.user_id)
    if actor.is_admin:
        rows |= Q(owner=None)
    elif MAKERS.for_everybody(actor):
        rows |= Q(owner=None) & (Q(pk__in=macros.offered(actor).values("pk")) | Q(is_active=False, brands=None))
    elif MAKERS.for_groups(actor):
        others = Macro.objects.filter(groups__in=_groups_beyond(actor)).values("pk")
        rows |= Q(owner=None, groups__in=actor.group_ids) & ~Q(pk__in=others)
    return Macro.objects.filter(pk__in=Macro.objects.filter(rows).values("pk"))


@transaction.atomic
def create_macro(
    *,
    actor: Actor,
    title: str,
    actions: Any,
    now: datetime,
    description: str = "",
    is_active: bool = True,
    owner_id: int | None = None,
    group_ids: Iterable[int] = (),
    brand_ids: Iterable[int] = (),
) -> Macro:
    """A new macro, last in order: of its owner alone, of groups, or of everybody.

    Raises `NotAllowed`, or `Invalid` that says which line is wrong."""
    groups, brands = set(group_ids), set(brand_ids)
    _require(actor, owner_id, groups, brands)
    macro = Macro.objects.create(
        title=clean_title(title),
        description=description,
        position=(Macro.objects.aggregate(last=Max("position"))["last"] or 0) + 1,
        is_active=is_active,
        actions=checking.actions(actions, of_macro=True),
        owner_id=owner_id,
        created_at=now,
        updated_at=now,
    )
    macro.groups.set(groups)
    macro.brands.set(brands)
    said = {"actions": (None, macro.actions), "groups": (None, sorted(groups)), "brands": (None, sorted(brands))}
    record.changed(Did.CREATED, "macro", macro.pk, macro.title, now=now, **said)
    return macro


@transaction.atomic
def update_macro(*, actor: Actor, macro_id: int, now: datetime, **fields: Any) -> Macro:
    """The macro with other fields; `owner_id`, `group_ids` and `brand_ids` say whose it is.

    Raises `NotAllowed`, `NotFound`, or `Invalid` that says which line is wrong."""
    macro = locked(actor, macro_id)
    groups = set(macro.groups.values_list("pk", flat=True))
    brands = set(macro.brands.values_list("pk", flat=True))
    new_groups, new_brands = set(fields.pop("group_ids", groups)), set(fields.pop("brand_ids", brands))
    _require(actor, fields.get("owner_id", macro.owner_id), new_groups, new_brands - brands)
    if "title" in fields:
        fields["title"] = clean_title(fields["title"])
    if "actions" in fields or fields.get("is_active"):
        fields["actions"] = checking.actions(fields.get("actions", macro.actions), of_macro=True)
        macro.notice = ""
    changes = told(macro, fields)
    changes |= {"groups": (sorted(groups), sorted(new_groups)), "brands": (sorted(brands), sorted(new_brands))}
    for name, value in fields.items():
        setattr(macro, name, value)
    macro.updated_at = now
    macro.save(update_fields=[*fields, "notice", "updated_at"])
    macro.groups.set(new_groups)
    macro.brands.set(new_brands)
    record.changed(Did.UPDATED, "macro", macro.pk, macro.title, now=now, **changes)
    return macro


@transaction.atomic
def delete_macro(*, actor: Actor, macro_id: int, now: datetime) -> None:
    """Have it gone. Raises `NotAllowed`, `NotFound`."""
    macro = locked(actor, macro_id)
    bytes_of_files = list(macro.attachments.values_list("sha256", flat=True))
    macro.delete()
    uploads.let_go(bytes_of_files)
    record.changed(Did.DELETED, "macro", macro_id, macro.title, now=now, actions=(macro.actions, None))


def locked(actor: Actor, macro_id: int) -> Macro:
    """That macro, to be changed. Raises `NotAllowed` for one they only use, `NotFound`."""
    found = writable(actor).select_for_update(no_key=True).filter(pk=macro_id).first()
    if found is not None:
        return found
    if macros.offered(actor).filter(pk=macro_id).exists():
        raise NotAllowed(_("Your role does not change this macro."))
    raise NotFound


def _require(actor: Actor, owner_id: int | None, groups: set[int], brands: set[int]) -> None:
    """Raises `NotAllowed` for a macro that is not theirs to make, `Invalid` for groups and brands they do not know."""
    if not MAKERS.may_make(actor, owner_id, groups):
        if owner_id is not None:
            raise NotAllowed(_("People make macros for themselves only, where their role says so."))
        raise NotAllowed(_("Your role does not make macros for these people."))
    if owner_id is not None and groups:
        raise Invalid.field("restriction", _("A macro of one's own is for no group"))
    if groups - set(readable.groups(actor).filter(pk__in=groups).values_list("pk", flat=True)):
        raise Invalid.field("restriction", _("One of the groups is not there"))
    if brands - set(readable.brands(actor).filter(pk__in=brands).values_list("pk", flat=True)):
        raise Invalid.field("brand_ids", _("One of the brands is not there"))


def _groups_beyond(actor: Actor) -> Any:
    return Group.objects.exclude(pk__in=actor.group_ids).values("pk")
