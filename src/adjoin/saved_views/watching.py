"""Views that name something which goes away are switched off, with a notice, as rules are."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import of_error, say
from adjoin.people.models import Group
from adjoin.rules import watching
from adjoin.saved_views import actions
from adjoin.saved_views.models import View

NO_GROUP = gettext_noop("The groups it was for are no longer there.")


def look_again(wanted: str, now: datetime) -> None:
    """Something of that id has gone: look at every view that is on and names it."""
    for view in View.objects.active().in_order():
        rows = [*view.conditions.get("all", []), *view.conditions.get("any", [])]
        if watching.names(rows, wanted) or wanted in map(str, view.group_ids):
            _keep_or_switch_off(view, now)


def _keep_or_switch_off(view: View, now: datetime) -> None:
    try:
        actions.checked(view.conditions)
        why = "" if not view.group_ids or _has_group(view) else say(NO_GROUP)
    except Invalid as error:
        why = of_error(error)
    if not why:
        return
    view.is_active, view.notice, view.updated_at = False, why, now
    view.save(update_fields=["is_active", "notice", "updated_at"])
    moved = {"is_active": (True, False), "notice": ("", why)}
    record.changed(Did.UPDATED, "view", view.pk, view.title, now=now, **moved)


def _has_group(view: View) -> bool:
    return Group.objects.filter(pk__in=view.group_ids, is_deleted=False).exists()
