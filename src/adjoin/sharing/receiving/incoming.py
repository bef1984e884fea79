"""What a partner says about a ticket, turned into changes of ours and made through `tickets.actions`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import QuerySet

from adjoin.accounts import current
from adjoin.desk_settings import editions
from adjoin.fields import statuses as fields_statuses
from adjoin.kernel import prepared, statements
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.wording import listed, say
from adjoin.sharing.crossing import choices, partners, reading, retractions, statuses
from adjoin.sharing.crossing.reading import Said, TicketNews
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.receiving import endings, fields, merging, reattaching, retracting
from adjoin.sharing.receiving.endings import Ending
from adjoin.sharing.receiving.receipts import Receipt
from adjoin.sharing.terms import THAWED, CommentsTerm, ShareState
from adjoin.tickets import actions, chronicle
from adjoin.tickets.changes import NewComment

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket
    from adjoin.tickets.taking_back import Blanked

# By so much a partner's clock may be fast before we doubt its moments: cut short here and not there, they would put
# what was said into another order on each side.
CLOCKS_DIFFER = timedelta(minutes=5)
_CROSSED = prepared.Statement(
    "SELECT said.uuid FROM sharing_sharedcomment said JOIN sharing_sharedticket shared"
    " ON shared.id = said.shared_ticket_id WHERE shared.ticket_id = $1 AND said.uuid = ANY($2::text[])"
)


class Gone(DeskError):
    """The ticket is no longer shared under this agreement: the partner stops sending."""

    code = "gone"
    status = 410


class InARing(DeskError):
    """The ticket is here already, by another way: taking it again would send it round and round."""

    code = "loop"
    status = 422


@transaction.atomic(savepoint=False)
@editions.held()
def take_share(agreement: SharingAgreement, uuid: str, news: TicketNews, now: datetime) -> tuple[SharedTicket, bool]:
    """The partner shares a ticket: a new one here, or the one that was left behind. Again changes nothing more.

    Gives back the shared ticket and whether it is new. Raises `InARing` and what `tickets.actions` raises."""
    _one_at_a_time(agreement, uuid)
    shared = SharedTicket.objects.filter(agreement=agreement, uuid=uuid).first() or reattaching.found(agreement, uuid)
    if shared is not None:
        return _take_again(agreement, shared, news, now), False
    if SharedTicket.objects.filter(uuid=uuid).exclude(agreement=agreement).exists():
        raise InARing(say("This ticket is on our desk already; it came or went by another agreement."))
    if _was_taken_back(agreement, uuid, news):
        raise Gone(say("This share was taken back since."))
    said, problem = _let_in(agreement, None, news)
    status = reading.status_of(news) or "new"
    values = merging.values(agreement, news, status)
    where: dict[str, Any] = {"status": status}
    agreed = {**values}
    if "status" in agreed:
        book = fields_statuses.book()
        where = statuses.heard(agreement.terms, book, values["status"], None)
        agreed["status"] = merging.told_of(agreement, statuses.after(book, where))
    own, told = fields.as_ours(agreement, values)
    filled: dict[str, Any] = {"custom_fields": own} if own else {}
    receipt = Receipt(
        agreement=agreement,
        uuid=uuid,
        shared=None,
        said=said,
        values=values,
        agreed={**agreed, **told},
        number=news.number,
        original_id=news.original_id or "",
        custom_fields=news.custom_fields,
        event="shared",
        problem=problem,
    )
    requester = partners.placeholder(agreement, news.requester or partners.NOBODY, now, news.met)
    comments = _comments(agreement, None, None, said, now, news.met)
    written = actions.create(
        actor=_actor(agreement, news, now),
        now=now,
        via=partners.via(agreement),
        comment=comments[0] if comments else None,
        more_comments=comments[1:],
        requester_id=requester.pk,
        subject=news.subject or f"Shared by {agreement.partner_name}",
        tags=merging.tags_of_new(agreement, values),
        sharing_receipt=receipt,
        **where,
        **filled,
    )
    return SharedTicket.objects.get(agreement=agreement, ticket_id=written.ticket.pk), True


@transaction.atomic(savepoint=False)
@editions.held()
def take_news(agreement: SharingAgreement, shared: SharedTicket, news: TicketNews, now: datetime) -> Blanked | None:
    """The partner tells what happened on a shared ticket. Raises `Gone` and what `tickets.actions` raises.

    Gives back what was blanked where it took something back, which it may also once it has left our copy behind."""
    actor = _actor(agreement, news, now)
    wishes = retractions.read(news.ours)
    blanked = retracting.take(agreement, shared, wishes, actor, now) if wishes else None
    if blanked is not None and not SharedTicket.objects.active().filter(pk=shared.pk).exists():
        return blanked
    if _was_taken_back(agreement, shared.uuid, news, shared):
        raise Gone(say("This ticket was taken back since."))  # and shared again: what was said before came along
    with statements.ahead(*_questions(shared, actor, news)):
        ticket, shared = _lock(agreement, shared, actor)
        _apply(agreement, shared, ticket, actor, news, now)
    if news.ours.get(THAWED) is True:
        queueing.catch_up(_lock(agreement, shared, actor)[1], now)
    return blanked


@transaction.atomic(savepoint=False)
def take_unshare(
    agreement: SharingAgreement, shared: SharedTicket, now: datetime, ending: Ending | None = None
) -> Blanked | None:
    """The partner ends it for one ticket: our copy stays, is frozen or is blanked, as the terms say.

    Their copy of ours stays with them: whoever only follows leaves. Again changes nothing. One that was overtaken by
    a new share is old. Gives back what was blanked, None when nothing was."""
    ending = ending or Ending()
    if not SharedTicket.objects.filter(pk=shared.pk, state=ShareState.ACTIVE).exists():
        return None
    if ending.number and ending.number <= shared.received_number:
        return None
    actor = partners.actor(agreement, partners.placeholder(agreement, ending.by, now).pk if ending.by else None)
    ticket, shared = _lock(agreement, shared, actor)
    queueing.cancel_queue(shared)
    receipt = Receipt(agreement=agreement, uuid=shared.uuid, shared=shared, number=ending.number, event="unshared")
    if ticket.is_closed:  # closed tickets take no more events from rules
        receipt.write_values(shared, now)
    else:
        actions.update(actor=actor, ticket_id=ticket.pk, now=now, via=partners.via(agreement), sharing_receipt=receipt)
    return endings.after(agreement, shared, actor, ending, now)


def _was_taken_back(
    agreement: SharingAgreement, uuid: str, news: TicketNews, shared: SharedTicket | None = None
) -> bool:
    """Whether the share's own end came first: the share was long under way, and nobody waits for it any more."""
    if not news.number or (shared is not None and news.number > shared.received_number):
        return False
    ends = agreement.received_requests.filter(uuid=uuid, verb="DELETE", number__gte=news.number)
    return ends.exists()


