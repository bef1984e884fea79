"""The API in Zendesk's shapes: every app's router under /api/v2."""

from __future__ import annotations

from adjoin import __version__
from adjoin.audit_log.api import router as audit_logs
from adjoin.brands.api import router as brands
from adjoin.fields.api import router as ticket_fields
from adjoin.help_center.api import router as requests
from adjoin.job_statuses.api import router as job_statuses
from adjoin.knowledge.api import router as help_center
from adjoin.people.api import router as people
from adjoin.project import failures_api, tries
from adjoin.project.described import DescribedApi
from adjoin.rules.api import router as rules
from adjoin.satisfaction.api import router as satisfaction_ratings
from adjoin.saved_views.api import router as views
from adjoin.schedules.api import router as schedules
from adjoin.search.api import router as search
from adjoin.service_levels.api import router as service_levels
from adjoin.sharing.agreements.api import router as sharing_agreements
from adjoin.sign_in.sessions_api import router as sessions
from adjoin.suspended.api import router as suspended_tickets
from adjoin.tickets.api import router as tickets
from adjoin.webhooks.api import router as webhooks

api = DescribedApi(
    title="Adjoin API",
    version=__version__,
    description="Tickets, requests, people and search, in the shapes of Zendesk's API v2.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
ROUTERS = (
    *(tickets, requests, ticket_fields, people, brands, search, sharing_agreements, job_statuses, audit_logs),
    rules,
    schedules,
    service_levels,
    views,
    help_center,
    suspended_tickets,
    satisfaction_ratings,
    webhooks,
    sessions,
)
tries.refuse_where_unknown(ROUTERS)
for router in ROUTERS:
    api.add_router("", router)
failures_api.explain(api)
