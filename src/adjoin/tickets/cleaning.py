"""The values of an update as the ticket keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from adjoin.access import assignable, readable
from adjoin.kernel import text
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.errors import Invalid
from adjoin.people.models import GroupMembership, Organization, User
from adjoin.tickets import custom_fields, form_rules, hooks
from adjoin.tickets.changes import Change, clean_tags
from adjoin.tickets.terms import Priority, TicketStatus, TicketType

CCS_MAX = 48  # as Zendesk has it
END_USER_FIELDS = {
    *("subject", "priority", "type", "organization_id", "due_at", "ccs", "external_id"),
    "is_confidential",  # which narrows only
    *("ticket_form_id", "custom_fields"),
}


def clean(change: Change, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the ticket keeps them; unknown ones are dropped. Raises `Invalid` with every problem found."""
    problems: dict[str, list[tuple[str, str]]] = {}
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if change.is_create and change.actor.is_end_user and name not in END_USER_FIELDS | {"brand_id"}:
            continue
        try:
            if name in _CLEANERS:
                values[name] = _CLEANERS[name](change, value)
            elif name in hooks.field_writers:
                values[name] = value
        except Invalid as error:
            for field, found in error.details.items():
                problems.setdefault(field, []).extend(found)
    if problems:
        raise Invalid(problems)
    _keep_group_and_assignee_together(change, values)
    _keep_status_and_custom_status_together(change, values)
    return values


