"""Policies of service levels, and what was measured, over the API."""

from ninja import Router

from adjoin.service_levels.api import metric_events, policies

router = Router()
for part in (policies, metric_events):
    router.add_router("", part.router)
