"""People, organizations and groups over the API."""

from ninja import Router

from adjoin.people.api import (
    bulk,
    groups,
    locales,
    memberships,
    organization_fields,
    organization_merges,
    organization_tags,
    organizations,
    roles,
    subscriptions,
    users,
)

router = Router()
for part in (
    users,
    organizations,
    organization_merges,
    organization_tags,
    organization_fields,
    memberships,
    subscriptions,
    groups,
    bulk,
    roles,
    locales,
):
    router.add_router("", part.router)