def _subject(change: Change, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise Invalid.field("subject", _("Subject: must be text"))
    return text.one_line(value or "")[:1000]


def _one_of(field: str, label: str, choices: list[str], *, nullable: bool) -> Callable[[Change, Any], str | None]:
    def check(change: Change, value: Any) -> str | None:
        if value in (None, "") and nullable:
            return None
        if value not in choices:
            raise Invalid.field(
                field,
                _("%(label)s: %(value)s is not one of %(choices)s")
                % {"label": label, "value": str(value)[:60], "choices": ", ".join(choices)},
            )
        return str(value)

    return check


def _status(change: Change, value: Any) -> str:
    status = _one_of("status", "Status", TicketStatus.values, nullable=False)(change, value)
    if status == TicketStatus.NEW and not change.is_create and change.ticket.status != TicketStatus.NEW:
        return str(change.ticket.status)  # never back to new
    return str(status)


def _custom_status(change: Change, value: Any) -> int | None:
    """One in use, or the one the ticket has; which is also what nothing means, and going back to new."""
    row = change.statuses.by_id.get(int(value)) if is_id(value) else None
    if value in (None, "") or (row is not None and row.pk == change.custom_status_id):
        return change.custom_status_id
    if row is None or not row.is_active:
        raise Invalid.field(
            "custom_status_id",
            _("Custom status: %(value)s does not exist or cannot be chosen") % {"value": str(value)[:40]},
        )
    is_back_to_new = row.status_category == TicketStatus.NEW and change.ticket.status != TicketStatus.NEW
    return change.custom_status_id if is_back_to_new and not change.is_create else row.pk


def _keep_status_and_custom_status_together(change: Change, values: dict[str, Any]) -> None:
    """Of two that are said, the one that moves counts: clients send back what they do not mean to change."""
    if "status" not in values or "custom_status_id" not in values:
        return
    is_kept = values["custom_status_id"] == change.custom_status_id and values["status"] != change.ticket.status
    del values["custom_status_id" if is_kept or values["status"] == TicketStatus.CLOSED else "status"]


def _requester(change: Change, value: Any) -> int:
    return _existing("requester_id", "Requester", value, User.objects.active())


def _assignee(change: Change, value: Any) -> int | None:
    if value in (None, ""):
        return None
    return _existing("assignee_id", "Assignee", value, assignable.agents())


def _group(change: Change, value: Any) -> int | None:
    if value in (None, ""):
        return None
    if is_id(value) and int(value) == change.ticket.group_id:
        return int(value)
    return _existing("group_id", "Group", value, assignable.groups(change.actor))


def _organization(change: Change, value: Any) -> int | None:
    if value in (None, ""):
        return None
    mine = Organization.objects.filter(memberships__user_id=change.ticket.requester_id)
    if not is_id(value) or not mine.filter(pk=value).exists():
        # As Zendesk has it: not one of the requester's, so their default.
        return mine.filter(memberships__is_default=True).values_list("pk", flat=True).first()
    return int(value)


def _brand(change: Change, value: Any) -> int | None:
    if value in (None, ""):
        if change.actor.is_agent and not change.actor.is_admin:
            raise Invalid.field("brand_id", _("Brand: cannot be blank"), "BlankValue")
        return None
    if is_id(value) and int(value) == change.ticket.brand_id:
        return int(value)
    return _existing("brand_id", "Brand", value, assignable.brands(change.actor).filter(is_active=True))


def _problem(change: Change, value: Any) -> int | None:
    """The problem this is an incident of, among those the actor may read."""
    if value in (None, ""):
        return None
    problems = readable.tickets_as_agent(change.actor).filter(type=TicketType.PROBLEM).exclude(pk=change.ticket.pk)
    return _existing("problem_id", "Problem", value, problems)


def _external_id(change: Change, value: Any) -> str | None:
    return None if value in (None, "") else text.one_line(str(value))[:255]


def _due_at(change: Change, value: Any) -> datetime | None:
    if value is not None and not isinstance(value, datetime):
        raise Invalid.field("due_at", _("Due date: must be a date and time"))
    return value


def _tags(change: Change, value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, list | tuple | set) or not all(isinstance(tag, str) for tag in value):
        raise Invalid.field("tags", _("Tags: must be a list of words"))
    return clean_tags(value)


def _confidential(change: Change, value: Any) -> bool:
    return bool(value)


def _ccs(change: Change, value: Any) -> set[int]:
    ids = _ids("email_ccs", value)
    if change.actor.is_end_user and not change.is_create:  # they add people and remove nobody
        ids |= set(change.ticket.copied.values_list("user_id", flat=True))
    if len(ids) > CCS_MAX:
        raise Invalid.field("email_ccs", _("Email ccs: at most %(most)s people can be copied") % {"most": CCS_MAX})
    return _all_existing("email_ccs", ids)


def _followers(change: Change, value: Any) -> set[int]:
    ids = _all_existing("followers", _ids("followers", value))
    return set(User.objects.agents().filter(pk__in=ids).values_list("pk", flat=True))


_CLEANERS: dict[str, Callable[[Change, Any], Any]] = {
    "subject": _subject,
    "status": _status,
    "custom_status_id": _custom_status,
    "priority": _one_of("priority", "Priority", Priority.values, nullable=True),
    "type": _one_of("type", "Type", TicketType.values, nullable=True),
    "requester_id": _requester,
    "assignee_id": _assignee,
    "group_id": _group,
    "organization_id": _organization,
    "brand_id": _brand,
    "external_id": _external_id,
    "due_at": _due_at,
    "tags": _tags,
    "problem_id": _problem,
    "is_confidential": _confidential,
    "ccs": _ccs,
    "followers": _followers,
    "ticket_form_id": form_rules.clean,
    "custom_fields": custom_fields.clean,
}


def _keep_group_and_assignee_together(change: Change, values: dict[str, Any]) -> None:
    """A new group drops an assignee who is not in it; a new assignee brings a group of theirs."""
    assignee = values.get("assignee_id", change.ticket.assignee_id)
    group = values.get("group_id", change.ticket.group_id)
    if assignee is None or ("assignee_id" not in values and "group_id" not in values):
        return
    groups = GroupMembership.objects.filter(user_id=assignee, group__is_deleted=False)
    if group is not None and groups.filter(group_id=group).exists():
        return
    if "assignee_id" in values and "group_id" not in values:
        values["group_id"] = _group_of_assignee(change, groups)
    elif "assignee_id" in values:
        raise Invalid.field(
            "assignee_id", _("Assignee: is not in that group. Choose somebody who is, or another group.")
        )
    else:
        values["assignee_id"] = None


def _group_of_assignee(change: Change, memberships: QuerySet[GroupMembership]) -> int | None:
    """The group they take the ticket to: their own first one that the actor can give it to."""
    known = memberships.filter(group__in=assignable.groups(change.actor)).order_by("-is_default", "pk")
    found = known.values_list("group_id", flat=True).first()
    if found is None and memberships.exists():
        raise Invalid.field("assignee_id", _("Assignee: is in no group that you can give tickets to"))
    return found


def _existing(field: str, label: str, value: Any, rows: Any) -> int:
    if not is_id(value) or not rows.filter(pk=value).exists():
        raise Invalid.field(
            field,
            _("%(label)s: %(value)s does not exist or cannot be chosen") % {"label": label, "value": str(value)[:40]},
        )
    return int(value)


def _ids(field: str, value: Any) -> set[int]:
    if not isinstance(value, list | tuple | set | frozenset) or not all(is_id(one) for one in value):
        raise Invalid.field(field, _("must be a list of user ids"))
    return {int(one) for one in value}


def _all_existing(field: str, ids: set[int]) -> set[int]:
    found = set(User.objects.active().filter(pk__in=ids, partner_name="").values_list("pk", flat=True))
    if missing := ids - found:
        raise Invalid.field(field, _("%(missing)s is nobody who can be added") % {"missing": min(missing)})
    return ids


def is_id(value: Any) -> bool:
    """Whether `value` is a number that can be an id, or its digits."""
    return whole_number(value) is not None
