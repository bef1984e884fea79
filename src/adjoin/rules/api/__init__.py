"""Triggers and macros over the API."""

from ninja import Router

from adjoin.rules.api import triggers

router = Router()
for part in (triggers,):
    router.add_router("", part.router)
