"""Which macros are used, and on which tickets: for those who keep them, and to offer what others answered with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When
from django.utils import timezone

from adjoin.kernel.api.reading import whole_number
from adjoin.rules import macros
from adjoin.rules.models import MacroUse
from adjoin.rules.usage import SPANS, Usage
from adjoin.tickets import fillers, hooks

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

SENT_MAX = 20  # in one update
LOOKED_BACK = timedelta(days=30)
SUGGESTED_MAX = 3
# What makes tickets alike, and how much; a macro needs two of these, or one that says most.
ALIKE = (("ticket_form_id", 3), ("group_id", 2), ("brand_id", 1))


def register() -> None:
    """Begin to notice them, at start-up."""
    hooks.write_field_with(fillers.SENT, _notice, is_edit=False)
    fillers.suggest_with(suggested)


def of_macros(now: datetime) -> dict[int, Usage]:
    """By macro id, how often it was sent; those that were not within a week are not in it."""
    rows = MacroUse.objects.filter(used_at__gt=now - SPANS["usage_7d"]).values_list("macro_id")
    counted = rows.annotate(**{name: Count("pk", filter=Q(used_at__gt=now - span)) for name, span in SPANS.items()})
    return {macro_id: Usage(*counts) for macro_id, *counts in counted}


def suggested(actor: Actor, ticket: Ticket) -> list[tuple[int, str]]:
    """Ids and titles of up to 3 macros that were sent most on tickets like this within a month. One query."""
    used = MacroUse.objects.filter(
        used_at__gt=timezone.now() - LOOKED_BACK, macro__in=macros.offered(actor, ticket).values("pk")
    )
    likeness: Any = Value(0)
    for column, weight in ALIKE:
        if (value := getattr(ticket, column)) is not None:
            same = When(**{column: value}, then=Value(weight))
            likeness = likeness + Case(same, default=Value(0), output_field=IntegerField())
    alike = used.annotate(likeness=likeness).filter(likeness__gte=2)
    best = alike.values_list("macro_id", "macro__title").annotate(score=Sum("likeness")).order_by("-score", "macro_id")
    return [(pk, title) for pk, title, _ in best[:SUGGESTED_MAX]]


def tidy(now: datetime) -> None:
    """Forget what is too old to count."""
    MacroUse.objects.filter(used_at__lt=now - LOOKED_BACK).delete()


def _notice(change: Change, value: Any) -> None:
    """Keep that an update was made with these macros, in its history too. Those its author may not use are ignored."""
    ids = [pk for one in (value if isinstance(value, list) else [value])[:SENT_MAX] if (pk := whole_number(one))]
    sent = list(macros.offered(change.actor).filter(pk__in=ids).in_order()) if ids else []
    for macro in sent:
        change.record("AgentMacroReference", macro_id=str(macro.pk), macro_title=macro.title, macro_deleted=False)
    if sent:
        change.then(lambda written: _keep([macro.pk for macro in sent], written.ticket, written.now))


def _keep(macro_ids: list[int], ticket: Ticket, now: datetime) -> None:
    MacroUse.objects.bulk_create(
        MacroUse(
            macro_id=pk,
            brand_id=ticket.brand_id,
            group_id=ticket.group_id,
            ticket_form_id=ticket.ticket_form_id,
            used_at=now,
        )
        for pk in macro_ids
    )
