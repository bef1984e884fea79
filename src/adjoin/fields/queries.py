"""Which fields and forms there are, for whom and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from adjoin.fields.models import TicketField, TicketFieldQuerySet, TicketForm, TicketFormQuerySet
from adjoin.kernel import statements

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.access.actors import Actor


def fields_known_to(actor: Actor) -> TicketFieldQuerySet:
    """The fields that the actor may know of: end users those in use that they see, the others all."""
    rows = TicketField.objects.with_options()
    return rows if actor.is_agent or actor.is_system else rows.active().seen_by_end_users()


def forms_known_to(actor: Actor) -> TicketFormQuerySet:
    """The forms that the actor may know of: end users those in use that are for them, the others all."""
    rows = TicketForm.objects.all()
    return rows if actor.is_agent or actor.is_system else rows.active().filter(end_user_visible=True)


def own_fields(*, to_end_users: bool = False) -> list[TicketField]:
    """The fields in use that the account has added, in order, with their choices. Two queries."""
    rows = TicketField.objects.custom().active().in_order().with_options()
    return list(rows.seen_by_end_users() if to_end_users else rows)


def fields_of(form: TicketForm | None) -> list[TicketField]:
    """The fields in use of a form in its order, with their choices; without a form all there are. Two queries."""
    rows = TicketField.objects.active().with_options()
    if form is None:
        return list(rows.in_order())
    by_id = {row.pk: row for row in rows.filter(pk__in=form.ticket_field_ids)}
    return [by_id[pk] for pk in form.ticket_field_ids if pk in by_id]


def default_form() -> TicketForm | None:
    """The form of tickets that have no other."""
    return next(iter(_default_forms()), None)


@statements.kept(is_prepared=True)
def _default_forms() -> QuerySet[TicketForm]:
    return TicketForm.objects.filter(is_default=True).order_by("pk")[:1]


def form_of(form_id: int | None) -> TicketForm | None:
    """The form that a ticket with this id has: its own, else the default one."""
    found = TicketForm.objects.filter(pk=form_id).first() if form_id is not None else None
    return found or default_form()


def forms_offered(brand_id: int | None, *, to_end_users: bool = False, keep: int | None = None) -> list[TicketForm]:
    """The forms in use that a ticket of this brand can have, in order, and `keep`, which it has now."""
    rows = TicketForm.objects.active().of_brand(brand_id)
    if to_end_users:
        rows = rows.filter(end_user_visible=True)
    found = list(rows.in_order())
    if keep is not None and all(one.pk != keep for one in found):
        found += TicketForm.objects.filter(pk=keep)
    return found


def forms_of_brands(brand_ids: Iterable[int]) -> dict[int, list[int]]:
    """By brand id, the ids of the forms in use that its tickets can have. Two queries for any number of brands."""
    forms = TicketForm.objects.active().in_order().prefetch_related("brands")
    rows = [(form.pk, form.in_all_brands, {brand.pk for brand in form.brands.all()}) for form in forms]
    return {pk: [form for form, everywhere, where in rows if everywhere or pk in where] for pk in brand_ids}
