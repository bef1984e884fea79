"""Policies of service levels, and what was measured, over the API."""

from ninja import Router

from adjoin.service_levels.api import group_policies, metric_events, metric_sets, policies

router = Router()
for part in (policies, group_policies, metric_events, metric_sets):
    router.add_router("", part.router)
