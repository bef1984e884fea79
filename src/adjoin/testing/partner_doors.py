"""Sharing as a door: three partners, what each may read, and what is sent or told to them."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.sharing.crossing import gathering, outgoing, partners
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.terms import TOKEN_HEADER, AgreementStatus, CommentsTerm, Direction, ShareRole, ShareState
from adjoin.testing import desk as desks
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import Desk
from adjoin.testing.doors import ALL_SAID, Door, Said

PUBLIC_ONLY, WITH_NOTES, ENDED = (
    "the partner of public comments",
    "the partner of all comments",
    "the partner of before",
)
TERMS = {
    PUBLIC_ONLY: (CommentsTerm.PUBLIC, AgreementStatus.ACCEPTED),
    WITH_NOTES: (CommentsTerm.BOTH, AgreementStatus.ACCEPTED),
    ENDED: (CommentsTerm.BOTH, AgreementStatus.INACTIVE),
}
SHARED = {
    PUBLIC_ONLY: ("home", "vault", "notes only", "deleted"),
    WITH_NOTES: ("confidential", "about rex"),
    ENDED: ("talking",),
}
TAKEN_BACK = {PUBLIC_ONLY: ("outdoor",), WITH_NOTES: ("home",), ENDED: ()}
PROMISED = {PUBLIC_ONLY: {"home", "vault", "notes only"}, WITH_NOTES: {"confidential", "about rex"}, ENDED: set[str]()}


def agreement(desk: Desk, partner: str) -> SharingAgreement:
    """The agreement with a partner, and the tickets under it, made when they are not there."""
    at = list(TERMS).index(partner)
    comments, status = TERMS[partner]
    found, is_new = SharingAgreement.objects.get_or_create(
        uuid=f"{at}" * 40,
        defaults={
            "access_key": f"key{at}",
            "direction": Direction.OUTBOUND,
            "status": status,
            "partner_name": partner,
            "own_url": "http://acme.localhost:8000/sharing",
            "partner_url": f"http://partner{at}.localhost:8000/sharing",
            "comments": comments,
            "created_at": NOW,
            "updated_at": NOW,
        },
    )
    if is_new:
        _share(desk, found, SHARED[partner], ShareState.ACTIVE)
        _share(desk, found, TAKEN_BACK[partner], ShareState.UNSHARED)
    return found


def actor(desk: Desk, partner: str) -> Actor:
    """The partner's desk."""
    return partners.actor(agreement(desk, partner))


def _share(desk: Desk, under: SharingAgreement, tickets: tuple[str, ...], state: str) -> None:
    for ticket in tickets:
        SharedTicket.objects.create(
            agreement=under,
            ticket_id=desk.tickets[ticket].pk,
            uuid=_uuid(ticket),
            role=ShareRole.SENT,
            state=state,
            is_delivered=True,
            created_at=NOW,
            updated_at=NOW,
        )


def _uuid(ticket: str) -> str:
    return f"zz{ticket.replace(' ', '')}"


class PartnerDoor(Door):
    """What the table of partners promises."""

    people = tuple(TERMS)

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in PROMISED[who]

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        said_there = not public or ticket not in desks.NO_PUBLIC_SIDE
        return ticket in PROMISED[who] and said_there and (public or who == WITH_NOTES)


class PartnersRead(PartnerDoor):
    """What the queries give a partner."""

    def tickets(self, desk: Desk, who: str) -> set[str]:
        found = set(readable.tickets(actor(desk, who)).values_list("pk", flat=True))
        return {name for name, ticket in desk.tickets.items() if ticket.pk in found}

    def comments(self, desk: Desk, who: str) -> set[Said]:
        bodies = set(readable.comments(actor(desk, who)).values_list("body", flat=True))
        return {said for said in ALL_SAID if desks.said(said[0], public=said[1]) in bodies}


class Payloads(PartnerDoor):
    """What leaves for a partner about each ticket that was ever shared with them."""

    def comments(self, desk: Desk, who: str) -> set[Said]:
        under = agreement(desk, who)
        sent = json.dumps([self._payload(desk, under, shared) for shared in under.shared_tickets.all()])
        return {said for said in ALL_SAID if desks.said(said[0], public=said[1]) in sent}

    def _payload(self, desk: Desk, under: SharingAgreement, shared: SharedTicket) -> dict[str, Any]:
        ticket = next(one for one in desk.tickets.values() if one.pk == shared.ticket_id)
        shared.agreement = under
        return outgoing.whole(gathering.facts(shared, ticket, is_whole=True), under.terms, is_sharer=True)


class Wire(PartnerDoor):
    """What the protocol tells a partner who asks for a ticket, with the agreement's own key."""

    routes = ("/sharing/tickets/{}",)

    def answers(self, desk: Desk, who: str) -> dict[str, str]:
        headers = {TOKEN_HEADER: agreement(desk, who).token, "host": "acme.localhost"}
        for other in TERMS:
            agreement(desk, other)
        asked = {one for named in (SHARED, TAKEN_BACK) for tickets in named.values() for one in tickets}
        told: dict[str, str] = desk.seen.setdefault((str(self), who), {})
        for ticket in asked - set(told):
            told[ticket] = Client().get(f"/sharing/tickets/{_uuid(ticket)}", headers=headers).content.decode()
        return told

    def tickets(self, desk: Desk, who: str) -> set[str]:
        return {ticket for ticket, body in self.answers(desk, who).items() if desks.subject(ticket) in body}

    def comments(self, desk: Desk, who: str) -> set[Said]:
        told = " ".join(self.answers(desk, who).values())
        return {said for said in ALL_SAID if desks.said(said[0], public=said[1]) in told}


PARTNERS: tuple[Door, ...] = (PartnersRead(), Payloads(), Wire())
