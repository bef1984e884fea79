"""The help center over the API, in Zendesk's shapes, with and without a locale in the address."""

from ninja import Router

from adjoin.knowledge.api import (
    articles,
    attachments,
    comments,
    labels,
    search,
    segments,
    shelves,
    subscriptions,
    translations,
    votes,
)

router = Router()
for part in (search, labels, attachments, comments, subscriptions, votes, translations, articles, shelves, segments):
    router.add_router("", part.router)
