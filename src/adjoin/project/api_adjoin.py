"""The API for what Zendesk has no shape for, under /api/adjoin/v1."""

from __future__ import annotations

from ninja import Router

from adjoin import __version__
from adjoin.access.api import router as access
from adjoin.imports.api import router as imports
from adjoin.people.api.tokens import router as api_tokens
from adjoin.project import failures_api, tries
from adjoin.project.described import DescribedApi
from adjoin.sharing.journal.api import router as sharing_deliveries
from adjoin.sharing.people.api import router as partner_people
from adjoin.sharing.shares.api import router as sharing
from adjoin.sign_in.api import router as second_factors

ROUTERS: tuple[Router, ...] = (
    access,
    api_tokens,
    imports,
    sharing,
    sharing_deliveries,
    partner_people,
    second_factors,
)

api = DescribedApi(
    title="Adjoin's own API",
    version=__version__,
    description="What Zendesk's API has no shape for: tokens, imports, who may read what and why, what partners see.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api_adjoin",
)
tries.refuse_where_unknown(ROUTERS)
for router in ROUTERS:
    api.add_router("", router)
failures_api.explain(api)
