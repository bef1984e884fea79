"""What is chosen on the page of copies left behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.kernel.errors import DeskError
from adjoin.sharing.shares import actions

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

STEPS = [("take_over", _("Take over")), ("close", _("Close"))]


class OrphansForm(forms.Form):
    """Tickets by number, what to do with them, and for those taken over the requester's address, if any."""

    tickets = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Choose a ticket first.")})
    step = forms.ChoiceField(choices=STEPS)
    requester = forms.EmailField(
        required=False,
        label=_("Requester"),
        help_text=_("For tickets you take over: the address of a person of yours."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        chosen = self.data.getlist("tickets") if hasattr(self.data, "getlist") else []
        field = self.fields["tickets"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(one, one) for one in chosen if one.isascii() and one.isdecimal() and len(one) < 19]

    def carry_out(self, actor: Actor, now: datetime) -> tuple[str, list[str]]:
        """Do it to each ticket by itself. Returns what to tell the person, and what could not be done."""
        address, done, problems = self.cleaned_data["requester"], 0, []
        person = readable.users(actor).filter(email=address, is_active=True).first() if address else None
        if address and person is None:
            return "", [gettext("%(address)s is nobody's address here. Add the person first.") % {"address": address}]
        for ticket_id in self.cleaned_data["tickets"]:
            try:
                if self.cleaned_data["step"] == "close":
                    actions.close_orphan(actor=actor, ticket_id=ticket_id, now=now)
                else:
                    requester_id = person.pk if person else None
                    actions.take_over(actor=actor, ticket_id=ticket_id, requester_id=requester_id, now=now)
                done += 1
            except DeskError as error:
                problems.append(f"#{ticket_id}: {error}")
        verb = gettext("closed") if self.cleaned_data["step"] == "close" else gettext("taken over")
        return f"{done} {verb}." if done else "", problems
