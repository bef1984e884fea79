"""The files and pictures of articles. Bytes are kept where those of tickets are, and as long as anybody has them."""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotFound
from adjoin.knowledge.actions import checks
from adjoin.knowledge.models import Article, ArticleAttachment
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


@transaction.atomic
def attach(
    *,
    actor: Actor,
    stream: IO[bytes],
    file_name: str,
    now: datetime,
    article: Article | None = None,
    is_inline: bool = False,
    locale: str = "",
) -> ArticleAttachment:
    """A file of the article, or (None) one that waits for its article.

    Raises `NotFound`, `NotAllowed`, `FileTooLarge`."""
    permissions.require(actor, Permission.MANAGE_ARTICLES)
    if article is not None:
        article = checks.lock_article(actor, article.pk)
    kept = uploads.keep(stream=stream, file_name=file_name, now=now)
    return ArticleAttachment.objects.create(
        article=article,
        locale=locale,
        is_inline=is_inline,
        file_name=kept.file_name,
        content_type=kept.content_type,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        width=kept.width,
        height=kept.height,
        created_by_id=actor.user_id,
        created_at=now,
        updated_at=now,
    )


@transaction.atomic
def bring(*, actor: Actor, article: Article, attachment_ids: list[int], now: datetime) -> None:
    """Give files that `actor` has sent ahead to their article. Raises `NotFound`, `NotAllowed`."""
    article = checks.lock_article(actor, article.pk)
    waiting = ArticleAttachment.objects.filter(article=None, created_by_id=actor.user_id or 0, pk__in=attachment_ids)
    if waiting.count() != len(set(attachment_ids)):
        raise NotFound
    waiting.update(article=article, updated_at=now)


@transaction.atomic
def remove(*, actor: Actor, attachment: ArticleAttachment) -> None:
    """Let go of a file, and of its bytes once nobody else has them. Raises `NotFound`, `NotAllowed`."""
    if attachment.article_id is not None:
        checks.lock_article(actor, attachment.article_id)
    elif attachment.created_by_id != actor.user_id:
        raise NotFound
    sha256 = attachment.sha256
    attachment.delete()
    uploads.let_go([sha256])


def is_kept(sha256: str) -> bool:
    """Whether any article has a file with these bytes."""
    return ArticleAttachment.objects.filter(sha256=sha256).exists()
