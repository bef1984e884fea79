"""What crosses to a partner, computed in one place. It touches no database and asks nobody.

Sending, the preview and the tests that look for private words all read what these functions give back; nothing else
writes a body for a partner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from adjoin.sharing.crossing import mapping, statuses
from adjoin.sharing.crossing.statuses import Standing
from adjoin.sharing.terms import NAMESPACE, VERSION, CommentsTerm, Terms, wire_status
from adjoin.tickets.terms import TicketStatus

BATCH_MAX_BYTES = 1024 * 1024  # of comments in one request; the rest follows in the next
BATCH_MAX_COMMENTS = 200
CUSTOMER = "Customer"  # what people are called whose names stay
_ADDRESS = re.compile(r"([^\s@<>()\"',;]+)@[\w.-]+\.\w+")
TAKEN_BACK = "Taken back"  # what waits in place of a comment that may have left, until the partner blanks it

Payload = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """An author as a partner sees one: never an address."""

    uuid: str
    name: str
    is_agent: bool


@dataclass(frozen=True)
class File:
    """A file of a comment. Its address is made when the payload leaves, for it does not live long."""

    id: int
    file_name: str
    content_type: str
    size_bytes: int = 0
    is_held: bool = False


@dataclass(frozen=True)
class Said:
    """One comment, ready to be looked at."""

    id: int
    uuid: str
    author: Person
    body: str
    html_body: str
    authored_at: datetime
    is_public: bool
    files: tuple[File, ...] = ()
    is_local: bool = False
    is_held: bool = False
    author_id: int = 0  # here


class Kept(StrEnum):
    """Why something stays here."""

    LOCAL = "local"  # a local note: never, whatever the terms
    HELD = "held"  # somebody held it back, until it is released
    NOTE = "note"  # a private note, and the terms keep those
    FILES = "files"  # a file, and the terms keep those
    TOO_LARGE = "too_large"  # a file, and the terms keep those of its size


@dataclass(frozen=True)
class Facts:
    """A ticket as far as partners are concerned."""

    uuid: str
    number: int  # our own, shown to their agents
    subject: str
    status: str
    requested_at: datetime
    requester: Person | None  # None where nobody asks: only `whole` does
    tags: tuple[str, ...]
    comments: Sequence[Said]
    custom_fields: Mapping[str, Any] = field(default_factory=dict)  # another partner's, passed on
    fields: Mapping[str, Any] = field(default_factory=dict)  # values of our own fields by title, None for empty
    standing: Standing | None = None  # None: where `status` says
    choices: frozenset[str] = frozenset()  # tags that belong to a field, of ours: the field tells them
    told_choices: frozenset[str] = frozenset()  # and what stands among the tags for them all the same

    def told(self, terms: Terms, *, keeps_hold: bool) -> str:
        """Its status as the two sides compare it."""
        return statuses.told(terms, self.standing or Standing(self.status), keeps_hold=keeps_hold)


def kept(said: Said, terms: Terms) -> Kept | None:
    """Why a comment stays here under these terms; None when it crosses."""
    if said.is_local:
        return Kept.LOCAL
    if said.is_held:
        return Kept.HELD
    return None if said.is_public or terms.lets_notes_cross else Kept.NOTE


def kept_file(file: File, terms: Terms) -> Kept | None:
    """Why a file stays here though its comment may cross; None when it goes along."""
    if file.is_held:
        return Kept.HELD
    if not terms.shares_attachments:
        return Kept.FILES
    return None if terms.lets_file(file.size_bytes) else Kept.TOO_LARGE


def values(facts: Facts, terms: Terms, *, keeps_hold: bool) -> dict[str, Any]:
    """Subject, status, tags and fields as the two sides compare them, without what the terms keep here."""
    found: dict[str, Any] = {"subject": facts.subject}
    if terms.syncs_status:
        found["status"] = facts.told(terms, keeps_hold=keeps_hold)
    if terms.syncs_tags:
        found["tags"] = tags(facts, terms)
    return found | mapping.values(facts.fields, terms)


def tags(facts: Facts, terms: Terms) -> list[str]:
    """The tags that cross, sorted."""
    free = {tag for tag in facts.tags if terms.lets_tag(tag)} - facts.choices
    return sorted(free | facts.told_choices)


def whole(facts: Facts, terms: Terms, *, is_sharer: bool, actor: Person | None = None) -> Payload:
    """The ticket with everything that crosses: what a share sends, and what a partner may ask for."""
    assert facts.requester is not None
    payload: Payload = {
        "uuid": facts.uuid,
        "subject": facts.subject,
        "requested_at": wire_moment(facts.requested_at),
        # A new ticket needs some status, also where it does not follow afterwards.
        **_status(facts.told(terms, keeps_hold=True) if terms.syncs_status else facts.status),
        "requester": wire_person(as_shown(facts.requester, terms)),
        "original_id": str(facts.number),
        "comments": list(_comments(facts.comments, terms, is_sharer)),
    }
    return _with_rest(payload, facts, terms, actor)


def news(
    facts: Facts,
    changed: Mapping[str, Any],
    terms: Terms,
    *,
    is_sharer: bool,
    actor: Person | None,
    before: Mapping[str, Any],
) -> Payload:
    """An update: the changed values (of `values`) and the comments in `facts`, which are those not yet sent.

    `before` holds the values last sent or received. Empty when there is nothing to say."""
    comments = list(_comments(facts.comments, terms, is_sharer))
    if not comments and not changed:
        return {}
    plain = {name: value for name, value in changed.items() if not name.startswith(mapping.PREFIX)}
    payload: Payload = {"uuid": facts.uuid, "comments": comments, **plain}
    fields = mapping.on_the_wire(changed, terms)
    ours: Payload = {}
    if "status" in changed:
        payload |= _status(changed["status"])
        if statuses.split(changed["status"])[0] == TicketStatus.HOLD:
            ours["status"] = TicketStatus.HOLD.value
    if "tags" in changed:
        # Two desks may add tags at once: steps can be put together, whole lists would overwrite each other.
        # What stays from now on is not taken away from who had it before.
        stays = facts.choices - facts.told_choices
        old, new = set(filter(terms.lets_tag, before.get("tags") or ())) - stays, set(changed["tags"])
        ours |= {"tags_added": sorted(new - old), "tags_removed": sorted(old - new)}
    if ours or fields:
        named = {mapping.UNDER: fields} if fields else {}
        payload["custom_fields"] = {**named, **({NAMESPACE: ours} if ours else {})}
    if actor is not None:
        payload["current_actor"] = wire_person(as_shown(actor, terms))
    return payload


def ending(by: Person, terms: Terms) -> Payload:
    """Who takes a ticket back, or follows it no more."""
    return {"current_actor": wire_person(as_shown(by, terms))}


def late_file(facts: Facts, file_id: int, uuid: str, terms: Terms, *, is_sharer: bool) -> Payload:
    """A file released after its comment has gone: a comment of its own, for a comment that is known stays as it is.

    `facts` holds the comment. Empty when the file, or what it belongs to, does not cross."""
    for comment in _comments(facts.comments, terms, is_sharer):
        files = [file for file in comment["attachments"] if file["id"] == file_id]
        if files:
            words = files[0]["filename"]
            late = {**comment, "uuid": uuid, "body": words, "html_body": "", "attachments": files}
            return {"uuid": facts.uuid, "comments": [late]}
    return {}


def in_batches(payload: Payload) -> Iterator[Payload]:
    """The payload in pieces a partner can swallow: the first has everything but the later comments."""
    batches = list(_batches(payload.get("comments") or []))
    yield {**payload, "comments": batches[0] if batches else []}
    for batch in batches[1:]:
        yield {"uuid": payload["uuid"], "comments": batch}


def without(payload: Payload, comment_uuid: str, file_id: int | None = None) -> Payload:
    """The payload without that comment, or without one file of it."""
    if "comments" not in payload:
        return payload
    if file_id is None:
        return {**payload, "comments": [one for one in payload["comments"] if one["uuid"] != comment_uuid]}
    return {**payload, "comments": [_without_file(one, comment_uuid, file_id) for one in payload["comments"]]}


def emptied(payload: Payload, comment_uuid: str) -> Payload:
    """The payload with that comment blank: the partner knows it then, should an older request bring it late."""
    blank = {"body": TAKEN_BACK, "html_body": "", "attachments": []}
    said = payload.get("comments") or []
    return {**payload, "comments": [{**one, **blank} if one["uuid"] == comment_uuid else one for one in said]}


def says_nothing(update: Payload) -> bool:
    """Whether an update has become empty: no comment, no value, no step."""
    custom = update.get("custom_fields") or {}
    ours = custom.get(NAMESPACE, {})
    told = update.get("comments") or set(update) - {"uuid", "comments", "custom_fields", "current_actor"}
    return not told and not custom.get(mapping.UNDER) and not set(ours) - {"version", "number", "seen"}


def numbered(payload: Payload, *, number: int, seen: int) -> Payload:
    """The payload with the number of its delivery, so that an Adjoin desk applies it once and knows what crossed it."""
    custom = payload.get("custom_fields") or {}
    ours = {"version": VERSION, "number": number, "seen": seen, **custom.get(NAMESPACE, {})}
    return {**payload, "custom_fields": {**custom, NAMESPACE: ours}}


def as_shown(person: Person, terms: Terms) -> Person:
    """Somebody as the partner may know them: a customer's name may have to stay."""
    return person if person.is_agent or terms.names_requester else replace(person, name=CUSTOMER)


