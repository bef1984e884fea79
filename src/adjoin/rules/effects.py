"""What a rule did to a ticket, in words: from the events it left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from adjoin.kernel.wording import tell
from adjoin.people.models import User
from adjoin.rules.sentences import Writer

_PLAIN = ("status", "custom_status_id", "ticket_form_id", "priority", "type", "group_id", "assignee_id", "brand_id")
EVENTS = {  # other events: the action that makes them, and where they have its value
    "ScheduleAssignment": ("set_schedule", "new_schedule_id"),
    "SatisfactionRating": ("satisfaction_score", "score"),
    "TicketSharingEvent": ("share_ticket", "agreement_id"),
}
OF_PEOPLE = {"UserChange": "requester", "OrganizationChange": "organization"}
FIELDS = {  # of the events of an audit: the action whose words say what a field has become
    **{name: name for name in _PLAIN},
    "tags": "set_tags",
}


class Told(Protocol):
    """An event of an audit, written or yet to be."""

    type: Any
    data: Any


def told(
    events: Iterable[Told],
    ccs: Collection[int] | None = None,
    followers: Collection[int] | None = None,
    writer: Writer | None = None,
) -> list[str]:
    """A sentence for each of the events that means something to people, and for who is copied and who follows now."""
    writer = writer or Writer()
    said = [_event(event.type, event.data, writer) for event in events]
    for verb, people in ((_("Copies"), ccs), (_("Followed by"), followers)):
        if people:
            said.append(f"{verb} {_names(people)}")
    return [one for one in said if one]


def _event(kind: str, data: Mapping[str, Any], writer: Writer) -> str:
    if kind == "Error":
        return tell(str(data["message"]))
    if kind == "Notification":
        return _("Mails %(names)s: %(subject)s") % {"names": _names(data["recipients"]), "subject": data["subject"]}
    if kind == "Comment":
        return _("Says something")
    if kind == "WebhookEvent":
        return _("Calls the webhook %(name)s") % {"name": data["webhook"]}
    action, value = _as_action(kind, data)
    if action == "set_tags":
        value = " ".join(value)
    return writer.action({"field": action, "value": "" if value is None else value}) if action else ""


def _as_action(kind: str, data: Mapping[str, Any]) -> tuple[str, Any]:
    """The action that would do what the event says, and its value; "" for none."""
    if kind in EVENTS:
        action, name = EVENTS[kind]
        return action, data[name]
    field = str(data.get("field_name"))
    if kind in OF_PEOPLE:
        return field if field == "locale_id" else f"{OF_PEOPLE[kind]}.{field}", data["value"]
    return f"custom_fields_{field}" if field.isdecimal() else FIELDS.get(field, ""), data.get("value")


def _names(user_ids: Collection[int]) -> str:
    names = list(User.objects.filter(pk__in=user_ids).order_by("name").values_list("name", flat=True)[:4])
    more = len(user_ids) - len(names)
    return ", ".join(names) + (_(" and %(more)s more") % {"more": more} if more > 0 else "")
