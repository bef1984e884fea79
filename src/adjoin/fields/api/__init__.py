"""Ticket fields, ticket forms and custom statuses over the API."""

from ninja import Router

from adjoin.fields.api import custom_statuses, ticket_fields, ticket_forms

router = Router()
for part in (ticket_fields, ticket_forms, custom_statuses):
    router.add_router("", part.router)
