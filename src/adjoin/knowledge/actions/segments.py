"""Segments: which people articles can be kept for. Whoever changes one changes who reads, so only admins do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.brands.models import Brand
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge.models import Article, BrandSegment, Section, UserSegment
from adjoin.knowledge.terms import UserType
from adjoin.people.models import Group, Organization, User

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

BUILT_IN = {UserType.SIGNED_IN: "Signed-in users", UserType.STAFF: "Agents and admins"}
MEMBERS_MAX = 1000  # organizations, groups or people that one segment names
CONDITIONS = ("tags", "or_tags", "organization_ids", "group_ids", "added_user_ids")


def furnish(now: datetime) -> None:
    """The two segments that every account has."""
    for user_type, name in BUILT_IN.items():
        UserSegment.objects.get_or_create(
            user_type=user_type, is_built_in=True, defaults={"name": name, "created_at": now, "updated_at": now}
        )


@transaction.atomic
def create_segment(*, actor: Actor, name: str, user_type: str, now: datetime, **conditions: Any) -> UserSegment:
    """A new segment. `conditions` are `CONDITIONS`. Raises `Invalid`, also for one that names nobody; `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_SEGMENTS)
    row = UserSegment(name=name, user_type=user_type, created_at=now)
    _save(row, {"name": name, "user_type": user_type, **conditions}, now)
    record.changed(Did.CREATED, "user_segment", row.pk, row.name, now=now, **_told(row))
    return row


@transaction.atomic
def change_segment(*, actor: Actor, segment: UserSegment, now: datetime, **fields: Any) -> UserSegment:
    """The segment with another name or other conditions. Raises `Invalid`, `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_SEGMENTS)
    row = UserSegment.objects.select_for_update().get(pk=segment.pk)
    _keep_built_in(row)
    before = {name: (old, None) for name, (_, old) in _told(row).items()}
    _save(row, fields, now)
    moved = {name: (before[name][0], new) for name, (_, new) in _told(row).items()}
    record.changed(Did.UPDATED, "user_segment", row.pk, row.name, now=now, **moved)
    return row


@transaction.atomic
def delete_segment(*, actor: Actor, segment: UserSegment, now: datetime) -> None:
    """Remove a segment that no article is kept for: else those would be nobody's. Raises `Invalid`, `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_SEGMENTS)
    row = UserSegment.objects.select_for_update().get(pk=segment.pk)
    _keep_built_in(row)
    used = Article.objects.filter(segments=row, archived_at=None).count()
    if used:
        raise Invalid.field(
            "base",
            say("%(used)s articles are kept for %(name)s. Choose others for them first.")
            % {"used": used, "name": row.name},
        )
    if sections := Section.objects.filter(segment=row).count():
        raise Invalid.field(
            "base",
            say("%(sections)s sections are kept for %(name)s. Choose others for them first.")
            % {"sections": sections, "name": row.name},
        )
    if (
        brand := Brand.objects.filter(pk__in=BrandSegment.objects.filter(segment=row).values("brand_id")).first()
    ) is not None:
        raise Invalid.field(
            "base",
            say("The help center of %(name)s is kept for %(segment)s. Open it to others first.")
            % {"name": brand.name, "segment": row.name},
        )
    pk, name = row.pk, row.name
    row.delete()
    record.changed(Did.DELETED, "user_segment", pk, name, now=now)


@transaction.atomic
def keep_help_center_for(*, actor: Actor, brand: Brand, segment: UserSegment | None, now: datetime) -> None:
    """Let only a segment into a help center that asks people to sign in; None: everybody who does.

    Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_BRANDS)
    row = BrandSegment.objects.select_for_update(of=("self",)).select_related("segment").filter(brand=brand).first()
    before = row.segment.name if row else None
    if segment is None:
        BrandSegment.objects.filter(brand=brand).delete()
    else:
        BrandSegment.objects.update_or_create(brand=brand, defaults={"segment": segment})
    moved = (before, segment.name if segment else None)
    record.changed(Did.UPDATED, "brand", brand.pk, brand.name, now=now, user_segment=moved)


def _keep_built_in(row: UserSegment) -> None:
    if row.is_built_in:
        raise Invalid.field(
            "base", say("%(name)s is the same in every account and cannot be changed.") % {"name": row.name}
        )


def _save(row: UserSegment, fields: dict[str, Any], now: datetime) -> None:
    for name, value in _checked(fields).items():
        setattr(row, name, value)
    if row.user_type == UserType.STAFF and row.organization_ids:
        raise Invalid.field("organization_ids", say("Organization ids: staff are chosen by groups and tags."))
    if row.user_type != UserType.STAFF and row.group_ids:
        raise Invalid.field("group_ids", say("Group ids: only staff are chosen by groups."))
    if not any(getattr(row, name) for name in CONDITIONS):
        raise Invalid.field("base", say("Say who is in it: tags, organizations, groups or people."))
    row.updated_at = now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid.field(
            "name", say("Name: there is a segment %(name)s already") % {"name": row.name}, "DuplicateValue"
        ) from error


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    found = dict(fields)
    if "name" in found:
        found["name"] = text.one_line(found["name"])[:200]
        if not found["name"]:
            raise Invalid.field("name", say("Name: cannot be blank"), "BlankValue")
    if "user_type" in found and found["user_type"] not in UserType.values:
        raise Invalid.field(
            "user_type", say("User type: one of %(values)s") % {"values": ", ".join(UserType.values)}, "InvalidValue"
        )
    for name in ("tags", "or_tags"):
        if name in found:
            found[name] = sorted({text.one_line(tag).lower() for tag in found[name]} - {""})
    for name, rows in (("organization_ids", Organization), ("group_ids", Group), ("added_user_ids", User)):
        if name in found:
            found[name] = _known(name, rows, found[name])
    return found


def _known(name: str, rows: Any, asked: list[int]) -> list[int]:
    wanted = sorted(set(asked))
    if len(wanted) > MEMBERS_MAX:
        raise Invalid.field(name, say("%(name)s: at most %(most)s") % {"name": name, "most": MEMBERS_MAX})
    there = set(rows.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if missing := [pk for pk in wanted if pk not in there]:
        raise Invalid.field(name, say("%(name)s: %(missing)s is not there") % {"name": name, "missing": missing[0]})
    return wanted


def _told(row: UserSegment) -> dict[str, tuple[Any, Any]]:
    return {name: (None, getattr(row, name)) for name in ("name", "user_type", *CONDITIONS)}