def _take_again(agreement: SharingAgreement, shared: SharedTicket, news: TicketNews, now: datetime) -> SharedTicket:
    """A ticket we have: an update if it is shared, and back to life if it was left behind."""
    actor = _actor(agreement, news, now)
    is_back = shared.state != ShareState.ACTIVE
    if is_back and shared.is_sent:
        raise InARing(say("This ticket is ours."))
    is_old = is_back and bool(news.number) and news.number <= shared.received_number
    if is_old or _was_taken_back(agreement, shared.uuid, news, shared):
        raise Gone(say("This share was taken back since."))  # it was long under way, and comes after its own end
    if is_back:
        endings.undo(shared, now)
        reattaching.forget_what_was_under_way(shared)
    ticket, shared = _lock(agreement, shared, actor)
    if is_back and (wishes := reattaching.redacted_meanwhile(shared, news)):
        retracting.take(agreement, shared, wishes, actor, now)
    _apply(agreement, shared, ticket, actor, news, now, event="shared" if is_back else "")
    return shared


def _apply(
    agreement: SharingAgreement,
    shared: SharedTicket,
    ticket: Ticket,
    actor: Actor,
    news: TicketNews,
    now: datetime,
    event: str = "",
) -> None:
    """Do what is new in `news`, in one audit; remember the rest."""
    said, problem = _let_in(agreement, shared, news)
    status = reading.status_of(news)
    values = merging.values(agreement, news, status)
    if news.number and news.number <= shared.received_number:
        values = {}  # an older one, or the same again: only comments we lack
    agreed = merging.agreed(shared, ticket, values, news)
    changing = merging.changing(agreement, ticket, agreed)
    receipt = Receipt(
        agreement=agreement,
        uuid=shared.uuid,
        shared=shared,
        said=said,
        values=values,
        agreed=agreed.both,
        number=news.number,
        original_id=news.original_id or "" if not shared.is_sent else "",
        custom_fields=news.custom_fields,
        event=event,
        problem=problem,
    )
    comments = _comments(agreement, shared, ticket, said, now, news.met)
    if not comments and not changing and not event:
        receipt.write_values(shared, now)
        return
    actions.update_locked(
        actor=actor,
        ticket=ticket,
        now=now,
        via=partners.via(agreement),
        comment=comments[0] if comments else None,
        more_comments=comments[1:],
        sharing_receipt=receipt,
        **changing,
    )


