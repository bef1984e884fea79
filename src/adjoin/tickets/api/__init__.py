"""Tickets, what is said on them, and files over the API."""

from ninja import Router

from adjoin.tickets.api import conversation, nested, tickets, uploads

router = Router()
for part in (tickets, conversation, nested, uploads):
    router.add_router("", part.router)
