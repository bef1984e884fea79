"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.administration import places
from adjoin.fields import statuses
from adjoin.help_center.looks import worn
from adjoin.notifications import queries as notifications
from adjoin.sharing.agreements import news
from adjoin.sign_in import ways


def desk(request: HttpRequest) -> dict[str, Any]:
    """What a request carries, None outside of any account, and `places`: the rooms of the settings open to who asks.

    `worn` is how the brand's help center looks; see `Worn`.

    `ways_in` is how one signs in here, for the page that asks; see `Ways`.

    `sharing_desk` is what an admin should know of partners on every page; see `Told`.

    `statuses_of_desk` are the account's own names for where tickets stand.
    `sees_suspended` is whether who asks looks after suspended tickets.
    `unread_news` is how many of their own notifications who asks has not read.

    `viewing` is whom the request sees the desk as, where that is somebody else."""
    known = {name: getattr(request, name, None) for name in ("account", "brand", "actor", "viewing")}
    actor = known["actor"]
    return {
        **known,
        "places": SimpleLazyObject(lambda: places.open_to(actor) if actor else []),
        "worn": SimpleLazyObject(lambda: worn.by(request)),
        "ways_in": SimpleLazyObject(ways.offered),
        "statuses_of_desk": SimpleLazyObject(statuses.book),
        "unread_news": SimpleLazyObject(lambda: notifications.unread_count(actor)),
        "sees_suspended": actor is not None and permissions.allows(actor, Permission.MANAGE_SUSPENDED_TICKETS),
        "sharing_desk": SimpleLazyObject(lambda: news.told_to(actor)),
    }
