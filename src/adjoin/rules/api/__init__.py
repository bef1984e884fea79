"""Triggers, automations and macros over the API."""

from ninja import Router

from adjoin.rules.api import automations, macros, triggers

router = Router()
for part in (triggers, automations, macros):
    router.add_router("", part.router)
