"""What people do with their own requests. Each becomes one update through `tickets.actions`.

Whoever acts does so as an end user of one brand: an agent who asks for help is a customer like any other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.brands import admission
from adjoin.help_center import requests
from adjoin.kernel import text
from adjoin.kernel.errors import DeskError, Invalid, NotAllowed
from adjoin.kernel.wording import say
from adjoin.people.actions import clean_email
from adjoin.suspended import actions as suspended
from adjoin.suspended import files as suspended_files
from adjoin.suspended import tasks
from adjoin.suspended.models import SuspendedTicket
from adjoin.tickets import actions as tickets
from adjoin.tickets import follow_ups
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.terms import Channel, TicketStatus

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.tickets.models import Ticket

_BLANK = {
    "subject": gettext_noop("Subject: cannot be blank"),
    "description": gettext_noop("Description: cannot be blank"),
}


def file_request(
    *,
    actor: Actor,
    brand: Brand,
    subject: str,
    body: str,
    now: datetime,
    upload_tokens: Iterable[str] = (),
    organization_id: int | None = None,
    cc_emails: Iterable[str] = (),
    html_body: str = "",
    is_confidential: bool = False,
    followup_of: int | None = None,
    via: Via,
    **fields: Any,
) -> Ticket:
    """A new request of `actor` in `brand`, for one of their organizations (None: their default one).

    What that organization shares does not reach a confidential one: it is for `actor` and the people copied.
    Give `body`, or `html_body` instead. `followup_of` is the number of a closed request that it goes on from. `fields`
    may be `priority`, `type`, `due_at`, `ticket_form_id` and `custom_fields`. Raises `NotAllowed` for anonymous,
    `Invalid` for an empty subject or text, an organization that is not theirs or an address that is no colleague's."""
    person = actor.as_end_user(brand.pk)
    requester_id = _id_of(person)
    said = NewComment(body=body, html_body=html_body, upload_tokens=tuple(upload_tokens))
    problems = _blanks(subject=subject, description=said.body)
    if organization_id is not None and organization_id not in person.organization_ids:
        problems["organization_id"] = [("InvalidValue", say("Organization: choose one that you belong to"))]
    if problems:
        raise Invalid(problems)
    return tickets.create(
        actor=person,
        now=now,
        via=via if followup_of is None else _going_on(person, followup_of, via),
        requester_id=requester_id,
        comment=said,
        subject=subject,
        brand_id=brand.pk,
        organization_id=organization_id,
        ccs=_colleague_ids(person, cc_emails),
        is_confidential=is_confidential,
        **fields,
    ).ticket


@transaction.atomic
def file_as_stranger(
    *,
    brand: Brand,
    name: str,
    email: str,
    subject: str,
    body: str,
    channel: Channel,
    now: datetime,
    files: Sequence[UploadedFile[Any]] = (),
    **fields: Any,
) -> None:
    """Take a request of somebody who has not signed in. Whether it is a ticket now or waits, nobody is told.

    Where it waits for the address to be confirmed, a link is mailed to it, at most once a day. Raises `NotAllowed`
    where the brand takes no such requests, and `Invalid`, also for an address that is turned away."""
    if not admission.takes_strangers(brand):
        raise NotAllowed(say("Sign in to file a request."))
    taken = suspended_files.take(files, now)
    said = suspended.Said(name, email, subject, body, fields, taken)
    try:
        made = suspended.receive(brand=brand, said=said, channel=channel, now=now)
    except DeskError:
        suspended_files.let_go(one.sha256 for one in taken)
        raise
    if isinstance(made, SuspendedTicket) and (secret := suspended.link_for(made, now)):
        url = brand.url + reverse("help_center:confirm", args=[secret])
        tasks.send_link.defer(email=made.author_email, url=url, name=brand.name, host=brand.host)


def reply(
    *, actor: Actor, ticket_id: int, body: str, now: datetime, upload_tokens: Iterable[str] = (), via: Via
) -> Ticket:
    """The request with one more public comment; a solved one is open again.

    Raises `NotFound`, `NotAllowed`, `TicketIsClosed`, or `Invalid` when there is neither text nor file."""
    comment = NewComment(body=body, upload_tokens=tuple(upload_tokens))
    return tickets.update(actor=_as_customer(actor), ticket_id=ticket_id, now=now, via=via, comment=comment).ticket


def mark_solved(
    *, actor: Actor, ticket_id: int, now: datetime, via: Via, body: str = "", upload_tokens: Iterable[str] = ()
) -> Ticket:
    """The request, solved by the person who asked, with a last word or file if given.

    Raises `NotFound`, `NotAllowed` for anybody else, `TicketIsClosed`."""
    comment = NewComment(body=body, upload_tokens=tuple(upload_tokens))
    return tickets.update(
        actor=_as_customer(actor),
        ticket_id=ticket_id,
        now=now,
        via=via,
        comment=comment if comment.body or comment.upload_tokens else None,
        status=TicketStatus.SOLVED,
    ).ticket


@transaction.atomic
def add_colleague(*, actor: Actor, ticket_id: int, email: str, now: datetime, via: Via) -> Ticket:
    """The request with one more person copied, who reads it from its beginning and may reply.

    Only the requester adds people, and only members of an organization they share. Adding somebody twice changes
    nothing. Raises `NotFound`, `NotAllowed`, `TicketIsClosed`, `Invalid`."""
    person = _as_customer(actor)
    ticket = tickets.lock(person, ticket_id)
    permissions.require(person, Permission.ADD_COLLEAGUES, ticket)
    copied = set(ticket.copied.values_list("user_id", flat=True))
    added = _colleague_ids(person, [email])
    if added <= copied:
        return ticket
    return tickets.update(actor=person, ticket_id=ticket_id, now=now, via=via, ccs=copied | added).ticket


def _going_on(person: Actor, ticket_id: int, via: Via) -> Via:
    """How a follow-up comes in, as Zendesk has it. Raises `NotFound`, and `Invalid` for what is not closed."""
    source = requests.get(person, ticket_id)
    follow_ups.require_closed(source)
    return follow_ups.going_on(via, ticket_id=source.pk, subject=source.subject, channel=source.channel)


def _as_customer(actor: Actor) -> Actor:
    """The actor as an end user, of the brand they are already narrowed to."""
    return actor.as_end_user(actor.host_brand_id)


def _id_of(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed(gettext("Sign in to file a request."))
    return actor.user_id


def _blanks(**values: str) -> dict[str, list[tuple[str, str]]]:
    empty = (name for name, value in values.items() if not text.plain(value).strip())
    return {name: [("BlankValue", say(_BLANK[name]))] for name in empty}


def _colleague_ids(actor: Actor, emails: Iterable[str]) -> set[int]:
    """The people behind the addresses. One sentence refuses all others, whether or not the desk knows them."""
    wanted = {clean_email(email) for email in emails if email.strip()}
    found = requests.colleagues(actor, wanted)
    if missing := sorted(wanted - set(found)):
        raise Invalid.field(
            "email_ccs",
            gettext("%(email)s is in none of your organizations. Copy people you share an organization with.")
            % {"email": missing[0]},
        )
    return {user.pk for user in found.values()}
