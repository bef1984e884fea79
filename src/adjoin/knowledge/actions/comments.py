"""What readers say below articles, and looking after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from adjoin.kernel import counters, outbox, record, text
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound, TooMany
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge import access
from adjoin.knowledge.actions import checks
from adjoin.knowledge.models import Article, CommentSettings, ReaderComment
from adjoin.knowledge.terms import CommentsPolicy, CommentState
from adjoin.knowledge.terms import locale as checked_locale

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

BODY_MAX_BYTES = 16_384
FLOOD = ((timedelta(minutes=10), 5), (timedelta(days=1), 40))  # comments of one person
COMMENTED = "article.commented"


@transaction.atomic
def write_comment(
    *, actor: Actor, brand: Brand, article_id: int, body: str, locale: str, now: datetime, is_html: bool = False
) -> ReaderComment:
    """A comment on an article `actor` reads. It may have to wait until somebody approves it: see its `state`.

    Raises `NotFound`, `NotAllowed` for anonymous and where no comments are taken, `Invalid`, `TooMany`."""
    article = access.readable_articles(actor, brand).filter(pk=article_id).first()
    if article is None:
        raise NotFound
    if actor.user_id is None:
        raise NotAllowed(say("Sign in to comment."))
    if not takes_comments(brand, article):
        raise NotAllowed(say("This article takes no comments."))
    looks_after = access.manages(actor, brand)
    if not looks_after:
        _stem_flood(actor.user_id, now)
    row = ReaderComment.objects.create(
        article=article,
        author_id=actor.user_id,
        locale=checked_locale(locale),
        body=_body(body, is_html=is_html),
        state=CommentState.SHOWN if looks_after else _first_state(access.policy_of(brand), actor.user_id),
        created_at=now,
        updated_at=now,
    )
    if row.state == CommentState.SHOWN:
        outbox.publish(COMMENTED, comment_id=row.pk, article_id=article.pk, user_id=row.author_id)
    return row


@transaction.atomic
def change_comment(
    *, actor: Actor, brand: Brand, comment_id: int, body: str, now: datetime, is_html: bool = False
) -> ReaderComment:
    """Other words, by its author or whoever looks after the articles. Where each comment waits, it waits again.

    Raises `NotFound`, `NotAllowed`, `Invalid`."""
    row = _locked(actor, brand, comment_id)
    looks_after = access.manages(actor, brand)
    if row.author_id != actor.user_id and not looks_after:
        raise NotAllowed(say("Only whoever wrote a comment changes it."))
    row.body, row.updated_at = _body(body, is_html=is_html), now
    if row.author_id != actor.user_id:
        row.edited_by_id, row.edited_at = actor.user_id, now
    elif not looks_after and access.policy_of(brand) == CommentsPolicy.HELD:
        row.state = CommentState.HELD
    row.save()
    return row


@transaction.atomic
def moderate(*, actor: Actor, brand: Brand, comment_id: int, state: str, now: datetime) -> ReaderComment:
    """Show a comment, or hide it. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    checks.require(actor, brand)
    row = _locked(actor, brand, comment_id)
    if state not in (CommentState.SHOWN, CommentState.HIDDEN):
        raise Invalid.field("state", say("A comment is shown or hidden."))
    if row.state == state:
        return row
    had_waited = row.state == CommentState.HELD
    row.state, row.updated_at = CommentState(state), now
    row.save(update_fields=["state", "updated_at"])
    if had_waited and row.state == CommentState.SHOWN:
        outbox.publish(COMMENTED, comment_id=row.pk, article_id=row.article_id, user_id=row.author_id)
    return row


@transaction.atomic
def delete_comment(*, actor: Actor, brand: Brand, comment_id: int) -> None:
    """Take a comment away for good: its author may, and whoever looks after the articles.

    Raises `NotFound`, `NotAllowed`."""
    row = _locked(actor, brand, comment_id)
    if row.author_id != actor.user_id and not access.manages(actor, brand):
        raise NotAllowed(say("Only whoever wrote a comment deletes it."))
    row.delete()


@transaction.atomic
def choose_policy(*, actor: Actor, brand: Brand, policy: str, now: datetime) -> None:
    """What the brand does with comments from now on. Raises `Invalid`, `NotAllowed`."""
    checks.require(actor, brand)
    if policy not in CommentsPolicy.values:
        raise Invalid.field("policy", say("Choose what happens to comments."))
    before = access.policy_of(brand)
    CommentSettings.objects.update_or_create(brand=brand, defaults={"policy": policy, "updated_at": now})
    record.changed(Did.UPDATED, "brand", brand.pk, brand.name, now=now, article_comments=(before.value, policy))


def takes_comments(brand: Brand, article: Article) -> bool:
    """Whether anybody may comment on it now."""
    return not article.comments_disabled and access.policy_of(brand) != CommentsPolicy.OFF


def _locked(actor: Actor, brand: Brand, comment_id: int) -> ReaderComment:
    rows = access.readable_comments(actor, brand).select_for_update(of=("self",))
    found = rows.filter(pk=comment_id).first()
    if found is None:
        raise NotFound
    if actor.user_id is None:
        raise NotAllowed(say("Sign in to do that."))
    return found


def _first_state(policy: CommentsPolicy, user_id: int) -> CommentState:
    if policy == CommentsPolicy.OPEN:
        return CommentState.SHOWN
    is_known = ReaderComment.objects.filter(author_id=user_id, state=CommentState.SHOWN).exists()
    return CommentState.SHOWN if policy == CommentsPolicy.NEW_HELD and is_known else CommentState.HELD


def _stem_flood(user_id: int, now: datetime) -> None:
    """Raises `TooMany`. Comments that were deleted again count, too: followers have had their mails."""
    for stretch, most in FLOOD:
        seconds = int(stretch.total_seconds())
        written = counters.count(f"reader-comments:{seconds}:{user_id}", now, seconds)
        recent = ReaderComment.objects.filter(author_id=user_id, created_at__gt=now - stretch)
        if written > most or recent.count() >= most:
            sentence = say("That is many comments in a short time. Wait a while, then write on.")
            raise TooMany(sentence, retry_after_seconds=seconds)


def _body(given: str, *, is_html: bool) -> str:
    cleaned = text.safe_html(given) if is_html else text.html_from_plain(text.plain(given))
    if not text.plain_from_html(cleaned).strip():
        raise Invalid.field("body", say("Write something first."), "BlankValue")
    if len(cleaned.encode()) > BODY_MAX_BYTES:
        raise Invalid.field("body", say("That is too long for a comment."), "TooLong")
    return cleaned
