"""Choosing the model that articles are found by, besides their words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.adapters import http
from adjoin.kernel import outbox, record, statements
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge.models import Meaning
from adjoin.knowledge.terms import MeaningSource

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.access.actors import Actor


def current() -> Meaning:
    """The account's choice; the model on this machine where nobody has chosen."""
    return next(iter(_chosen()), None) or Meaning()


@statements.kept(is_prepared=True)
def _chosen() -> QuerySet[Meaning]:
    return Meaning.objects.filter(pk=1)


@transaction.atomic
def choose(
    *, actor: Actor, source: str, now: datetime, url: str = "", model: str = "", api_key: str | None = None
) -> Meaning:
    """Find articles by that model from now on; it reads them all in the background. None keeps the key there is.

    A key is kept for the host it was given for: another host needs its own. Raises `Invalid`, `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_SETTINGS)
    Meaning.objects.get_or_create(pk=1)
    row = Meaning.objects.select_for_update().get(pk=1)
    chosen = {"source": source, "url": url.strip().rstrip("/"), "model": model.strip()}
    if source == MeaningSource.ENDPOINT:
        _check(chosen)
    if api_key is None and urlsplit(chosen["url"]).netloc != urlsplit(row.url).netloc:
        api_key = ""
    changes = record.differences(row, chosen)
    if api_key is not None and api_key != row.api_key:
        row.api_key, changes["api_key"] = api_key, (None, "another one")
    for name, value in chosen.items():
        setattr(row, name, value)
    row.failure, row.failed_at = "", None
    row.save()
    record.changed(Did.UPDATED, "article_search", row.pk, "Article search", now=now, **changes)
    outbox.publish("meaning.chosen")
    return row


def _check(chosen: dict[str, str]) -> None:
    parts = urlsplit(chosen["url"])
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise Invalid.field("url", say("Address: write it like https://models.example/v1"))
    if parts.scheme == "http" and not http.may_be_plain(parts.hostname):
        raise Invalid.field("url", say("Address: only https, so that nobody reads along"))
    if not chosen["model"]:
        raise Invalid.field("model", say("Model: cannot be blank"), "BlankValue")
