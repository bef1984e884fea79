"""People, organizations and groups over the API."""

from ninja import Router

from adjoin.people.api import groups, memberships, organizations, roles, users

router = Router()
for part in (users, organizations, memberships, groups, roles):
    router.add_router("", part.router)
