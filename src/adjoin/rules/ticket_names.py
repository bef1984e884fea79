"""What placeholders know of a ticket, under the names that Zendesk gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from adjoin.accounts import current
from adjoin.fields import queries as fields
from adjoin.fields import statuses, values
from adjoin.rules import names
from adjoin.rules.names import Names, Way
from adjoin.schedules import calendars
from adjoin.schedules import queries as schedules
from adjoin.tickets.terms import Channel, TicketStatus

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField
    from adjoin.people.models import User
    from adjoin.tickets.models import Attachment, Comment, Ticket

PASSAGE_MAX = 20_000  # characters of a comment
COMMENTS_MAX = 50  # in a loop or a conversation, the latest
CONVERSATION_MAX = 40_000  # characters of all of them: what is left out is older
LATEST = ("-audit_id", "-created_at", "-pk")
RULE = "-" * 46
FIELD, TITLE = "ticket_field_", "ticket_field_option_title_"


class TicketNames(Names):
    """The names of a ticket with those of its own fields, `ticket_field_7` and `ticket_field_option_title_7`."""

    own: OwnFields

    def __getitem__(self, name: str) -> Any:
        for prefix, told in ((TITLE, self.own.title), (FIELD, self.own.value)):
            if name.startswith(prefix):
                return told(name.removeprefix(prefix))
        return super().__getitem__(name)

    def but(self, **ways: Way) -> TicketNames:
        found = TicketNames(**{**self._ways, **ways})
        found.own = self.own
        return found


class OwnFields:
    """The ticket's own fields by id; outside only those that end users see. What is unknown or empty is ""."""

    def __init__(self, ticket: Ticket, *, is_inside: bool) -> None:
        self.kept, self.is_inside = ticket.custom_fields, is_inside

    @cached_property
    def _known(self) -> dict[str, TicketField]:
        return {str(one.pk): one for one in fields.own_fields(to_end_users=not self.is_inside)}

    def value(self, number: str) -> Any:
        """What is kept, several with spaces between them."""
        field = self._known.get(number)
        found = self.kept.get(field.key, "") if field else ""
        return " ".join(found) if isinstance(found, list) else found

    def title(self, number: str) -> str:
        """The same as people read it."""
        field = self._known.get(number)
        return values.worded(field, self.kept.get(field.key)) if field else ""


class Conversation:
    """What was said on a ticket, as far as `readable` goes, the latest first."""

    def __init__(self, readable: QuerySet[Comment], person: Callable[[User], Names]) -> None:
        self.readable, self.person = readable, person

    def description(self) -> str:
        """The first that was said in public, which is what the ticket began with."""
        first = self.readable.filter(is_public=True).order_by("created_at", "pk").first()
        return first.body[:PASSAGE_MAX] if first else ""

    def ways(self) -> dict[str, Way]:
        """Every name that has to do with comments. In all forms they are plain text: so is what mails are made of."""
        found: dict[str, Way] = {"description": self.description}
        public = self.readable.filter(is_public=True)
        for name, one, rows in (
            ("comments", "latest_comment", self.readable),
            ("public_comments", "latest_public_comment", public),
        ):
            found |= self._ways(name, one, rows.select_related("author").order_by(*LATEST))
        return found

    def _ways(self, name: str, one: str, rows: QuerySet[Comment]) -> dict[str, Way]:
        @cache
        def latest() -> list[Comment]:
            return list(rows[:1])

        return {
            name: lambda: [self._names(row) for row in rows.prefetch_related("attachments")[:COMMENTS_MAX]],
            f"{name}_formatted": lambda: told(rows[:COMMENTS_MAX]),
            one: lambda: latest()[0].body[:PASSAGE_MAX] if latest() else "",
            **{f"{one}_{form}": lambda: told(latest()) for form in ("formatted", "html", "rich")},
        }

    def _names(self, row: Comment) -> Names:
        said = row.body[:PASSAGE_MAX]
        return Names(
            id=lambda: row.pk,
            author=lambda: self.person(row.author),
            value=lambda: said,
            value_rich=lambda: said,
            is_public=lambda: row.is_public,
            attachments=lambda: [_file(one) for one in row.attachments.all()],
            **names.dates("created_at", row.created_at),
        )


