"""People, organizations and groups over the API."""

from ninja import Router

from adjoin.people.api import groups, memberships, organizations, users

router = Router()
for part in (users, organizations, memberships, groups):
    router.add_router("", part.router)