def wire_person(person: Person) -> dict[str, str]:
    """An actor as the wire has it."""
    return {"uuid": person.uuid, "name": wire_name(person.name), "role": "agent" if person.is_agent else "user"}


def wire_name(name: str) -> str:
    """A name without the address that some mail programs put in its place: `rosa` for `rosa@example.com`."""
    return _ADDRESS.sub(r"\1", name)


def wire_moment(at: datetime) -> str:
    """`2026-03-04 10:00:00 +0000`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S %z")


def _status(value: str) -> Payload:
    """A status as the wire has it: the category, and its name where there is one."""
    status, name = statuses.split(value)
    return {"status": wire_status(status), **({"custom_status": name} if name else {})}


def _with_rest(payload: Payload, facts: Facts, terms: Terms, actor: Person | None) -> Payload:
    if actor is not None:
        payload["current_actor"] = wire_person(as_shown(actor, terms))
    if terms.syncs_tags:
        payload["tags"] = tags(facts, terms)
    custom: dict[str, Any] = dict(facts.custom_fields) if terms.syncs_custom_fields else {}
    custom.pop(mapping.UNDER, None)  # the partner's own words of it: ours say what is now
    filled = {name: value for name, value in mapping.values(facts.fields, terms).items() if value is not None}
    if filled:
        custom[mapping.UNDER] = mapping.on_the_wire(filled, terms)
    if terms.syncs_status and statuses.split(facts.told(terms, keeps_hold=True))[0] == TicketStatus.HOLD:
        custom[NAMESPACE] = {"status": TicketStatus.HOLD.value}
    return {**payload, "custom_fields": custom} if custom else payload


def _comments(comments: Iterable[Said], terms: Terms, is_sharer: bool) -> Iterator[Payload]:
    answers_privately = terms.comments == CommentsTerm.PRIVATE and not is_sharer
    for said in comments:
        if kept(said, terms) is None:
            yield {
                "uuid": said.uuid,
                "author": wire_person(as_shown(said.author, terms)),
                "body": said.body,
                "html_body": said.html_body,
                "authored_at": wire_moment(said.authored_at),
                "public": said.is_public and not answers_privately,
                "attachments": [_file(file) for file in said.files if kept_file(file, terms) is None],
            }


def _file(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "filename": file.file_name,
        "display_filename": file.file_name,
        "content_type": file.content_type,
    }


def _without_file(comment: Payload, comment_uuid: str, file_id: int) -> Payload:
    files = [file for file in comment["attachments"] if comment["uuid"] != comment_uuid or file["id"] != file_id]
    return {**comment, "attachments": files}


def _batches(comments: Sequence[Payload]) -> Iterator[list[Payload]]:
    batch: list[Payload] = []
    size = 0
    for comment in comments:
        weight = len(comment["body"].encode()) + len(comment["html_body"].encode())
        if batch and (size + weight > BATCH_MAX_BYTES or len(batch) >= BATCH_MAX_COMMENTS):
            yield batch
            batch, size = [], 0
        batch.append(comment)
        size += weight
    if batch:
        yield batch
