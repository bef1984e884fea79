"""People, organizations and groups over the API."""

from ninja import Router

from adjoin.people.api import (
    bulk,
    groups,
    locales,
    memberships,
    organization_merges,
    organization_tags,
    organizations,
    own_fields,
    roles,
    subscriptions,
    user_jobs,
    users,
)

router = Router()
for part in (
    users,
    user_jobs,
    organizations,
    organization_merges,
    organization_tags,
    memberships,
    subscriptions,
    groups,
    bulk,
    roles,
    locales,
):
    router.add_router("", part.router)
router.add_router("", own_fields.user_fields)
router.add_router("", own_fields.organization_fields)
