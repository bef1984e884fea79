"""Ticket fields and ticket forms over the API."""

from ninja import Router

from adjoin.fields.api import ticket_fields, ticket_forms

router = Router()
for part in (ticket_fields, ticket_forms):
    router.add_router("", part.router)
