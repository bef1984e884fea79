"""The actions with which rules tell people something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_noop as _

from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.notifications import recipients, tasks
from adjoin.rules import values
from adjoin.rules.registry import Action, Rule, add_action
from adjoin.rules.values import Choices, Part, Value
from adjoin.tickets.changes import Change

TEMPLATE_MAX = 65_000  # characters; Zendesk keeps rules under 65 kB


def register() -> None:
    """Make `notification_user` and `notification_group` known."""
    words = (Part(_("Subject")), Part(_("Text"), is_long=True))
    people, groups = Part(_("To"), choices=_people), Part(_("To"), choices=_groups)
    for action in (
        Action("notification_user", _("Mail a person"), _notify_user, _check_user, Value("email", (people, *words))),
        Action("notification_group", _("Mail a group"), _notify_group, _check_group, Value("email", (groups, *words))),
    ):
        add_action(replace(action, group="notifications", repeatable=True))


def _people() -> Choices:
    return [*recipients.TARGETS.items(), *values.rows(values.agents_who_read, nullable=False).choices]


def _groups() -> Choices:
    return [("group_id", _("The group of the ticket")), *values.rows(values.groups, nullable=False).choices]


def _notify_user(change: Change, value: Any, rule: Rule) -> None:
    _notify(change, recipients.user_ids(change, value[0]), value[1], value[2], rule)


def _notify_group(change: Change, value: Any, rule: Rule) -> None:
    _notify(change, recipients.group_user_ids(change, value[0]), value[1], value[2], rule)


def _notify(change: Change, user_ids: list[int], subject: str, body: str, rule: Rule) -> None:
    """Record who is told what; the mails are written by a job, which asks again what each may read."""
    user_ids = recipients.with_mail(user_ids)
    if not user_ids:
        return
    change.record("Notification", rule=rule, subject=subject, body=body, recipients=user_ids)
    source, rel = rule["source"]["from"], rule["source"]["rel"]
    rule_id = source["id"]
    trigger_id = rule_id if rel == "trigger" else f"{rel}-{rule_id}"  # both may tell of the same update

    def enqueue(written: Change) -> None:
        assert written.audit is not None
        tasks.notify.defer(
            audit_id=written.audit.pk,
            trigger_id=trigger_id,
            user_ids=user_ids,
            subject=subject,
            body=body,
            title=source["title"],
        )

    change.then(enqueue)


def _check_user(value: Any) -> list[str]:
    target, subject, body = _three(value)
    if target not in recipients.TARGETS and not _is_id(target):
        raise Invalid.field(
            "value", say("Mail goes to %(targets)s or the id of a person") % {"targets": ", ".join(recipients.TARGETS)}
        )
    return [target, subject, body]


def _check_group(value: Any) -> list[str]:
    target, subject, body = _three(value)
    if target != "group_id" and not _is_id(target):
        raise Invalid.field("value", say("Mail goes to group_id (the ticket's group) or the id of a group"))
    return [target, subject, body]


def _is_id(target: str) -> bool:
    return reading.whole_number(target) is not None


def _three(value: Any) -> tuple[str, str, str]:
    if not isinstance(value, list) or len(value) != 3:
        raise Invalid.field("value", say("A mail is [who, subject, body]"))
    target, subject, body = (str(part) for part in value)
    if not subject.strip() or len(subject) + len(body) > TEMPLATE_MAX:
        raise Invalid.field("value", say("A mail needs a subject, and fewer than 65,000 characters"))
    return target, subject, body
