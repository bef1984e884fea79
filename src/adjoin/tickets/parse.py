"""What API clients write about a ticket, as `tickets.actions` takes it. People named by address are found or made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, TooManyValues
from adjoin.kernel.wording import say
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.tickets import follow_ups, hooks
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Ticket

PLAIN = {
    *("subject", "status", "priority", "type", "requester_id", "assignee_id", "group_id", "organization_id"),
    *("brand_id", "tags", "problem_id", "ticket_form_id", "custom_fields", "custom_status_id"),
}
KNOWN = PLAIN | {
    *("external_id", "due_at", "assignee_email", "requester", "submitter_id", "comment", "description", "metadata"),
    *("collaborators", "collaborator_ids", "additional_collaborators", "email_ccs", "followers"),
    *("additional_tags", "remove_tags", "safe_update", "updated_stamp", "fields"),
}
PEOPLE_MAX = 100  # named in one list
COLLABORATORS = ("collaborators", "collaborator_ids", "additional_collaborators")


@dataclass
class TicketWrite:
    """A body, understood. `fields` are for `tickets.actions`; `ignored` names keys that meant nothing."""

    fields: dict[str, Any] = field(default_factory=dict)
    comment: NewComment | None = None
    submitter_id: int | None = None
    unless_changed_since: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def ticket(data: Mapping[str, Any], *, existing: Ticket | None, now: datetime) -> TicketWrite:
    """A `ticket` body. `existing` is the ticket it changes, None for a new one. Raises `Invalid`, `TooManyValues`."""
    known = KNOWN | set(hooks.field_writers) | ({follow_ups.FIELD} if existing is None else set())
    write = TicketWrite(ignored=reading.unknown_to(data, known, "ticket"))
    write.fields = {name: data[name] for name in data if name in PLAIN or name in hooks.field_writers}
    if data.get("fields") is not None:  # another name for the same
        write.fields.setdefault("custom_fields", data["fields"])
    if write.fields.get("custom_fields", ()) is None:
        del write.fields["custom_fields"]
    if "external_id" in data:
        write.fields["external_id"] = _external_id(data["external_id"])
    if "due_at" in data:
        write.fields["due_at"] = reading.moment("due_at", data["due_at"])
    if data.get("submitter_id") is not None:
        write.submitter_id = _existing("submitter_id", data["submitter_id"])
    _name_people(write, data, now)
    _tag(write, data, existing)
    _copy(write, data, existing, now)
    write.comment = _comment_of(data, existing, write.submitter_id)
    write.unless_changed_since = stamp(data)
    if isinstance(custom := data.get("metadata"), dict):
        write.metadata = {"custom": custom}
    return write


def comment(data: Any, *, is_public: bool = True, author_id: int | None = None) -> NewComment:
    """A `comment`: its text, or an object with `body` or `html_body`; `local_only` keeps a note from every partner.

    Raises `Invalid`."""
    if isinstance(data, str):
        data = {"body": data}
    if not isinstance(data, dict):
        raise Invalid.field("comment", say("Comment: must be an object"))
    if data.get("author_id") is not None:
        author_id = _existing("author_id", data["author_id"])
    if data.get("public") is not None:
        is_public = reading.flag("public", data["public"])
    is_local = data.get("local_only") is not None and reading.flag("local_only", data["local_only"])
    if is_local and data.get("public") is not None and is_public:
        raise Invalid.field("local_only", say("Local only: a comment that is public does not stay on this desk"))
    return NewComment(
        body=reading.text("comment", data.get("body") or data.get("value")),
        html_body=reading.text("comment", data.get("html_body")),
        is_public=is_public and not is_local,
        is_local=is_local,
        author_id=author_id,
        upload_tokens=tuple(_tokens(data.get("uploads"))),
    )


def person(value: Any, field_name: str, now: datetime) -> int:
    """The id of somebody given by id, by address, or as `{"name", "email"}`; made if nobody has that address.

    Raises `Invalid`."""
    if isinstance(value, dict):
        email, name = value.get("email"), value.get("name")
        if not isinstance(email, str) or not isinstance(name, str | None):
            raise Invalid.field(field_name, say("Email: cannot be blank"), "BlankValue")
        return people.find_or_create_end_user(email=email, name=name or "", now=now).pk
    if isinstance(value, str) and "@" in value:
        return people.find_or_create_end_user(email=value, name="", now=now).pk
    return _existing(field_name, value)


def words(field_name: str, value: Any) -> list[str]:
    """Tags as a list, or as text with blanks between; null is none. Raises `Invalid`."""
    if isinstance(value, str):
        return value.split()
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise Invalid.field(field_name, say("Tags: must be a list of words"))
    return value


def stamp(data: Mapping[str, Any]) -> datetime | None:
    """The moment of a `safe_update`: what the client saw as `updated_at`. None when it does not ask for one.

    Raises `Invalid`."""
    if not data.get("safe_update") or not reading.flag("safe_update", data["safe_update"]):
        return None
    seen = reading.moment("updated_stamp", data.get("updated_stamp"))
    if seen is None:
        raise Invalid.field("updated_stamp", say("Updated stamp: is needed for a safe update"), "BlankValue")
    return seen.replace(microsecond=0)


def _name_people(write: TicketWrite, data: Mapping[str, Any], now: datetime) -> None:
    if data.get("requester") is not None:
        if not isinstance(data["requester"], dict):
            raise Invalid.field("requester", say("Requester: must be an object with an email"))
        write.fields["requester_id"] = person(data["requester"], "requester", now)
    if isinstance(email := data.get("assignee_email"), str) and email:
        assignee = User.objects.with_email(email.replace("\x00", "")).first()
        if assignee is None:
            raise Invalid.field("assignee_email", say("Assignee: is nobody here"))
        write.fields["assignee_id"] = assignee.pk


def _tag(write: TicketWrite, data: Mapping[str, Any], existing: Ticket | None) -> None:
    if "additional_tags" not in data and "remove_tags" not in data:
        return
    tags = set(words("tags", write.fields.get("tags", existing.tags if existing else [])))
    tags |= set(words("additional_tags", data.get("additional_tags")))
    write.fields["tags"] = sorted(tags - set(words("remove_tags", data.get("remove_tags"))))


def _copy(write: TicketWrite, data: Mapping[str, Any], existing: Ticket | None, now: datetime) -> None:
    """Who is copied and who follows, out of the several forms in which that can be said."""
    if all(data.get(name) is None for name in (*COLLABORATORS, "email_ccs", "followers")):
        return
    ccs = _still_here(existing.copied) if existing else set()
    followers = _still_here(existing.followed) if existing else set()
    for name in COLLABORATORS:
        if data.get(name) is None:
            continue
        named = {person(value, name, now) for value in _list(name, data[name])}
        agents = set(User.objects.agents().filter(pk__in=named).values_list("pk", flat=True))
        is_added = name == "additional_collaborators"
        ccs = (ccs if is_added else set()) | (named - agents)
        followers = (followers if is_added else set()) | agents
        write.fields.update(ccs=ccs, followers=followers)
    if data.get("email_ccs") is not None:
        write.fields["ccs"] = _changed(ccs, "email_ccs", data["email_ccs"], now)
    if data.get("followers") is not None:
        write.fields["followers"] = _changed(followers, "followers", data["followers"], now)


def _changed(current: set[int], name: str, entries: Any, now: datetime) -> set[int]:
    """`current` after entries of the form `{"user_id" | "user_email", "user_name", "action": "put" | "delete"}`."""
    result = set(current)
    for entry in _list(name, entries):
        if not isinstance(entry, dict):
            entry = {"user_id": entry}
        email = entry.get("user_email")
        if entry.get("action", "put") != "delete":
            who = entry.get("user_id") if not email else {"email": email, "name": entry.get("user_name")}
            result.add(person(who, name, now))
        elif isinstance(email, str):
            result -= set(User.objects.with_email(email.replace("\x00", "")).values_list("pk", flat=True))
        else:
            result.discard(_existing(name, entry.get("user_id")))
    return result


def _still_here(links: Any) -> set[int]:
    """The people of a ticket's copies or follows who can be named again: the deleted and partners' are left alone."""
    return set(links.filter(user__is_active=True, user__partner_name="").values_list("user_id", flat=True))


def _comment_of(data: Mapping[str, Any], existing: Ticket | None, submitter_id: int | None) -> NewComment | None:
    said = data.get("comment")
    if existing is not None:
        return None if said is None else comment(said, is_public=existing.is_public)
    if said is None and data.get("description"):
        said = reading.text("description", data["description"])
    return None if said is None else comment(said, author_id=submitter_id)


def _existing(field_name: str, value: Any) -> int:
    pk = reading.whole_number(value)
    if pk is None or not User.objects.active().filter(pk=pk).exists():
        raise Invalid.field(
            field_name,
            say("%(field_name)s: %(value)s is nobody here") % {"field_name": field_name, "value": str(value)[:40]},
        )
    return pk


def _external_id(value: Any) -> str | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise Invalid.field("external_id", say("External id: must be text"))
    return None if value is None else str(value)


def _tokens(value: Any) -> list[str]:
    tokens = [value] if isinstance(value, str) else value or []
    if not isinstance(tokens, list) or not all(isinstance(token, str) and "\x00" not in token for token in tokens):
        raise Invalid.field("uploads", say("Uploads: must be a list of tokens"))
    return tokens


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Invalid.field(name, say("%(name)s: must be a list") % {"name": name})
    if len(value) > PEOPLE_MAX:
        raise TooManyValues(PEOPLE_MAX)
    return value
