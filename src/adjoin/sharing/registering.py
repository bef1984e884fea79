"""What sharing adds to the apps below it: a grant, fields, badges, and words for rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_noop as _

from adjoin.access import grants, readers, where_set
from adjoin.access.actors import Actor
from adjoin.access.grants import Grant
from adjoin.access.readers import Company
from adjoin.access.where_set import Setting
from adjoin.kernel import outbox, record
from adjoin.kernel.errors import Invalid
from adjoin.rules import registry
from adjoin.rules.values import Choices, Part, Value
from adjoin.saved_views import forms
from adjoin.sharing.agreements import tasks as agreement_tasks
from adjoin.sharing.crossing import redactions
from adjoin.sharing.delivery import erasing, queueing, retracting, tasks
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.receiving import receipts
from adjoin.sharing.shares import filters, holds, orphans, queries, ready_views, writing
from adjoin.sharing.terms import AgreementStatus
from adjoin.tickets import hooks, redacting

if TYPE_CHECKING:
    from adjoin.rules.drafts import Draft
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

IS = ("is", "is_not")


def register() -> None:
    """Everything, at start-up. Doing it twice changes nothing."""
    grants.register(
        Grant(
            "partner",
            frozenset({grants.PARTNER}),
            _shared_with,
            gettext("The ticket is shared under their agreement, which is in force."),
            # Which of the private side crosses is the agreement's to say: `Actor.reads_private`.
        )
    )
    hooks.write_field_with(writing.FIELD, writing.write_agreement_ids)
    hooks.write_field_with(writing.MORE_FIELD, writing.write_more_agreement_ids)
    forms.offer(forms.Offer("share_with", gettext_noop("Share with"), _partners_to_share_with, _shared_under))
    hooks.write_field_with("sharing_receipt", receipts.write_receipt, is_edit=False)
    hooks.write_field_with(holds.FIELD, holds.write_hold)
    hooks.write_field_with(orphans.FIELD, orphans.write_ending)
    hooks.read_more_with(_agreement_ids)
    hooks.mark_pages_with(queries.marks)
    hooks.name_listeners_with(queries.listeners)
    hooks.remark_on_comments_with(queries.remarks)
    readers.name_companies_with(_companies)
    where_set.register("partner", lambda actor, ticket: iter([Setting("Sharing agreements", "/admin/sharing/")]))
    registry.add_action(registry.Action("share_ticket", _("Share ticket with"), _share, _an_agreement, AGREEMENTS))
    registry.add_macro_action(
        registry.MacroAction(
            "share_ticket", _("Share ticket with"), _fill_in, _an_agreement, AGREEMENTS, repeatable=True
        )
    )
    registry.add_condition(
        _condition("received_from", _("Received from"), writing.came_by, SharedTicket.objects.received)
    )
    sent = _condition("sent_to", _("Shared with"), writing.is_shared, SharedTicket.objects.active().sent)
    registry.add_condition(replace(sent, ended_by=_ends_by_sharing))
    for condition in filters.all_of_them():
        registry.add_condition(condition)
    outbox.subscribe(record.TOPIC, ready_views.on_changed)
    outbox.subscribe("sharing.looked_after", ready_views.make_missing)
    outbox.subscribe("ticket.audited", queueing.follow)
    outbox.subscribe("ticket.deleted", queueing.forget)
    outbox.subscribe("comment.redacted", redactions.forget_words)
    outbox.subscribe("ticket.blanked", redactions.forget_ticket)
    outbox.subscribe(redacting.TOPIC, retracting.follow)
    outbox.subscribe("user.erased", erasing.follow)
    hooks.keep_from_merging_with(queries.why_not_merged)
    outbox.subscribe("sharing.queued", tasks.on_queued)
    outbox.subscribe("sharing.answered", tasks.on_answered)
    outbox.subscribe("sharing.ended", agreement_tasks.on_ended)
    outbox.subscribe("sharing.moved", agreement_tasks.on_moved)
    outbox.subscribe("sharing.file_named", tasks.on_file_named)
    outbox.subscribe("sharing.file_fetched", queueing.pass_on_file)


def _shared_with(actor: Actor) -> Q:
    shared = SharedTicket.objects.active().filter(
        agreement_id=actor.agreement_id, agreement__status=AgreementStatus.ACCEPTED
    )
    return Q(pk__in=shared.values("ticket_id"))


def _partners_to_share_with(actor: Actor) -> list[tuple[str, str]]:
    """Who many tickets can be shared with at once: each partner, and all of them."""
    if not actor.is_agent or actor.only_private_comments:
        return []
    rows = SharingAgreement.objects.accepted().outbound().order_by("partner_name", "pk")
    partners = [
        (str(row.pk), gettext("Share with %(partner_name)s") % {"partner_name": row.partner_name})
        for row in rows
        if writing.may_share(actor, row)
    ]
    everybody = [
        (
            ",".join(pk for pk, _ in partners),
            gettext("Share with all %(partners)s partners") % {"partners": len(partners)},
        )
    ]
    return [*partners, *(everybody if len(partners) > 1 else [])]


def _shared_under(chosen: str) -> dict[str, Any]:
    return {writing.MORE_FIELD: [int(pk) for pk in chosen.split(",")]}


def _companies(ticket: Ticket) -> list[Company]:
    """The partners who have a ticket too, under agreements in force."""
    grant = next(one for one in grants.GRANTS if one.name == "partner")
    return [Company(one.name, grant.name, grant.sentence) for one in queries.listeners(Actor.system(), ticket)]


def _agreement_ids(actor: Actor, tickets: Iterable[Ticket]) -> dict[int, dict[str, Any]]:
    """`sharing_agreement_ids` for tickets in the API; agents see them."""
    if not (actor.is_agent or actor.is_system):
        return {}
    ids: dict[int, list[int]] = {ticket.pk: [] for ticket in tickets}
    rows = SharedTicket.objects.active().filter(ticket_id__in=list(ids)).order_by("agreement_id")
    for ticket_id, agreement_id in rows.values_list("ticket_id", "agreement_id"):
        ids[ticket_id].append(agreement_id)
    return {ticket_id: {writing.FIELD: found} for ticket_id, found in ids.items()}


def _share(change: Change, value: Any, rule: dict[str, Any]) -> None:
    agreement = SharingAgreement.objects.filter(pk=int(value)).first()
    if agreement is None:
        raise Invalid.field("value", gettext("The agreement to share under is gone"))
    writing.share(change, agreement, rule=rule)


def _fill_in(draft: Draft, value: Any) -> None:
    """Whoever sends the answer shares, as if they had chosen the partner: with their right, or not at all."""
    draft.fields[writing.MORE_FIELD] = [*draft.fields.get(writing.MORE_FIELD, []), int(value)]


def _an_agreement(value: Any) -> str:
    """The check of a rule's value: the id of an agreement. Raises `Invalid`."""
    text = str(value)
    if not (text.isascii() and text.isdecimal()) or not SharingAgreement.objects.filter(pk=int(text[:18])).exists():
        raise Invalid.field("value", gettext("There is no such sharing agreement"))
    return text


def _condition(
    key: str, label: str, holds: Callable[[Change, int], bool], rows: Callable[[], Any]
) -> registry.Condition:
    def matches(change: Change, operator: str, value: Any) -> bool:
        return holds(change, int(value)) is (operator == "is")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found = Q(pk__in=rows().filter(agreement_id=int(value)).values("ticket_id"))
        return found if operator == "is" else ~found

    return registry.Condition(
        key, label, IS, matches, sql, _an_agreement, AGREEMENTS, in_policies=True, cost=registry.DATABASE_COST
    )


def _ends_by_sharing(operator: str, value: Any, actions: registry.Rows) -> bool:
    """Whether these lines share the tickets that this one asks for as not shared yet."""
    return operator == "is_not" and {"field": "share_ticket", "value": value} in [dict(one) for one in actions]


def _agreements() -> Choices:
    rows = SharingAgreement.objects.order_by("partner_name", "pk")
    return [(str(row.pk), f"{row.partner_name} ({row.get_status_display()})") for row in rows]


AGREEMENTS = Value("list", (Part(_("Agreement"), choices=_agreements),))
