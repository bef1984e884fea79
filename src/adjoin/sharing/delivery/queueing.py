"""Putting what must be sent into its queue, in the transaction that causes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, QuerySet

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.kernel import acting, outbox, prepared, rows, statements
from adjoin.kernel.errors import DeskError
from adjoin.kernel.wording import say
from adjoin.sharing import addresses, proofs
from adjoin.sharing.crossing import gathering, holding, outgoing, retractions
from adjoin.sharing.crossing.outgoing import Facts, Payload, Person
from adjoin.sharing.models import Delivery, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.terms import NAMESPACE, THAWED, AgreementStatus, DeliveryState, ProofKind, ShareState

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Attachment, Ticket

BOUNCES_MAX = 30  # deliveries of one ticket in the window, before answers of rules to rules are held back
BOUNCE_WINDOW = timedelta(minutes=10)
_CARRY = prepared.Statement(
    "INSERT INTO sharing_sharedcomment (shared_ticket_id, delivery_id, comment_id, uuid, is_ours)"
    " SELECT $1, $2, said.id, said.uuid, true FROM unnest($3::bigint[], $4::text[]) AS said (id, uuid)"
    " ON CONFLICT DO NOTHING"
)
_NEXT_NUMBER = prepared.Statement("SELECT nextval(pg_get_serial_sequence('sharing_delivery', 'id'))")


class BeingSent(DeskError):
    """What should stay is leaving at this very moment."""

    code = "RecordInvalid"


def follow(*, ticket_id: int, audit_id: int, change: Change) -> None:
    """After each change of a ticket: queue what is news to each partner who has it."""
    for shared in _followed(ticket_id):
        if not _came_from_there(shared, change):
            _queue_news(shared, change.ticket, change.now, change)


def _came_from_there(shared: SharedTicket, change: Change) -> bool:
    """Whether this very partner brought all of a change, and nothing is left that it should hear."""
    if change.actor.agreement_id != shared.agreement_id or shared.problem:
        return False
    if any(event.type == "TicketSharingEvent" for event in change.events):
        return False  # what was under way when it was shared last is news again
    if not all(said.is_by_people for said in change.comments):
        return False
    now = _values(shared, gathering.standing(shared, change.ticket))
    return all(shared.queued.get(name) == value for name, value in now.items())


def tell_of_thaw(ticket_id: int, now: datetime) -> None:
    """A copy can be changed again: Adjoin desks that have it from us send what they could not meanwhile."""
    for shared in _followed(ticket_id):
        if shared.agreement.is_adjoin:
            number = _next_number()
            told = {"uuid": shared.uuid, "comments": [], "custom_fields": {NAMESPACE: {THAWED: True}}}
            payload = outgoing.numbered(told, number=number, seen=shared.received_number)
            queue(shared.agreement, "PUT", f"/tickets/{shared.uuid}", payload, now, shared=shared, number=number)


def catch_up(shared: SharedTicket, now: datetime) -> None:
    """Queue what the partner has not taken, now that it takes changes again."""
    ticket = _ticket(shared)
    if ticket is not None:
        _queue_news(shared, ticket, now)


@statements.kept(is_prepared=True)
def _followed(ticket_id: int) -> QuerySet[SharedTicket]:
    found = SharedTicket.objects.active().filter(ticket_id=ticket_id, agreement__status=AgreementStatus.ACCEPTED)
    marked = holding.marking(found)
    return marked.select_related("agreement").select_for_update(of=("self",)).order_by("pk")


def forget(*, ticket_id: int) -> None:
    """A deleted ticket is shared no more, and its partners are told that it was deleted."""
    for shared in SharedTicket.objects.active().filter(ticket_id=ticket_id).select_related("agreement"):
        by = gathering.acting(shared.agreement, acting.who().user_id)
        queue_unshare(shared, _deleted_at(shared), kind=ProofKind.DELETED, by=by)


def queue_share(shared: SharedTicket, ticket: Ticket, now: datetime, actor: Person | None = None) -> Delivery:
    """Queue the whole ticket, in as many requests as it takes; gives back the first."""
    facts = gathering.facts(shared, ticket, is_whole=True)
    payload = outgoing.whole(facts, shared.agreement.terms, is_sharer=shared.is_sent, actor=actor)
    first, *rest = outgoing.in_batches(payload)
    delivery = _queue(shared, "POST", first, facts, now)
    _remember(shared, _values(shared, facts), delivery, now)
    for batch in rest:
        _queue(shared, "PUT", batch, facts, now)
    return delivery


def queue_late_file(shared: SharedTicket, ticket: Ticket, comment_id: int, file_id: int, now: datetime) -> None:
    """Queue a file that was released when its comment had gone without it."""
    facts = gathering.one_comment(shared, ticket, comment_id)
    uuid = addresses.uuid_for(shared.agreement.naming_url, "attachments", file_id)
    payload = outgoing.late_file(facts, file_id, uuid, shared.agreement.terms, is_sharer=shared.is_sent)
    if payload:
        _queue(shared, "PUT", payload, facts, now)


def pass_on_file(*, attachment: Attachment, from_id: int, now: datetime) -> None:
    """A partner's file is here: whoever got its comment from us meanwhile gets the file too.

    `from_id` is the shared ticket it came by."""
    comment_id = attachment.comment_id
    assert comment_id is not None  # it was hung on it just now
    crossed = SharedComment.objects.filter(comment_id=comment_id, is_ours=True).exclude(shared_ticket_id=from_id)
    got_it = SharedTicket.objects.active().filter(pk__in=crossed.values("shared_ticket_id"))
    for shared in got_it.filter(agreement__status=AgreementStatus.ACCEPTED).select_related("agreement").order_by("pk"):
        ticket = _ticket(shared)
        if ticket is not None:
            queue_late_file(shared, ticket, comment_id, attachment.pk, now)


def take_out(shared: SharedTicket, comment_uuid: str, file_id: int | None = None) -> None:
    """Take a comment, or one file of it, out of all that waits to be sent for a ticket.

    Raises `BeingSent` while something is on its way: what it holds could not be called back."""
    if not _may_be_changed(shared):
        raise BeingSent(say("This is being sent right now. Try again in a moment."))
    for row in _waiting(shared).select_for_update().order_by("pk"):
        rest = outgoing.without(row.payload or {}, comment_uuid, file_id)
        if rest != row.payload:
            row.payload = rest
            row.state = DeliveryState.CANCELLED if row.verb == "PUT" and outgoing.says_nothing(rest) else row.state
            row.save(update_fields=["payload", "state"])
    if file_id is None:
        shared.shared_comments.filter(uuid=comment_uuid, is_ours=True).delete()


def empty_out(shared: SharedTicket, comment_uuid: str, file_id: int | None = None) -> None:
    """Take the words of a comment that may have left, or one file of it, out of all that is sent again."""
    for row in _waiting(shared).filter(payload__isnull=False).select_for_update().order_by("pk"):
        payload = row.payload or {}
        if file_id is not None:
            row.payload = outgoing.without(payload, comment_uuid, file_id)
        else:
            row.payload = outgoing.emptied(payload, comment_uuid)
        row.save(update_fields=["payload"])


def queue_unshare(
    shared: SharedTicket, now: datetime, kind: str = "", by_name: str = "", by: Person | None = None
) -> None:
    """Stop following, prove it, and tell the partner if the ticket may have reached them.

    `kind` is of `ProofKind`; without one it is what the terms do to a copy. `by` is who did it, if it was somebody.

    A plain peer that shared with us is not told: it knows no such message from us, and gets "gone" for its next. Under
    an agreement that is over nothing is said any more: its end takes the ticket along."""
    if not shared.agreement.is_accepted:
        return
    agreement, begun = shared.agreement, _waiting(shared).may_have_left().exists()
    cancel_queue(shared)
    SharedTicket.objects.filter(pk=shared.pk).update(
        state=ShareState.UNSHARED, is_delivered=False, problem="", updated_at=now
    )
    delivery = None
    if (shared.is_delivered or begun) and (shared.is_sent or agreement.is_adjoin):
        payload = outgoing.ending(by, agreement.terms) if by else None  # it goes in headers: an end has no body
        delivery = queue(agreement, "DELETE", f"/tickets/{shared.uuid}", payload, now, shared=shared)
    proofs.ours(shared, kind or agreement.kind_of_unshare, delivery, now, by_name)


def name_of(agreement_id: int, shared_ticket_id: int | None) -> str:
    """What the lock of a queue is called: whoever has it sends."""
    return f"{current.schema()}:sharing:{agreement_id}:{shared_ticket_id}"


def queue_agreement(agreement: SharingAgreement, verb: str, payload: Payload, now: datetime) -> None:
    """Queue a message about the agreement itself."""
    queue(agreement, verb, f"/agreements/{agreement.uuid}", payload, now)


def whole_again(delivery: Delivery, now: datetime) -> None:
    """Turn an update whose ticket the partner does not know into the whole ticket; it stands for all that waits."""
    shared = delivery.shared_ticket
    assert shared is not None
    ticket = _ticket(shared)
    if ticket is None:
        return
    _waiting(shared).exclude(pk=delivery.pk).update(state=DeliveryState.CANCELLED)
    delivery.state = DeliveryState.CANCELLED
    delivery.save(update_fields=["state"])
    replacement = queue_share(shared, ticket, now)
    Delivery.objects.filter(pk=replacement.pk).update(has_changed_verb=True)


def queue(
    agreement: SharingAgreement,
    verb: str,
    path: str,
    payload: Payload | None,
    now: datetime,
    shared: SharedTicket | None = None,
    number: int | None = None,
) -> Delivery:
    """One more row in the queue, and a job to send it. `number` is its id where the payload tells it."""
    delivery = Delivery(
        pk=number, agreement=agreement, shared_ticket=shared, verb=verb, path=path, payload=payload, created_at=now
    )
    if number is None:
        rows.insert(delivery)
    else:
        rows.add([delivery])
    # A partner who does not answer is asked again at its own moment, however much comes in for it meanwhile.
    if agreement.next_attempt_at is None or agreement.next_attempt_at <= now:
        outbox.publish("sharing.queued", agreement_id=agreement.pk, shared_ticket_id=shared.pk if shared else None)
    return delivery


def cancel_all(agreement: SharingAgreement, shared_ticket_id: int | None = None) -> None:
    """Nothing that waits under the agreement, or for one of its tickets, is sent any more."""
    waiting = agreement.deliveries.filter(state=DeliveryState.WAITING)
    if shared_ticket_id is not None:
        waiting = waiting.filter(shared_ticket=shared_ticket_id)
    waiting.update(state=DeliveryState.CANCELLED)


def cancel_queue(shared: SharedTicket) -> None:
    """Nothing that waits for this ticket is sent any more, but what asks to take something out of a copy."""
    waiting = _waiting(shared)
    asking = waiting.filter(**{f"payload__custom_fields__{NAMESPACE}__has_key": retractions.UNDER})
    waiting.exclude(pk__in=list(asking.values_list("pk", flat=True))).update(state=DeliveryState.CANCELLED)


def _goes_back_and_forth(shared: SharedTicket, now: datetime) -> bool:
    """Whether rules of both desks answer each other without end. A person's next change takes all of it along."""
    if not any(times >= BOUNCES_MAX for times in _queued_since(shared.pk, now - BOUNCE_WINDOW)):
        return False
    partner = shared.agreement.partner_name
    shared.problem = say("Rules here and at %(partner)s keep changing this ticket in turn. Change one of them.") % {
        "partner": partner
    }
    shared.save(update_fields=["problem"])
    return True


