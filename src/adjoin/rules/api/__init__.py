"""Triggers, automations and macros over the API."""

from ninja import Router

from adjoin.rules.api import automations, macro_attachments, macros, revisions, trigger_categories, triggers

router = Router()
for part in (trigger_categories, triggers, automations, revisions, macros, macro_attachments):
    router.add_router("", part.router)
