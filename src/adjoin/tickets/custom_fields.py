"""Values of the fields that an account adds to its tickets, on their way into one.

Fields with choices and checkboxes put tags on the ticket, and such a tag sets its field: whoever moves one of the two,
by hand or by a rule, moves both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from adjoin.access import pointing
from adjoin.fields import values
from adjoin.fields.models import TicketField
from adjoin.fields.terms import WITH_TAGS, TicketFieldType
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.tickets.changes import clean_tags

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

GIVEN_MAX = 400  # values in one update


def clean(change: Change, given: Any) -> dict[int, Any]:
    """The values by field id, as the ticket keeps them, out of `[{"id", "value"}]` or `{id: value}`.

    Fields that are not there, or that an end user may not fill in, are left out. Raises `Invalid` with every value
    that does not fit."""
    by_id = _by_id(given)
    fields = TicketField.objects.custom().active().filter(pk__in=by_id).with_options()
    if change.actor.is_end_user:
        fields = fields.filter(editable_in_portal=True)
    problems: dict[str, list[tuple[str, str]]] = {}
    found: dict[int, Any] = {}
    for row in fields:
        try:
            found[row.pk] = values.clean(row, by_id[row.pk])
            _look_up(change, row, found[row.pk])
        except Invalid as error:
            problems |= {name: list(sentences) for name, sentences in error.details.items()}
    if problems:
        raise Invalid(problems)
    return found


def put(change: Change, found: Mapping[int, Any]) -> None:
    """Give the ticket these values."""
    for field_id, value in found.items():
        change.set_custom(field_id, value)


def keep_in_step(change: Change) -> None:
    """Have tags follow the values that were moved since the last time, and values the tags.

    Where both were moved, the value decides. One query, and none when neither was."""
    ticket, (had, wore) = change.ticket, change.in_step
    if ticket.custom_fields == had and ticket.tags == wore:
        return
    moved = {int(key) for key in {*had, *ticket.custom_fields} if had.get(key) != ticket.custom_fields.get(key)}
    turned = set(ticket.tags) ^ set(wore)
    wearers = _wearers(moved, turned)
    for wearer in wearers:
        if wearer.field_id not in moved:
            _follow_tags(change, wearer)
    tags = set(ticket.tags)
    for wearer in wearers:
        tags -= wearer.tags_of(had) | wearer.turned
        tags |= wearer.tags_of(ticket.custom_fields)
    change.set("tags", clean_tags(tags))
    change.in_step = (ticket.custom_fields, ticket.tags)


@dataclass
class _Wearer:
    """A field that puts tags on tickets, and those of its tags that came or went."""

    field_id: int
    type: str
    tag: str
    turned: set[str] = field(default_factory=set)

    def tags_of(self, kept: Mapping[str, Any]) -> set[str]:
        """The tags of the value it has there."""
        return set(TicketField(pk=self.field_id, type=self.type, tag=self.tag).tags_of(kept.get(str(self.field_id))))


def _wearers(field_ids: Collection[int], tags: Collection[str]) -> list[_Wearer]:
    """The fields with tags among these, and those that one of these tags belongs to."""
    rows: Any = TicketField.objects.active().filter(type__in=WITH_TAGS)
    found: Any
    if tags:
        rows = rows.annotate(turned=FilteredRelation("options", condition=Q(options__value__in=list(tags))))
        rows = rows.filter(Q(pk__in=field_ids) | Q(tag__in=tags) | Q(turned__isnull=False))
        found = rows.values_list("pk", "type", "tag", "turned__value")
    else:
        found = ((*row, None) for row in rows.filter(pk__in=field_ids).values_list("pk", "type", "tag"))
    by_id: dict[int, _Wearer] = {}
    for pk, kind, tag, turned in found:
        one = by_id.setdefault(pk, _Wearer(pk, kind, tag))
        one.turned |= {word for word in (turned, tag) if word and word in tags}
    return list(by_id.values())


def _follow_tags(change: Change, wearer: _Wearer) -> None:
    """Give a field the value that the ticket's tags say, as far as its own came or went."""
    kept, worn = change.ticket.custom_fields.get(str(wearer.field_id)), set(change.ticket.tags)
    came, went = sorted(wearer.turned & worn), wearer.turned - worn
    match wearer.type:
        case TicketFieldType.CHECKBOX:
            change.set_custom(wearer.field_id, bool(came))
        case TicketFieldType.TAGGER if came or kept in went:
            change.set_custom(wearer.field_id, came[-1] if came else None)
        case TicketFieldType.MULTISELECT:
            left = [one for one in kept or [] if one not in went]
            change.set_custom(wearer.field_id, [*left, *(one for one in came if one not in left)])


def _by_id(given: Any) -> dict[int, Any]:
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, list) and all(isinstance(one, Mapping) for one in given):
        pairs = [(one.get("id"), one.get("value")) for one in given]
    else:
        raise Invalid.field("custom_fields", _("Custom fields: must be a list of objects with id and value"))
    if len(pairs) > GIVEN_MAX:
        raise Invalid.field("custom_fields", _("Custom fields: at most %(most)s in one update") % {"most": GIVEN_MAX})
    return {pk: value for one, value in pairs if (pk := whole_number(one)) is not None}


def _look_up(change: Change, row: TicketField, value: Any) -> None:
    if row.type != TicketFieldType.LOOKUP:
        return
    try:
        pointing.check(change.actor, row, value, change.ticket.custom_fields.get(row.key))
    except ValueError as error:
        raise Invalid.field(row.key, say("%(title)s: %(error)s") % {"title": row.title, "error": error}) from error
