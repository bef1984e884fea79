"""Articles as the API shows them: Zendesk's keys, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjoin.kernel.api.answers import Json, moment
from adjoin.knowledge import links
from adjoin.knowledge.terms import Audience

if TYPE_CHECKING:
    from adjoin.knowledge.models import (
        Article,
        ArticleAttachment,
        Category,
        Label,
        ReaderComment,
        Section,
        Subscription,
        Translation,
        UserSegment,
        Vote,
    )

PERMISSION_GROUP = 1  # Zendesk's built-in one: those who manage articles


def shelf(row: Category | Section, text: Translation, origin: str) -> Json:
    """A category or section in one language. `origin` is the host the client asks."""
    kind = "categories" if text.category_id else "sections"
    shown: Json = {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/{text.locale}/{kind}/{row.pk}.json",
        "html_url": origin + links.path(kind, row.pk, text.title, text.locale),
        "position": row.position,
        "name": text.title,
        "description": text.body_text,
        "locale": text.locale,
        "source_locale": row.source_locale,
        "outdated": text.is_outdated,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
    return shown


def section(row: Section, text: Translation, origin: str) -> Json:
    """A section in one language."""
    return {
        **shelf(row, text, origin),
        "category_id": row.category_id,
        "parent_section_id": row.parent_id,
        "user_segment_id": row.segment_id,
    }


def article(row: Article, text: Translation, origin: str, outdated_locales: list[str]) -> Json:
    """An article in one language. `row` has its segments and labels loaded."""
    segments = sorted(segment.pk for segment in row.segments.all()) if row.audience == Audience.SEGMENTS else []
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/{text.locale}/articles/{row.pk}.json",
        "html_url": origin + links.of_text(text),
        "author_id": row.author_id,
        "comments_disabled": row.comments_disabled,
        "draft": text.is_draft,
        "promoted": row.is_promoted,
        "position": row.position,
        "vote_sum": row.vote_sum,
        "vote_count": row.vote_count,
        "section_id": row.section_id,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "edited_at": moment(row.edited_at),
        "name": text.title,
        "title": text.title,
        "source_locale": row.source_locale,
        "locale": text.locale,
        "outdated": text.is_outdated,
        "outdated_locales": outdated_locales,
        "user_segment_id": segments[0] if segments else None,
        "user_segment_ids": segments,
        "permission_group_id": PERMISSION_GROUP,
        "content_tag_ids": [],
        "label_names": sorted(label.name for label in row.labels.all()),
        "body": text.body,
        "audience": row.audience,
    }


def kept_true(row: Article, times_read_lately: int) -> Json:
    """What those who look after an article see of it besides: all of it is ours."""
    return {
        "owner_id": row.owner_id,
        "verify_every_months": row.verify_every_months,
        "verify_on": row.verify_on.isoformat() if row.verify_on else None,
        "verified_at": moment(row.verified_at),
        "verified_by_id": row.verified_by_id,
        "times_read_lately": times_read_lately,
    }


def translation(row: Translation, origin: str) -> Json:
    """The words of an article, section or category in one language."""
    kind = "article" if row.article_id else "section" if row.section_id else "category"
    plural = {"article": "articles", "section": "sections", "category": "categories"}[kind]
    source_id = row.article_id or row.section_id or row.category_id or 0
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/{plural}/{source_id}/translations/{row.locale}.json",
        "html_url": origin + links.path(plural, source_id, row.title, row.locale),
        "source_id": source_id,
        "source_type": kind.capitalize(),
        "locale": row.locale,
        "title": row.title,
        "body": row.body,
        "outdated": row.is_outdated,
        "draft": row.is_draft,
        "hidden": False,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "created_by_id": row.created_by_id,
        "updated_by_id": row.updated_by_id,
        "publish_at": moment(row.publish_at),
    }


def attachment(row: ArticleAttachment, origin: str) -> Json:
    """A file of an article."""
    path = links.of_file(row)
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/articles/attachments/{row.pk}.json",
        "article_id": row.article_id,
        "display_file_name": row.file_name,
        "file_name": row.file_name,
        "content_url": origin + path,
        "relative_path": path,
        "content_type": row.content_type,
        "size": row.size_bytes,
        "inline": row.is_inline,
        "locale": row.locale or None,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def label(row: Label, origin: str) -> Json:
    """A word that articles are labelled with."""
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/articles/labels/{row.pk}.json",
        "name": row.name,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def vote(row: Vote, origin: str) -> Json:
    """What somebody thinks of an article."""
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/votes/{row.pk}.json",
        "user_id": row.user_id,
        "value": row.value,
        "item_id": row.article_id,
        "item_type": "Article",
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def segment(row: UserSegment) -> Json:
    """Some people that articles can be kept for."""
    return {
        "id": row.pk,
        "name": row.name,
        "user_type": row.user_type,
        "group_ids": row.group_ids,
        "organization_ids": row.organization_ids,
        "tags": row.tags,
        "or_tags": row.or_tags,
        "added_user_ids": row.added_user_ids,
        "built_in": row.is_built_in,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def comment(row: ReaderComment, origin: str) -> Json:
    """What a reader said below an article. Votes on comments are not there."""
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/{row.locale}/articles/{row.article_id}/comments/{row.pk}.json",
        "html_url": f"{origin}/hc/{row.locale}/articles/{row.article_id}/#comment-{row.pk}",
        "author_id": row.author_id,
        "source_type": "Article",
        "source_id": row.article_id,
        "locale": row.locale,
        "body": row.body,
        "vote_sum": 0,
        "vote_count": 0,
        "non_author_editor_id": row.edited_by_id,
        "non_author_updated_at": moment(row.edited_at),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "state": row.state,
    }


def subscription(row: Subscription, origin: str) -> Json:
    """What somebody follows: `content_type` is `Article` or `Section`."""
    kind = "article" if row.article_id else "section"
    content_id = row.article_id or row.section_id or 0
    return {
        "id": row.pk,
        "url": f"{origin}/api/v2/help_center/{row.locale}/{kind}s/{content_id}/subscriptions/{row.pk}.json",
        "user_id": row.user_id,
        "content_id": content_id,
        "content_type": kind.capitalize(),
        "locale": row.locale,
        "include_comments": row.include_comments,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
