"""Being led to a second factor: whoever has to have one and has none sets it up first, and does nothing else."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase

from adjoin.people.models import User
from adjoin.sign_in import policy

_KEY = "must_set_up_second_factor"
# Where they may go meanwhile. Signing out is among it.
OPEN = ("/accounts/", "/hc/brand.css", "/static/")


def begin(session: SessionBase, user: User, *, is_done_elsewhere: bool) -> None:
    """Note at sign-in whether `user` has to set one up. What is decided later holds from their next sign-in."""
    if not is_done_elsewhere and policy.requires_second_factor(user) and not policy.has_second_factor(user):
        session[_KEY] = True


def is_pending(session: SessionBase, user: User) -> bool:
    """Whether they have still to do it. Asks the database only of those who had to at sign-in."""
    if not session.get(_KEY):
        return False
    if policy.has_second_factor(user) or not policy.requires_second_factor(user):
        del session[_KEY]
        return False
    return True


def is_unfinished(session: SessionBase) -> bool:
    """Whether the session is of somebody who had to set one up when they signed in, and has shown no page since."""
    return bool(session.get(_KEY))


def is_open(path: str) -> bool:
    """Whether somebody who has to set one up may go there."""
    return path.startswith(OPEN)
