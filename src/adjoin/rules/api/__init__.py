"""Triggers and macros over the API."""

from ninja import Router

from adjoin.rules.api import macros, triggers

router = Router()
for part in (triggers, macros):
    router.add_router("", part.router)
