"""What a lookup field points at: somebody, an organization or a ticket, of those that whoever chooses may look up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjoin.access import listed, readable
from adjoin.fields.models import TicketField
from adjoin.kernel import narrowing
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.field_values import Target
from adjoin.people.models import OrganizationField, OwnField, UserField

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SHOWN_MAX = 8
NEWEST = 2000  # tickets whose subjects are gone through
ROWS: dict[str, Callable[[Actor], Any]] = {
    Target.USER: lambda actor: listed.users(actor).filter(is_active=True),
    Target.ORGANIZATION: readable.organizations,
    Target.TICKET: readable.tickets_as_agent,
}
MODELS: dict[str, Any] = {Target.TICKET: TicketField, Target.USER: UserField, Target.ORGANIZATION: OrganizationField}
HINTS = {
    Target.USER: gettext_lazy("A name, an address or the number of a person"),
    Target.ORGANIZATION: gettext_lazy("The name or the number of an organization"),
    Target.TICKET: gettext_lazy("The number or the subject of a ticket"),
}


@dataclass(frozen=True)
class Found:
    """One that can be chosen: its id, its name, and what tells it from others of that name."""

    id: int
    name: str
    hint: str = ""


def field(source: str, field_id: int) -> Any:
    """The lookup field of tickets, people or organizations with that id; None for no such field in use."""
    return lookups(source).filter(pk=field_id).first()


def lookups(source: str) -> Any:
    """The lookup fields in use of tickets, people or organizations."""
    return MODELS[source]._default_manager.filter(type="lookup", is_active=True)


def source_of(field: TicketField | OwnField) -> str:
    """What has such a field: a `Target`."""
    return next(source for source, model in MODELS.items() if isinstance(field, model))


def offered(actor: Actor, field: TicketField | OwnField) -> Q:
    """A filter over what it could point at: what it offers."""
    return narrowing.rows(actor, field.target, field.relationship_filter)


def matching(actor: Actor, target: str, words: str, field: TicketField | OwnField | None = None) -> list[Found]:
    """Up to 8 of those that `actor` may look up, by number or by words, and that `field` offers. [] for no words, or
    for no such target."""
    words = words.strip().removeprefix("#")
    if not words or target not in ROWS:
        return []
    narrowed = offered(actor, field) if field is not None else Q()
    found = list(_by_words(actor, target, words, narrowed)[:SHOWN_MAX])
    if (pk := whole_number(words)) is not None:
        found = [*ROWS[target](actor).filter(narrowed, pk=pk), *(one for one in found if one.pk != pk)][:SHOWN_MAX]
    return shown(target, found)


def shown(target: str, rows: Iterable[Any]) -> list[Found]:
    """Rows of such a target with their names."""
    return [_shown(target, row) for row in rows]


def only_match(actor: Actor, target: str, words: str, field: TicketField | OwnField | None = None) -> str:
    """The id that `words` mean: an id as it is, else that of the only match. Raises `ValueError` with a sentence."""
    if words.isascii() and words.isdecimal():
        return words
    found = matching(actor, target, words, field)
    if len(found) != 1:
        raise ValueError(_("Several have that name. Choose one of the list.") if found else _("Nothing has that name."))
    return str(found[0].id)


def check(actor: Actor, field: TicketField | OwnField, value: Any, kept: Any = None) -> None:
    """Raises `ValueError` with the rest of a sentence for what `actor` may not look up, as for what is not there and
    for what `field` does not offer. What is `kept` may stay, also where it is offered no more."""
    narrowed = Q() if value == kept else offered(actor, field)
    if value is not None and not ROWS[field.target](actor).filter(narrowed, pk=int(value)).exists():
        raise ValueError(_("%(value)s does not exist or cannot be chosen") % {"value": value})


def take_hidden(actor: Actor, rows: Sequence[Any], fields: Iterable[Any]) -> None:
    """Take off the rows what their own fields hold that points at tickets which `actor` cannot read. Nothing is saved;
    a query only where there are such values."""
    keys = [field.key for field in fields if field.type == "lookup" and field.target == Target.TICKET]
    ids = {int(value) for row in rows for key in keys if (value := row.custom_fields.get(key))}
    if not ids:
        return
    known = {str(pk) for pk in readable.tickets_as_agent(actor).filter(pk__in=ids).values_list("pk", flat=True)}
    for row in rows:
        kept = row.custom_fields
        row.custom_fields = {key: kept[key] for key in kept if key not in keys or kept[key] in known}


def pointing_at(rows: Any, key: str, pk: int) -> Any:
    """Those of the rows whose own field of that key points at the one with this id."""
    return rows.filter(custom_fields__contains={key: str(pk)})


def name_of(actor: Actor, target: str, value: Any) -> str:
    """The name of what a field points at; its number where `actor` may not look it up, or it is gone."""
    pk = whole_number(str(value))
    row = ROWS[target](actor).filter(pk=pk).first() if pk is not None and target in ROWS else None
    return _shown(target, row).name if row is not None else f"#{value}"


def _by_words(actor: Actor, target: str, words: str, narrowed: Q) -> Any:
    rows = ROWS[target](actor).filter(narrowed)
    if target == Target.USER:
        by_words = Q(name__istartswith=words) | Q(name__icontains=f" {words}") | Q(email__istartswith=words)
        return rows.filter(by_words, partner_name="").order_by("name", "pk")
    if target == Target.ORGANIZATION:
        return rows.filter(Q(name__istartswith=words) | Q(name__icontains=f" {words}")).order_by("name", "pk")
    newest = rows.order_by("-pk").values("pk")[:NEWEST]
    return rows.filter(pk__in=newest, subject__icontains=words).order_by("-pk")


def _shown(target: str, row: Any) -> Found:
    if target == Target.TICKET:
        return Found(row.pk, f"#{row.pk} {row.subject}".strip()[:120])
    return Found(row.pk, row.name or f"#{row.pk}", (row.email or "") if target == Target.USER else "")
