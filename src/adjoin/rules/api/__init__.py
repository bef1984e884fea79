"""Triggers, automations and macros over the API."""

from ninja import Router

from adjoin.rules.api import automations, macros, revisions, trigger_categories, triggers

router = Router()
for part in (trigger_categories, triggers, automations, revisions, macros):
    router.add_router("", part.router)
