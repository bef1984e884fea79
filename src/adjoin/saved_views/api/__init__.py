"""Views over the API."""

from ninja import Router

from adjoin.saved_views.api import rows, views

router = Router()
for part in (views, rows):
    router.add_router("", part.router)