@statements.kept(is_prepared=True)
def _queued_since(shared_id: int, moment: datetime) -> QuerySet[Delivery, int]:
    """One row, if there are any: how many."""
    counted = Delivery.objects.filter(shared_ticket_id=shared_id, created_at__gt=moment).values("shared_ticket_id")
    return counted.annotate(times=Count("pk")).values_list("times", flat=True)


def _queue_news(shared: SharedTicket, ticket: Ticket, now: datetime, change: Change | None = None) -> None:
    facts = gathering.facts(shared, ticket, is_whole=False)
    terms = shared.agreement.terms
    changed = {name: value for name, value in _values(shared, facts).items() if shared.queued.get(name) != value}
    if not changed and not facts.comments:
        return
    actor = _person_behind(change, shared.agreement, facts) if change else None
    payload = outgoing.news(facts, changed, terms, is_sharer=shared.is_sent, actor=actor, before=shared.queued)
    is_answer = change is not None and change.actor.agreement_id == shared.agreement_id
    if not payload or (is_answer and _goes_back_and_forth(shared, now)):
        return
    first, *rest = outgoing.in_batches(payload)
    delivery = _queue(shared, "PUT", first, facts, now)
    _remember(shared, changed, delivery, now)
    for batch in rest:
        _queue(shared, "PUT", batch, facts, now)


