"""How the API describes what it shows of a help center."""

from __future__ import annotations

from ninja import Schema


class ShelfJson(Schema):
    """A category; a section has the last three keys as well.

    `user_segment_id` is ours: whom all that is in the section is kept for, told to those who look after it."""

    id: int
    url: str
    html_url: str
    position: int
    name: str
    description: str
    locale: str
    source_locale: str
    outdated: bool
    created_at: str
    updated_at: str
    category_id: int | None = None
    parent_section_id: int | None = None
    user_segment_id: int | None = None


class ShelfWriteJson(Schema):
    """`name` and `description` are those of the first language; others are translations."""

    name: str | None = None
    description: str | None = None
    locale: str | None = None
    position: int | None = None
    category_id: int | None = None
    parent_section_id: int | None = None
    user_segment_id: int | None = None


class ArticleJson(Schema):
    """An article in one language. A `user_segment_id` of null is everybody, unless `audience` (ours) is empty.

    What comes after that is ours as well, and only for those who look after the article."""

    id: int
    url: str
    html_url: str
    author_id: int | None
    comments_disabled: bool
    draft: bool
    promoted: bool
    position: int
    vote_sum: int
    vote_count: int
    section_id: int
    created_at: str
    updated_at: str
    edited_at: str
    name: str
    title: str
    source_locale: str
    locale: str
    outdated: bool
    outdated_locales: list[str]
    user_segment_id: int | None
    user_segment_ids: list[int]
    permission_group_id: int
    content_tag_ids: list[str]
    label_names: list[str]
    body: str
    audience: str
    owner_id: int | None = None
    verify_every_months: int | None = None
    verify_on: str | None = None
    verified_at: str | None = None
    verified_by_id: int | None = None
    times_read_lately: int | None = None


class ArticleWriteJson(Schema):
    """A new article is a draft unless `draft` is false. Who reads it must be said: null is everybody.

    Ours, of an article that is there: who looks whether it is still true and how often, and `verified` to say it is."""

    title: str | None = None
    body: str | None = None
    locale: str | None = None
    draft: bool | None = None
    user_segment_id: int | None = None
    user_segment_ids: list[int] | None = None
    section_id: int | None = None
    label_names: list[str] | None = None
    promoted: bool | None = None
    position: int | None = None
    comments_disabled: bool | None = None
    owner_id: int | None = None
    verify_every_months: int | None = None
    verified: bool | None = None


class TranslationJson(Schema):
    """The words of something in one language. `publish_at` is ours: when a draft publishes itself."""

    id: int
    url: str
    html_url: str
    source_id: int
    source_type: str
    locale: str
    title: str
    body: str
    outdated: bool
    draft: bool
    hidden: bool
    created_at: str
    updated_at: str
    created_by_id: int | None
    updated_by_id: int | None
    publish_at: str | None


class TranslationWriteJson(Schema):
    """What is left out stays."""

    locale: str | None = None
    title: str | None = None
    body: str | None = None
    draft: bool | None = None
    outdated: bool | None = None
    publish_at: str | None = None


class AttachmentJson(Schema):
    """A file of an article. Its `content_url` is good for those who read the article."""

    id: int
    url: str
    article_id: int | None
    display_file_name: str
    file_name: str
    content_url: str
    relative_path: str
    content_type: str
    size: int
    inline: bool
    locale: str | None
    created_at: str
    updated_at: str


class LabelJson(Schema):
    id: int
    url: str
    name: str
    created_at: str
    updated_at: str


class VoteJson(Schema):
    id: int
    url: str
    user_id: int
    value: int
    item_id: int
    item_type: str
    created_at: str
    updated_at: str


class SegmentJson(Schema):
    """Some people that articles can be kept for."""

    id: int
    name: str
    user_type: str
    group_ids: list[int]
    organization_ids: list[int]
    tags: list[str]
    or_tags: list[str]
    added_user_ids: list[int]
    built_in: bool
    created_at: str
    updated_at: str


class SegmentWriteJson(Schema):
    name: str | None = None
    user_type: str | None = None
    group_ids: list[int] | None = None
    organization_ids: list[int] | None = None
    tags: list[str] | None = None
    or_tags: list[str] | None = None
    added_user_ids: list[int] | None = None


class CommentJson(Schema):
    """A comment of a reader. `state` is ours: `shown`, `held` until somebody approves it, or `hidden`."""

    id: int
    url: str
    html_url: str
    author_id: int | None
    source_type: str
    source_id: int
    locale: str
    body: str
    vote_sum: int
    vote_count: int
    non_author_editor_id: int | None
    non_author_updated_at: str | None
    created_at: str
    updated_at: str
    state: str


class CommentWriteJson(Schema):
    """`state` is for those who look after articles."""

    body: str | None = None
    locale: str | None = None
    state: str | None = None


class SubscriptionJson(Schema):
    """What you follow. `include_comments` is of sections."""

    id: int
    url: str
    user_id: int
    content_id: int
    content_type: str
    locale: str
    include_comments: bool
    created_at: str
    updated_at: str


class SubscriptionWriteJson(Schema):
    locale: str | None = None
    include_comments: bool | None = None
