"""Policies whose filter names something which goes away are left out, with a notice, so that tickets go on flowing."""

from __future__ import annotations

from datetime import datetime

from adjoin.kernel import outbox, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import of_error
from adjoin.rules import watching
from adjoin.service_levels import actions
from adjoin.service_levels.models import Policy


def look_again(wanted: str, now: datetime) -> None:
    """Something of that id has gone: look at every policy that stands and names it."""
    for policy in Policy.objects.standing().in_order():
        if watching.names([*policy.filter.get("all", []), *policy.filter.get("any", [])], wanted):
            _keep_or_leave_out(policy, now)


def _keep_or_leave_out(policy: Policy, now: datetime) -> None:
    try:
        actions.checked_filter(policy.filter)
    except Invalid as error:
        policy.notice, policy.updated_at = of_error(error), now
        policy.save(update_fields=["notice", "updated_at"])
        record.changed(Did.UPDATED, actions.KIND, policy.pk, policy.title, now=now, notice=("", policy.notice))
        outbox.publish(actions.TOPIC, now=now)
