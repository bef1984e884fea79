"""What a lookup field points at: somebody, an organization or a ticket, of those that whoever chooses may look up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjoin.access import listed, readable
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.field_values import Target

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SHOWN_MAX = 8
NEWEST = 2000  # tickets whose subjects are gone through
ROWS: dict[str, Callable[[Actor], Any]] = {
    Target.USER: lambda actor: listed.users(actor).filter(is_active=True),
    Target.ORGANIZATION: readable.organizations,
    Target.TICKET: readable.tickets_as_agent,
}
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


def matching(actor: Actor, target: str, words: str) -> list[Found]:
    """Up to 8 of those that `actor` may look up, by number or by words. [] for no words, or for no such target."""
    words = words.strip().removeprefix("#")
    if not words or target not in ROWS:
        return []
    found = list(_by_words(actor, target, words)[:SHOWN_MAX])
    if (pk := whole_number(words)) is not None:
        found = [*ROWS[target](actor).filter(pk=pk), *(one for one in found if one.pk != pk)][:SHOWN_MAX]
    return shown(target, found)


def shown(target: str, rows: Iterable[Any]) -> list[Found]:
    """Rows of such a target with their names."""
    return [_shown(target, row) for row in rows]


def only_match(actor: Actor, target: str, words: str) -> str:
    """The id that `words` mean: an id as it is, else that of the only match. Raises `ValueError` with a sentence."""
    if words.isascii() and words.isdecimal():
        return words
    found = matching(actor, target, words)
    if len(found) != 1:
        raise ValueError(_("Several have that name. Choose one of the list.") if found else _("Nothing has that name."))
    return str(found[0].id)


def check(actor: Actor, target: str, value: Any) -> None:
    """Raises `ValueError` with the rest of a sentence for what `actor` may not look up, as for what is not there."""
    if value is not None and not ROWS[target](actor).filter(pk=int(value)).exists():
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


def _by_words(actor: Actor, target: str, words: str) -> Any:
    rows = ROWS[target](actor)
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
