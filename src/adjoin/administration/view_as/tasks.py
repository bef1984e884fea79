"""The end of seeing the desk as somebody else, when nobody comes to end it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from adjoin.accounts.jobs import task
from adjoin.administration.view_as import viewing
from adjoin.audit_log.models import Entry
from adjoin.kernel.record import Did


@task("administration.tell_view_as_end", retry=5)
def tell_end(*, admin_id: int | None, admin_name: str, user_id: int, begun_at: str) -> None:
    """Have the end recorded, unless somebody has ended it."""
    ends = Entry.objects.filter(action=Did.DELETED, kind=viewing.KIND, subject_id=user_id, actor_id=admin_id)
    if not ends.filter(at__gte=datetime.fromisoformat(begun_at)).exists():
        viewing.record_end(admin_id=admin_id, admin_name=admin_name, user_id=user_id, now=timezone.now())


def on_begun(*, admin_id: int | None, admin_name: str, user_id: int, begun_at: str, until: datetime) -> None:
    """Somebody sees the desk as another, until then."""
    tell_end.defer(at=until, admin_id=admin_id, admin_name=admin_name, user_id=user_id, begun_at=begun_at)
