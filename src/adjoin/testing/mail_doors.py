"""Mail as a door: what a rule that tells everybody everything would write to each of them."""

from __future__ import annotations

from django.db.models import QuerySet

from adjoin.channels.models import OutgoingMail
from adjoin.notifications.tasks import notify
from adjoin.testing import desk as desks
from adjoin.testing.desk import READERS, Desk
from adjoin.testing.doors import ALL_SAID, Door, Said
from adjoin.tickets.models import Audit

ASKED = ("home", "brandless", "vault", "confidential", "asked by rex", "about rex", "notes only", "deleted")
EVERYTHING = "{{ticket.latest_comment}} {{ticket.latest_public_comment}} {{ticket.description}} {{ticket.comments}}"


class Mails(Door):
    """The mails a trigger writes that names everybody, with every placeholder that holds what was said."""

    people = ("ada", "ben", "lea", "pia", "cat", "rex", "ula", "cyd", "dee", "eli", "hal", "tia", "gil", "sue", "pat")

    def tickets(self, desk: Desk, who: str) -> set[str]:
        subjects = set(self._written(desk, who).values_list("subject", flat=True))
        return {ticket for ticket in READERS if desks.subject(ticket) in subjects}

    def comments(self, desk: Desk, who: str) -> set[Said]:
        words = " ".join(text + html for text, html in self._written(desk, who).values_list("text_body", "html_body"))
        return {said for said in ALL_SAID if desks.said(said[0], public=said[1]) in words}

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in ASKED and super().promises_ticket(desk, ticket, who)

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return ticket in ASKED and super().promises_comment(desk, ticket, who, public)

    def _written(self, desk: Desk, who: str) -> QuerySet[OutgoingMail]:
        asked = [desk.tickets[ticket].pk for ticket in ASKED]
        everybody = [desk.users[name].pk for name in self.people]
        if not OutgoingMail.objects.filter(ticket_id__in=asked).exists():
            for audit in Audit.objects.filter(ticket_id__in=asked):
                notify(audit_id=audit.pk, trigger_id=0, user_ids=everybody, subject="{{ticket.title}}", body=EVERYTHING)
        return OutgoingMail.objects.filter(user=desk.users[who])
