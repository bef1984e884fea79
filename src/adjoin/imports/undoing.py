"""Taking an import back. What anybody has touched or used since stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from adjoin.imports.models import Change, Import
from adjoin.imports.terms import Kind
from adjoin.people import actions
from adjoin.people.actions import bulk
from adjoin.people.actions.memberships import leave_many
from adjoin.people.models import Membership, Organization, User
from adjoin.people.terms import Role

MODELS: dict[str, Any] = {Kind.USERS: User, Kind.ORGANIZATIONS: Organization, Kind.MEMBERSHIPS: Membership}


def undo(row: Import, tell: Callable[[int], None], now: datetime) -> tuple[int, int]:
    """Take everything back that is untouched; gives back how many that were, and how many stay."""
    stamp = row.done_at
    assert stamp is not None
    done = total = 0
    for changes in _chunks(Change.objects.filter(of=row).order_by("-pk").iterator(chunk_size=bulk.AT_ONCE)):
        made = [change.subject_id for change in changes if change.before is None]
        before = {change.subject_id: change.before for change in changes if change.before is not None}
        done += _remove(row.kind, made, stamp, now) + _restore(row.kind, before, stamp, now)
        total += len(changes)
        tell(total)
    if row.kind != Kind.MEMBERSHIPS:  # those that came with people who were there before
        leave_many(Membership.objects.filter(created_at=stamp, updated_at=stamp), now=now)
    Change.objects.filter(of=row).delete()
    return done, total - done


def _remove(kind: str, ids: Sequence[int], stamp: datetime, now: datetime) -> int:
    rows = MODELS[kind].objects.filter(pk__in=ids, updated_at=stamp)
    if kind == Kind.MEMBERSHIPS:
        return leave_many(rows, now=now)
    if kind == Kind.USERS:
        rows = rows.filter(role=Role.END_USER, last_login=None)
    model = MODELS[kind]
    link = "user" if kind == Kind.USERS else "organization"
    others = Membership.objects.filter(**{link: OuterRef("pk")}).exclude(created_at=stamp, updated_at=stamp)
    untouched = list(_unused(rows.exclude(Exists(others)), model).values_list("pk", flat=True))
    Membership.objects.filter(**{f"{link}_id__in": untouched}).delete()
    model.objects.filter(pk__in=untouched).delete()
    return len(untouched)


def _restore(kind: str, before: dict[int, dict[str, Any]], stamp: datetime, now: datetime) -> int:
    rows = MODELS[kind].objects.filter(pk__in=list(before), updated_at=stamp)
    wanted = {pk: before[pk] for pk in rows.values_list("pk", flat=True)}
    if kind == Kind.USERS:
        bulk.update_end_users({pk: old for pk, old in wanted.items() if pk in _end_users(wanted)}, now)
    elif kind == Kind.MEMBERSHIPS:
        bulk.update_memberships(wanted, now)
    else:
        for pk, old in wanted.items():
            row = Organization.objects.get(pk=pk)
            if "custom_fields" in old:
                old = {**old, "custom_fields": {**dict.fromkeys(row.custom_fields), **old["custom_fields"]}}
            actions.update_organization(organization=row, now=now, at_once=True, **old)
    return len(wanted)


def _end_users(ids: Iterable[int]) -> set[int]:
    return set(User.objects.active().filter(pk__in=list(ids), role=Role.END_USER).values_list("pk", flat=True))


def _unused(rows: QuerySet[Any], model: type[Model]) -> QuerySet[Any]:
    """Those that nothing refers to, whichever app it belongs to, but for their memberships."""
    relation: Any
    for relation in model._meta.get_fields(include_hidden=True):
        other = relation.related_model
        if (
            not (relation.auto_created and not relation.concrete)
            or other in (Membership, None)
            or relation.many_to_many
        ):
            continue
        name = relation.field.name
        rows = rows.exclude(Exists(other.objects.filter(**{name: OuterRef("pk")}).values(one=F("pk"))))
    return rows


def _chunks(changes: Iterator[Change]) -> Iterator[list[Change]]:
    while chunk := list(islice(changes, bulk.AT_ONCE)):
        yield chunk