def _values(shared: SharedTicket, facts: Facts) -> dict[str, Any]:
    return outgoing.values(facts, shared.agreement.terms, keeps_hold=shared.agreement.is_adjoin)


def _queue(shared: SharedTicket, verb: str, payload: Payload, facts: Facts, now: datetime) -> Delivery:
    number = _next_number()
    numbered = outgoing.numbered(payload, number=number, seen=shared.received_number)
    path = f"/tickets/{shared.uuid}"
    delivery = queue(shared.agreement, verb, path, numbered, now, shared=shared, number=number)
    carried = {comment["uuid"] for comment in payload["comments"]}
    if crossing := {said.id: said.uuid for said in facts.comments if said.uuid in carried}:
        _CARRY.run(shared.pk, delivery.pk, list(crossing), list(crossing.values()))
    return delivery


def _next_number() -> int:
    ((number,),) = _NEXT_NUMBER.rows()
    return int(number)


def _remember(shared: SharedTicket, values: dict[str, Any], delivery: Delivery, now: datetime) -> None:
    numbers = {**shared.queued.get("numbers", {}), **dict.fromkeys(values, delivery.pk)}
    shared.queued = {**shared.queued, **values, "numbers": numbers}
    shared.updated_at = now
    rows.put(shared, ("queued", "updated_at"))


def _person_behind(change: Change, agreement: SharingAgreement, facts: Facts) -> Person | None:
    """Who did it, mostly whoever has just said something."""
    if change.author_id is None:
        return None
    said = (one.author for one in facts.comments if one.author_id == change.author_id)
    return next(said, None) or gathering.person(agreement, gathering.user(change.author_id))


def _may_be_changed(shared: SharedTicket) -> bool:
    """Whether nobody sends for this ticket now; then nobody begins to before our transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name_of(shared.agreement_id, shared.pk)]
        )
        return bool(cursor.fetchone()[0])


def _ticket(shared: SharedTicket) -> Ticket | None:
    """The ticket as it is now; None once it was deleted."""
    return readable.tickets(Actor.system()).select_related("requester").filter(pk=shared.ticket_id).first()


def _waiting(shared: SharedTicket) -> Any:
    return Delivery.objects.filter(shared_ticket=shared, state=DeliveryState.WAITING)


def _deleted_at(shared: SharedTicket) -> datetime:
    ticket = shared.ticket
    return ticket.deleted_at or ticket.updated_at
