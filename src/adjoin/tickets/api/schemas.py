"""What the OpenAPI document says of tickets and what belongs to them. A test holds the answers to it, key by key."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class ViaJson(Schema):
    """The way something came in."""

    channel: str
    source: dict[str, Any]


class TicketJson(Schema):
    """One request for help."""

    url: str
    id: int
    external_id: str | None
    via: ViaJson
    created_at: str
    updated_at: str
    generated_timestamp: int
    type: str | None
    subject: str
    raw_subject: str
    description: str
    priority: str | None
    status: str
    recipient: str | None
    requester_id: int
    submitter_id: int
    assignee_id: int | None
    organization_id: int | None
    group_id: int | None
    collaborator_ids: list[int]
    follower_ids: list[int]
    email_cc_ids: list[int]
    forum_topic_id: int | None
    problem_id: int | None
    has_incidents: bool
    is_public: bool
    due_at: str | None
    tags: list[str]
    custom_fields: list[dict[str, Any]]
    satisfaction_rating: dict[str, Any] | None
    sharing_agreement_ids: list[int]
    custom_status_id: int | None
    fields: list[dict[str, Any]]
    followup_ids: list[int]
    ticket_form_id: int | None
    brand_id: int | None
    allow_channelback: bool
    allow_attachments: bool
    from_messaging_channel: bool


class CommentWriteJson(Schema):
    """Something to say. Give `body` (plain text) or `html_body`. `local_only` makes it a note that no partner gets."""

    body: str | None = None
    html_body: str | None = None
    public: bool = True
    local_only: bool = False
    author_id: int | None = None
    uploads: list[str] = []


class TicketWriteJson(Schema):
    """What can be written on a ticket; all of it optional."""

    subject: str | None = None
    comment: CommentWriteJson | None = None
    requester: dict[str, str] | None = None
    requester_id: int | None = None
    submitter_id: int | None = None
    assignee_id: int | None = None
    assignee_email: str | None = None
    group_id: int | None = None
    organization_id: int | None = None
    brand_id: int | None = None
    status: str | None = None
    custom_status_id: int | None = None
    priority: str | None = None
    type: str | None = None
    due_at: str | None = None
    external_id: str | None = None
    tags: list[str] | None = None
    additional_tags: list[str] | None = None
    remove_tags: list[str] | None = None
    collaborators: list[int | str | dict[str, str]] | None = None
    email_ccs: list[dict[str, Any]] | None = None
    followers: list[dict[str, Any]] | None = None
    sharing_agreement_ids: list[int] | None = None
    problem_id: int | None = None
    ticket_form_id: int | None = None
    custom_fields: list[dict[str, Any]] | None = None
    macro_ids: list[int] | None = None
    metadata: dict[str, Any] | None = None
    safe_update: bool | None = None
    updated_stamp: str | None = None


class AttachmentJson(Schema):
    """A file."""

    url: str
    id: int
    file_name: str
    content_url: str
    mapped_content_url: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    inline: bool
    deleted: bool
    malware_access_override: bool
    malware_scan_result: str
    thumbnails: list[dict[str, Any]]


class CommentJson(Schema):
    """One thing said on a ticket."""

    id: int
    type: str
    author_id: int
    body: str
    html_body: str
    plain_body: str
    public: bool
    attachments: list[AttachmentJson]
    audit_id: int
    via: ViaJson
    created_at: str
    metadata: dict[str, Any]
    local_only: bool | None = None


class AuditJson(Schema):
    """All that one update did to a ticket."""

    id: int
    ticket_id: int
    created_at: str
    author_id: int
    metadata: dict[str, Any]
    events: list[dict[str, Any]]
    via: ViaJson


class UploadJson(Schema):
    """Files sent ahead of the comment they belong to."""

    token: str
    expires_at: str
    attachments: list[AttachmentJson]
    attachment: AttachmentJson | None


class CountJson(Schema):
    """How many there are, and when that was counted."""

    value: int
    refreshed_at: str | None


class MergeJson(Schema):
    """Which tickets to merge into this one, and what to say."""

    ids: list[int]
    target_comment: str | None = None
    source_comment: str | None = None
    target_comment_is_public: bool = False
    source_comment_is_public: bool = False


class RedactionJson(Schema):
    """The words to take out, exactly as they stand."""

    text: str


class CommentRedactionJson(Schema):
    """The comment with `<redact>` and `</redact>` around what is to go."""

    ticket_id: int
    html_body: str


class DeletedTicketJson(Schema):
    """A ticket that was deleted, and by whom."""

    id: int
    subject: str
    description: str
    actor: dict[str, Any]
    deleted_at: str
    previous_state: str
