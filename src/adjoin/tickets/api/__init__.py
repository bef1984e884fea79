"""Tickets, what is said on them, and files over the API."""

from ninja import Router

from adjoin.tickets.api import conversation, deleted, linked, many, nested, redactions, relationships, tickets, uploads

router = Router()
for part in (tickets, many, deleted, conversation, redactions, linked, nested, relationships, uploads):
    router.add_router("", part.router)
