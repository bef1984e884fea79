"""How lists ask for shared tickets: by what became of the sharing, and by how long ago it began."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.kernel.errors import Invalid
from adjoin.rules.registry import Condition
from adjoin.rules.values import HOURS, one_of
from adjoin.sharing.models import Delivery, SharedTicket
from adjoin.sharing.terms import DeliveryState, ShareState

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

STATES = (
    ("shared", _("Shared with a partner, or received from one")),
    ("waiting", _("Something waits for a partner")),
    ("failed", _("A partner did not take something")),
    ("orphan", _("Left behind by a partner")),
)
HOURS_MAX = 100_000  # eleven years


def all_of_them() -> tuple[Condition, ...]:
    """Every condition of this module. They are filters only: an update changes none of it."""
    state = Condition(
        "sharing_state",
        gettext("Sharing"),
        ("is", "is_not"),
        _never,
        _by_state,
        _check_state,
        one_of(STATES),
        in_triggers=False,
        in_automations=False,
    )
    since = Condition(
        "shared_hours_ago",
        gettext("Hours since shared"),
        ("less_than", "greater_than"),
        _never,
        _by_age,
        _check_hours,
        HOURS,
        in_triggers=False,
        in_automations=False,
    )
    return state, since


def _by_state(actor: Actor, operator: str, value: Any) -> Q:
    found = Q(pk__in=_ROWS[str(value)]())
    return found if operator == "is" else ~found


def _by_age(actor: Actor, operator: str, value: Any) -> Q:
    begin = timezone.now() - timedelta(hours=int(value))
    age = Q(created_at__gt=begin) if operator == "less_than" else Q(created_at__lt=begin)
    return Q(pk__in=SharedTicket.objects.active().filter(age).values("ticket_id"))


def _of_deliveries(state: DeliveryState) -> Any:
    rows = Delivery.objects.filter(state=state, shared_ticket__state=ShareState.ACTIVE)
    return rows.values("shared_ticket__ticket_id")


_ROWS: dict[str, Callable[[], Any]] = {
    "shared": lambda: SharedTicket.objects.active().values("ticket_id"),
    "waiting": lambda: _of_deliveries(DeliveryState.WAITING),
    "failed": lambda: _of_deliveries(DeliveryState.FAILED),
    "orphan": lambda: SharedTicket.objects.left_behind().values("ticket_id"),
}


def _check_state(value: Any) -> str:
    if str(value) not in _ROWS:
        raise Invalid.field("value", gettext("Sharing: must be one of %(known)s") % {"known": ", ".join(_ROWS)})
    return str(value)


def _check_hours(value: Any) -> str:
    text = str(value)
    if not (text.isascii() and text.isdecimal()) or int(text[:9]) > HOURS_MAX:
        raise Invalid.field(
            "value",
            gettext("Hours since shared takes a whole number, at most %(most)s") % {"most": f"{HOURS_MAX:,}"},
        )
    return str(int(text))


def _never(change: Change, operator: str, value: Any) -> bool:
    return False
