"""The macros every new account has, as Zendesk ships them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from adjoin.access.actors import Actor
from adjoin.rules import macro_writes
from adjoin.rules.models import Macro

ANSWERED = gettext_noop("""Hello {{ticket.requester.first_name}},

what you ask is answered in our help center, so this request is solved. If something is left open, just reply to it.""")
SILENT = gettext_noop("""Hello {{ticket.requester.first_name}},

we have not heard from you for a while. Do you still need help with this? Then please reply, and we go on.""")
LATER = gettext_noop("""Hello {{ticket.requester.first_name}},

there is much to do here at the moment, and this has to wait a little. We have not forgotten it and will answer you.""")
MINE = [("group_id", "current_groups"), ("assignee_id", "current_user")]
MACROS: tuple[tuple[str, list[tuple[str, Any]]], ...] = (
    (
        gettext_noop("Close and redirect to topics"),
        [
            ("status", "solved"),
            ("priority", "normal"),
            ("type", "incident"),
            *reversed(MINE),
            ("comment_value", ANSWERED),
        ],
    ),
    (gettext_noop("Customer not responding"), [("status", "pending"), ("comment_value", SILENT)]),
    (gettext_noop("Downgrade and inform"), [("priority", "low"), ("comment_value", LATER)]),
    (gettext_noop("Take it!"), MINE),
)


def furnish_macros(now: datetime) -> None:
    """Put them into a new account, in its language."""
    for title, does in MACROS:
        if not Macro.objects.filter(title=gettext(title)).exists():
            lines = [{"field": field, "value": _said(field, value)} for field, value in does]
            macro_writes.create_macro(actor=Actor.system(), title=gettext(title), actions=lines, now=now)


def _said(field: str, value: str) -> str:
    return gettext(value) if field == "comment_value" else value
