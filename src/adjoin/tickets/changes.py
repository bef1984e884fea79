"""One update while it happens: the ticket in memory, what was said, and every event so far.

Doors and rules change a ticket only through a `Change`, so whatever they do becomes an event of the one audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adjoin.fields import statuses
from adjoin.kernel import rows, text
from adjoin.tickets.terms import Channel, TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Attachment, Audit, Comment, Ticket

FIELDS = (  # what `Change.set` takes, in the order in which a new ticket's audit lists them
    "subject",
    "status",
    "custom_status_id",
    "priority",
    "type",
    "requester_id",
    "assignee_id",
    "group_id",
    "organization_id",
    "brand_id",
    "external_id",
    "due_at",
    "tags",
    "problem_id",
    "is_confidential",
    "ticket_form_id",
)
TAGS_MAX = 1000
TAG_MAX_LENGTH = 255


@dataclass(frozen=True)
class Via:
    """The way something came in, as the API shows it: `{"channel": …, "source": …}`."""

    channel: Channel
    source: dict[str, Any] = field(default_factory=dict)


@dataclass
class NewComment:
    """A comment on its way in. Give `body` (plain) or `html_body`; the other is made from it."""

    body: str = ""
    html_body: str = ""
    is_public: bool = True
    is_local: bool = False  # a note that never leaves this desk; then it is private
    author_id: int | None = None  # None: the actor
    upload_tokens: tuple[str, ...] = ()
    created_at: datetime | None = None  # None: now; a partner's comment keeps its own moment
    key: str = ""  # how the caller finds the row again in `Change.written_comments`
    via: Via | None = None  # None: that of the update
    fill: Callable[[Change], str] | None = (
        None  # makes the body once the ticket is written; until then it is a template
    )
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def is_by_people(self) -> bool:
        """Whether somebody said it, and not a rule, whose words answer nobody in what is measured."""
        return self.via is None or self.via.channel != Channel.RULE

    def fill_in(self, change: Change) -> None:
        """Give it the words that are written, where they were a template."""
        if self.fill is not None:
            self.body, self.html_body = self.fill(change), ""
            self.__post_init__()

    def __post_init__(self) -> None:
        if self.html_body:
            self.html_body = text.cut(text.safe_html(self.html_body))
            self.body = text.plain_from_html(self.html_body)
        else:
            self.body = text.cut(text.plain(self.body).strip())
            self.html_body = text.html_from_plain(self.body)


@dataclass
class NewEvent:
    """An event of the audit to be."""

    type: str
    data: dict[str, Any]
    comment: NewComment | None = None


class Change:
    """An update of one ticket in the making.

    `before` holds the fields as they were (None while creating). `ticket` already has the new values."""

    def __init__(self, *, ticket: Ticket, actor: Actor, now: datetime, via: Via, is_create: bool) -> None:
        self.ticket = ticket
        self.actor = actor
        self.now = now
        self.via = via
        self.is_create = is_create
        self.before: dict[str, Any] = {} if is_create else {name: _copy(getattr(ticket, name)) for name in FIELDS}
        # Values of the account's own fields; never changed in place, so what was is what was kept here.
        self.before |= {} if is_create else {"custom_fields": ticket.custom_fields}
        self.in_step = ({}, []) if is_create else (ticket.custom_fields, ticket.tags)  # for `custom_fields`
        self.settled = None if is_create else (ticket.ticket_form_id, ticket.brand_id)  # for `form_rules`
        # Every column as it is written, so that only what moves is written again.
        self._written = {} if is_create else {name: _copy(getattr(ticket, name)) for name in rows.names(type(ticket))}
        self.comments: list[NewComment] = []
        self.events: list[NewEvent] = []
        self.metadata: dict[str, Any] = {}
        self.ccs: set[int] | None = None  # None: as they are
        self.followers: set[int] | None = None
        self.audit: Audit | None = None  # once written
        self.written_comments: dict[str, Comment] = {}  # by `NewComment.key`, once written
        self._then: list[Callable[[Change], None]] = []

    @property
    def moved(self) -> list[str]:
        """The columns of a ticket that is there which are others than before this update."""
        return [name for name, value in self._written.items() if getattr(self.ticket, name) != value]

    @property
    def author_id(self) -> int | None:
        return self.actor.user_id

    @cached_property
    def statuses(self) -> statuses.Book:
        """The account's statuses, asked for once."""
        return statuses.book()

    @property
    def custom_status_id(self) -> int | None:
        """The id of the status that the ticket has now, also where that is a standard one."""
        return self.statuses.id_of(self.ticket.status, self.ticket.custom_status_id)

    @property
    def previous_custom_status_id(self) -> int | None:
        """The one it had before this update; None while creating."""
        return self.statuses.id_of(self.was("status"), self.was("custom_status_id")) if self.before else None

    def was(self, name: str) -> Any:
        """The field's value before this update; None while creating."""
        return self.before.get(name)

    def has_changed(self, name: str) -> bool:
        """Whether the field differs from before. While creating, any set value counts, as Zendesk has it."""
        value = getattr(self.ticket, name)
        return value not in (None, "", [], {}) if self.is_create else value != self.before[name]

    def set(self, name: str, value: Any, *, rule: dict[str, Any] | None = None) -> bool:
        """Give a field a value and record it; returns whether it differed. `rule` is the `via` of a rule.

        Another status brings the default custom one of its category, a custom status the category it is of."""
        if name not in FIELDS:
            raise KeyError(name)
        if name == "status":
            if value == self.ticket.status:
                return False
            kept = self.ticket.custom_status_id if value == TicketStatus.CLOSED else self.statuses.default(value)
            return self._set_status(value, kept, rule)
        if name == "custom_status_id":
            row = self.statuses.by_id.get(value or 0)
            if row is None or self.ticket.status == TicketStatus.CLOSED:
                return False
            return self._set_status(row.status_category, self.statuses.kept(row.pk), rule)
        old = getattr(self.ticket, name)
        if old == value:
            return False
        setattr(self.ticket, name, value)
        self._tell(name, value, old, rule)
        return True

    def _set_status(self, status: str, kept: int | None, rule: dict[str, Any] | None) -> bool:
        """Both at once. Between standard statuses the category alone says what happened."""
        old, before = (self.ticket.status, self.ticket.custom_status_id), self.custom_status_id
        self.ticket.status, self.ticket.custom_status_id = status, kept
        if old[0] != status:
            self._tell("status", status, old[0], rule)
        if old[1] != kept:
            self._tell("custom_status_id", self.custom_status_id, before, rule)
        return old != (status, kept)

    def _tell(self, name: str, value: Any, old: Any, rule: dict[str, Any] | None) -> None:
        if not self.is_create:
            self.record("Change", rule=rule, field_name=name, value=wire(value), previous_value=wire(old))
        elif rule is not None:
            self.record("Create", rule=rule, field_name=name, value=wire(value))

    def set_custom(self, field_id: int, value: Any, *, rule: dict[str, Any] | None = None) -> bool:
        """Give a field that the account has added a value (None or False: empty); returns whether it differed.

        Empty ones are not kept. The event names the field by its id, as Zendesk has it."""
        key, kept = str(field_id), self.ticket.custom_fields
        value = None if value is False or value == "" or value == [] else value
        old = kept.get(key)
        if old == value:
            return False
        others = {name: one for name, one in kept.items() if name != key}
        self.ticket.custom_fields = others if value is None else {**others, key: value}
        self._tell(key, value, old, rule)
        return True

    def add_tags(self, tags: Iterable[str], *, rule: dict[str, Any] | None = None) -> bool:
        """Add tags; returns whether any was new."""
        return self.set("tags", clean_tags([*self.ticket.tags, *tags]), rule=rule)

    def remove_tags(self, tags: Iterable[str], *, rule: dict[str, Any] | None = None) -> bool:
        """Remove tags; returns whether any was there."""
        gone = set(clean_tags(tags))
        return self.set("tags", [tag for tag in self.ticket.tags if tag not in gone], rule=rule)

    def say(self, comment: NewComment, *, rule: dict[str, Any] | None = None) -> None:
        """Add a comment. `rule` is the `via` of a rule that says it."""
        self.comments.append(comment)
        self.events.append(NewEvent("Comment", {"via": rule} if rule else {}, comment))

    def record(self, type_: str, *, rule: dict[str, Any] | None = None, **data: Any) -> None:
        """Add an event to the audit."""
        self.events.append(NewEvent(type_, {**data, "via": rule} if rule else data))

    def then(self, step: Callable[[Change], None]) -> None:
        """Have `step(change)` run inside the same transaction, once the rows are written."""
        self._then.append(step)

    def run_then(self) -> None:
        """Run the steps asked for with `then`, also those a step asks for."""
        while self._then:
            self._then.pop(0)(self)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.is_create or self.events or self._then)


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags as we keep them: lower case, no spaces, each once, sorted; at most 1,000 of 255 characters."""
    words = (
        word[:TAG_MAX_LENGTH] for tag in tags for word in text.one_line(str(tag)).lower().replace(",", " ").split()
    )
    return sorted(set(words))[:TAGS_MAX]


def wire(value: Any) -> Any:
    """A field's value as events show it: strings even for ids, lists for tags, null for nothing."""
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _copy(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
