"""What happened to people, organizations and articles, as webhooks that ask for it are told: Zendesk's event schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.kernel import ids
from adjoin.kernel.api.answers import moment
from adjoin.kernel.record import Did, plain
from adjoin.people.models import Organization
from adjoin.webhooks import events, queueing
from adjoin.webhooks.models import Webhook
from adjoin.webhooks.terms import event

if TYPE_CHECKING:
    from adjoin.knowledge.models import Article
    from adjoin.people.models import User

Json = dict[str, Any]
Told = tuple[str, Json]  # the event's name, and what was and is
_OF_USER = {"name": "name_changed", "role": "role_changed", "is_suspended": "suspended_changed"}
_OF_BOTH = {"tags": "tags_changed", "external_id": "external_id_changed"}
_OF_ORGANIZATION = {"name": "name_changed"}


def follow_new_user(*, user: User, now: datetime) -> None:
    """Somebody is there who was not."""
    _tell("user", user.pk, _user, [("created", {})], now, user)


def follow_user(*, user: User, changes: dict[str, tuple[Any, Any]], now: datetime) -> None:
    """Somebody has other fields; whoever is active no more was deleted."""
    found = _moved(changes, {**_OF_USER, **_OF_BOTH})
    if changes.get("is_active", (None, None)) == (True, False):
        found = [("deleted", {})]
    _tell("user", user.pk, _user, found, now, user)


def follow_record(
    *, did: Did, kind: str, subject_id: int | None, title: str, changes: dict[str, Any], now: datetime
) -> None:
    """An organization came, changed or went, of all that admins answer for."""
    if kind != "organization" or subject_id is None:
        return
    names = {Did.CREATED: "created", Did.DELETED: "deleted"}
    if did in names:
        found: list[Told] = [(names[did], {})]
    else:
        found = [*_moved(changes, {**_OF_ORGANIZATION, **_OF_BOTH}), *_fields(changes)]
    _tell("organization", subject_id, _organization, found, now, subject_id, title)


def follow_article(*, article: Article, title: str, locale: str, is_draft: bool, now: datetime) -> None:
    """The words of an article in one language are there for its readers, or no more."""
    name = "unpublished" if is_draft else "published"
    _tell("article", article.pk, _article, [(name, {"title": title, "locale": locale})], now, article)


def _tell(noun: str, pk: int, detail: Any, found: Iterable[Told], now: datetime, *about: Any) -> None:
    """A call for each event and each webhook that asks for it."""
    wanted = [(event(name, noun), told) for name, told in found]
    if not wanted:
        return
    hooks = [hook for hook in Webhook.objects.active() if not set(hook.events).isdisjoint(name for name, _ in wanted)]
    once = ids.new_ulid(now) if hooks else ""
    for name, told in wanted:
        for hook in hooks:
            if name in hook.events:
                key = f"{hook.pk}-{noun}-{pk}-{once}-{name.rpartition('.')[2]}"
                payload = events.envelope(name, f"{noun}:{pk}", detail(*about), told, now, key)
                queueing.put(hook, key=key, cause=name, ticket_id=None, now=now, payload=payload)


def _moved(changes: dict[str, tuple[Any, Any]], names: dict[str, str]) -> list[Told]:
    found: list[Told] = []
    for field, (before, now) in changes.items():
        if field == "tags":
            was, has = set(before or ()), set(now or ())
            found.append((names[field], {"added": {"tags": sorted(has - was)}, "removed": {"tags": sorted(was - has)}}))
        elif field in names:
            found.append((names[field], {"current": plain(now), "previous": plain(before)}))
    return found


def _fields(changes: dict[str, tuple[Any, Any]]) -> list[Told]:
    was, has = (one or {} for one in changes.get("custom_fields", ({}, {})))
    moved = sorted(key for key in {*was, *has} if was.get(key) != has.get(key))
    told: list[Json] = [{"current": has.get(key), "previous": was.get(key), "field": {"key": key}} for key in moved]
    return [("custom_field_changed", {"changes": told})] if told else []


def _user(user: User) -> Json:
    return {
        "id": str(user.pk),
        "name": user.name,
        "email": user.email,
        "external_id": user.external_id,
        "role": user.role,
        "tags": user.tags,
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
    }


def _organization(organization_id: int, title: str) -> Json:
    row = Organization.objects.filter(pk=organization_id).first()
    found: Json = {"id": str(organization_id), "name": title}
    if row is not None:
        found |= {"external_id": row.external_id, "shared_tickets": row.shared_tickets, "tags": row.tags}
        found |= {"created_at": moment(row.created_at), "updated_at": moment(row.updated_at)}
    return found


def _article(article: Article) -> Json:
    return {
        "id": str(article.pk),
        "section_id": str(article.section_id),
        "author_id": str(article.author_id or -1),
        "created_at": moment(article.created_at),
        "updated_at": moment(article.updated_at),
    }