def _let_in(agreement: SharingAgreement, shared: SharedTicket | None, news: TicketNews) -> tuple[tuple[Said, ...], str]:
    """The comments that are new and that the terms let in, in the order they were said; and what was left out."""
    known = _known(shared, [said.uuid for said in news.comments]) if shared and news.comments else set()
    fresh: dict[str, Said] = {}
    kept_out = 0
    for said in news.comments:
        if said.uuid in known or said.uuid in fresh or not (said.body.strip() or said.html_body or said.files):
            continue
        if not said.is_public and not agreement.terms.lets_notes_cross:
            kept_out += 1
        else:
            fresh[said.uuid] = said
    rows = list(fresh.values())
    if all(said.authored_at for said in rows):
        rows.sort(key=lambda said: (said.authored_at is None, said.authored_at))
    problem = _left_out(agreement, news, kept_out)
    news.left_out.extend(filter(None, [problem]))
    return tuple(rows), problem


def _left_out(agreement: SharingAgreement, news: TicketNews, notes: int) -> str:
    """A sentence on what the partner sent and the terms keep out; "" when all of it came in."""
    terms = agreement.terms
    tags = _tags_left_out(agreement, news)
    titles = fields.said(agreement, news)[1]
    status = news.status if terms.syncs_status and news.status and reading.status_of(news) is None else ""
    found = [
        say("a private note") if notes else "",
        say("the tags %(names)s") % {"names": ", ".join(sorted(tags)[:5])} if tags else "",
        say("the status %(name)s, which we do not have") % {"name": status[:30]} if status else "",
        say("the fields %(names)s, which do not fit here") % {"names": ", ".join(sorted(titles)[:5])} if titles else "",
    ]
    if not (things := [thing for thing in found if thing]):
        return ""
    return say("%(partner)s sent %(things)s. The agreement keeps that out.") % {
        "partner": agreement.partner_name,
        "things": listed(things),
    }


def _tags_left_out(agreement: SharingAgreement, news: TicketNews) -> list[str]:
    """The tags that stay out: as the terms say, or because they choose something in a field here. Those whose field
    comes along are told by it."""
    if not agreement.syncs_tags or not news.tags:
        return []
    terms, kept_out = agreement.terms, choices.of(agreement, news.tags).kept_out(news.tags)
    carried = fields.choices_said(agreement, news) if kept_out else set()
    return [tag for tag in news.tags if not terms.lets_tag(tag) or (tag in kept_out and tag not in carried)]