def told(rows: Iterable[Comment]) -> str:
    """Comments one below the other, each with who said it and when (UTC)."""
    parts: list[str] = []
    left = CONVERSATION_MAX
    for row in rows:
        said = row.body[: min(PASSAGE_MAX, left)]
        left -= len(said)
        when = names.day(row.created_at, with_time=True)
        parts.append(f"{RULE}\n\n{row.author.name}, {when}\n\n{said}")
        if not left:
            break
    return "\n\n".join(parts)


def of(
    ticket: Ticket, *, comments: QuerySet[Comment], url: str, is_inside: bool, reader_id: int | None = None
) -> TicketNames:
    """The names of `ticket`. `comments` are those of it that the reader may read, `url` where they read it.

    Outside, that is for end users, there is nothing of what agents keep to themselves."""

    def person(row: User | None) -> Names:
        return names.person(lambda: row, is_inside=is_inside, reader_id=reader_id)

    def copied() -> list[Names]:
        return [person(row) for row in ticket.ccs.order_by("name", "pk")]

    def following() -> list[Names]:
        return [person(row) for row in ticket.followers.order_by("name", "pk")] if is_inside else []

    ways: dict[str, Way] = {
        "id": lambda: ticket.pk,
        "external_id": lambda: ticket.external_id or "" if is_inside else "",
        "title": lambda: ticket.subject,
        "url": lambda: url,
        "link": lambda: url,
        "via": lambda: str(Channel(ticket.channel).label),
        "status": lambda: str(TicketStatus(ticket.status).label) if is_inside else custom_status(ticket, False),
        "custom_status": lambda: custom_status(ticket, is_inside),
        "priority": lambda: ticket.priority or "",
        "ticket_type": lambda: ticket.type or "",
        "ticket_form": lambda: _form(ticket, is_inside=is_inside),
        "tags": lambda: " ".join(ticket.tags) if is_inside else "",
        "account": lambda: current.account().name,
        "brand": lambda: Names(name=lambda: ticket.brand.name if ticket.brand else current.account().name),
        "group": lambda: Names(name=lambda: ticket.group.name if ticket.group else ""),
        "organization": lambda: names.organization(ticket.organization, is_inside=is_inside),
        "requester": lambda: person(ticket.requester).but(
            organization=lambda: names.organization(ticket.organization, is_inside=is_inside)
        ),
        "submitter": lambda: person(ticket.submitter),
        "assignee": lambda: person(ticket.assignee),
        "in_business_hours": lambda: calendars.is_open(schedules.book().calendar(ticket), timezone.now()),
        **dict.fromkeys(("ccs", "email_ccs"), copied),
        **{name: lambda: _listed(copied()) for name in ("cc_names", "email_cc_names")},
        "followers": following,
        "follower_names": lambda: _listed(following()),
    }
    for name in ("due_at", "created_at", "updated_at"):
        ways |= names.dates("due_date" if name == "due_at" else name, getattr(ticket, name))
    found = TicketNames(**ways, **Conversation(comments, person).ways())
    found.own = OwnFields(ticket, is_inside=is_inside)
    return found


def custom_status(ticket: Ticket, is_inside: bool) -> str:
    """Where a ticket stands, in the account's own words for agents or for end users."""
    book = statuses.book()
    words = book.agent_label if is_inside else book.end_user_label
    return words(ticket.status, ticket.custom_status_id)


def _form(ticket: Ticket, *, is_inside: bool) -> str:
    form = fields.form_of(ticket.ticket_form_id)
    return (form.name if is_inside else form.display_name) if form else ""


def _listed(people: Sequence[Names]) -> str:
    return ", ".join(str(one) for one in people)


def _file(row: Attachment) -> Names:
    """Its address asks who comes, and opens for those who may read the comment."""
    return Names(filename=lambda: row.file_name, url=lambda: f"{current.url()}/attachments/token/{row.token}/")
