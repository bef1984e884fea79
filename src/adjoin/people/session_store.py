"""Where sessions are kept: Django's own table, looked into by a statement that is prepared."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from adjoin.kernel import statements


class SessionStore(db.SessionStore):
    """Sessions in the account's schema."""

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(_living(str(self.session_key), timezone.now())), None)
        if found is None:
            self._session_key = None  # as Django does: a key that is not known is not used again
        return found


@statements.kept(is_prepared=True)
def _living(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