def _known(shared: SharedTicket, uuids: list[str]) -> set[str]:
    """Those of these comments that the ticket has already, whichever partner they came by."""
    return {uuid for (uuid,) in _CROSSED.rows(shared.ticket_id, uuids)}


def _comments(
    agreement: SharingAgreement,
    shared: SharedTicket | None,
    ticket: Ticket | None,
    said: Iterable[Said],
    now: datetime,
    met: partners.Met,
) -> list[NewComment]:
    latest = _latest_moment(ticket)
    moments: dict[str, datetime] = {}
    for one in said:
        moments[one.uuid] = latest = _moment(one.authored_at or now, latest, now)
    # Where only notes may come back, what the partner calls public is a note all the same.
    only_notes = agreement.comments == CommentsTerm.PRIVATE and shared is not None and shared.is_sent
    return [
        NewComment(
            body=one.body if one.body.strip() else ", ".join(file.file_name for file in one.files),
            html_body=one.html_body,
            is_public=one.is_public and not only_notes,
            author_id=partners.author(agreement, one.author or partners.NOBODY, now, met).pk,
            created_at=moments[one.uuid],
            key=one.uuid,
        )
        for one in said
    ]


def _latest_moment(ticket: Ticket | None) -> datetime | None:
    """When the last comment that crossed, or was said here, was made."""
    return next(iter(chronicle.last_said(ticket.pk)), None) if ticket else None


def _moment(authored_at: datetime, latest: datetime | None, now: datetime) -> datetime:
    """When a comment was made: as its author's desk says, but not in the future, give or take what clocks differ.

    The wire has whole seconds. What was said in the same second as our latest comment is an answer to it, so it
    comes after."""
    moment = min(authored_at, now + CLOCKS_DIFFER)
    if latest is not None and moment < latest and moment == latest.replace(microsecond=0):
        return latest + timedelta(microseconds=1)
    return moment


def _actor(agreement: SharingAgreement, news: TicketNews, now: datetime) -> Actor:
    person = news.current_actor or next((said.author for said in reversed(news.comments) if said.author), None)
    return partners.actor(agreement, partners.placeholder(agreement, person, now, news.met).pk if person else None)


def _lock(agreement: SharingAgreement, shared: SharedTicket, actor: Actor) -> tuple[Ticket, SharedTicket]:
    """Both rows afresh: first the ticket's, as everybody does, then the shared one's. Raises `Gone`."""
    try:
        ticket = actions.lock(actor, shared.ticket_id)
    except NotFound:  # of what is not shared a partner sees nothing
        if SharedTicket.objects.active().filter(pk=shared.pk).exists():
            raise
        raise Gone(say("This ticket is no longer shared under this agreement.")) from None
    (fresh,) = _locked(shared.pk)
    if not fresh.is_active:
        raise Gone(say("This ticket is no longer shared under this agreement."))
    fresh.agreement = agreement
    return ticket, fresh


def _questions(shared: SharedTicket, actor: Actor, news: TicketNews) -> list[statements.Asking]:
    """What `_lock` and the update ask in any case, in that order."""
    says = news.comments[0].is_public if news.comments else None
    first, *rest = actions.questions(actor, shared.ticket_id, says)
    return [first, _locked.asking(shared.pk), chronicle.last_said.asking(shared.ticket_id), *rest]


@statements.kept(is_prepared=True)
def _locked(shared_id: int) -> QuerySet[SharedTicket]:
    return SharedTicket.objects.filter(pk=shared_id).select_for_update()


def _one_at_a_time(agreement: SharingAgreement, uuid: str) -> None:
    """Two requests for the same new ticket wait for each other."""
    with connection.cursor() as cursor:
        name = f"{current.schema()}:sharing:{agreement.pk}:{uuid}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [name])
