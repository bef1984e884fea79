"""Every change to ticket forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from adjoin.brands.models import Brand
from adjoin.fields.actions import form_conditions
from adjoin.fields.actions.cleaning import flag, place, words
from adjoin.fields.models import TicketField, TicketForm
from adjoin.fields.terms import SYSTEM
from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did

FORMS_MAX = 300  # of one account, as Zendesk has it
KIND = "ticket_form"


@transaction.atomic
def create_form(*, name: str, now: datetime, brand_ids: Iterable[int] | None = None, **columns: Any) -> TicketForm:
    """A new form after the others, with all fields that every ticket has unless `ticket_field_ids` says otherwise.

    `brand_ids` are where it is offered when it is not `in_all_brands`. Raises `Invalid`."""
    if TicketForm.objects.count() >= FORMS_MAX:
        raise Invalid.field("base", _("There are %(most)s forms already. Delete one first.") % {"most": FORMS_MAX})
    last = TicketForm.objects.aggregate(last=Max("position"))["last"]
    row = TicketForm(created_at=now, updated_at=now, position=0 if last is None else last + 1)
    if columns.get("ticket_field_ids") is None:
        columns["ticket_field_ids"] = list(
            TicketField.objects.filter(type__in=SYSTEM).in_order().values_list("pk", flat=True)
        )
    _write(row, {"name": name, **columns})
    row.save()
    _restrict(row, brand_ids)
    record.changed(Did.CREATED, KIND, row.pk, row.name, now=now, requires_brand=(None, row.requires_brand))
    return row


@transaction.atomic
def update_form(
    *, form: TicketForm, now: datetime, brand_ids: Iterable[int] | None = None, **columns: Any
) -> TicketForm:
    """The form with other words, fields, conditions, brands or place. Raises `Invalid`, also for a default form that
    would not be there for every ticket."""
    form = TicketForm.objects.select_for_update().get(pk=form.pk)
    before = {name: getattr(form, name) for name in _CLEANERS}
    where = sorted(form.brands.values_list("name", flat=True))
    _write(form, columns)
    form.updated_at = now
    form.save()
    _restrict(form, brand_ids)
    moved = {name: (old, getattr(form, name)) for name, old in before.items() if name != "position"}
    moved["brands"] = (where, sorted(form.brands.values_list("name", flat=True)))
    record.changed(Did.UPDATED, KIND, form.pk, form.name, now=now, **moved)
    return form


@transaction.atomic
def make_default_form(*, form: TicketForm, now: datetime) -> TicketForm:
    """The form that tickets have when none was chosen, in place of the one before. Raises `Invalid`."""
    form = TicketForm.objects.select_for_update().get(pk=form.pk)
    if not (form.is_active and form.in_all_brands):
        raise Invalid.field(
            "default", _("Default: must be in use, and in all brands, so that every ticket can have it")
        )
    if form.is_default:
        return form
    before = TicketForm.objects.filter(is_default=True).values_list("name", flat=True).first()
    TicketForm.objects.filter(is_default=True).update(is_default=False, updated_at=now)
    TicketForm.objects.filter(pk=form.pk).update(is_default=True, updated_at=now)
    record.changed(Did.UPDATED, KIND, form.pk, form.name, now=now, default=(before, form.name))
    return TicketForm.objects.get(pk=form.pk)


@transaction.atomic
def clone_form(*, form: TicketForm, now: datetime) -> TicketForm:
    """A new form like this one, which is not the default."""
    columns = {name: getattr(form, name) for name in _CLEANERS if name not in ("name", "position")}
    brand_ids = list(form.brands.values_list("pk", flat=True))
    return create_form(name=f"Clone of {form.name}"[:200], now=now, brand_ids=brand_ids, **columns)


@transaction.atomic
def delete_form(*, form: TicketForm, now: datetime) -> None:
    """Remove a form. Its tickets have the default one from now on. Raises `Invalid` for that one itself."""
    if form.is_default:
        raise Invalid.field(
            "base", _("%(name)s is the default form. Make another one the default first.") % {"name": form.name}
        )
    form_id, name = form.pk, form.name
    form.delete()
    record.changed(Did.DELETED, KIND, form_id, name, now=now)


@transaction.atomic
def reorder_forms(*, ids: Sequence[int], now: datetime) -> None:
    """Put the forms into this order; those not named come after, in the order they had."""
    rows = {row.pk: row for row in TicketForm.objects.select_for_update().in_order()}
    named = [pk for pk in dict.fromkeys(ids) if pk in rows]
    for position, pk in enumerate([*named, *(pk for pk in rows if pk not in named)]):
        if rows[pk].position != position:
            TicketForm.objects.filter(pk=pk).update(position=position, updated_at=now)


def forget_field(field_id: int, now: datetime) -> None:
    """Take a field that ends out of every form and its conditions."""
    for form in TicketForm.objects.select_for_update().filter(ticket_field_ids__contains=[field_id]):
        form.ticket_field_ids = [pk for pk in form.ticket_field_ids if pk != field_id]
        form.agent_conditions = form_conditions.without(form.agent_conditions, field_id)
        form.end_user_conditions = form_conditions.without(form.end_user_conditions, field_id)
        form.updated_at = now
        form.save()


def _write(row: TicketForm, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, _CLEANERS[name](value))
    row.display_name = row.display_name or row.name
    if row.is_default and not (row.is_active and row.in_all_brands):
        raise Invalid.field(
            "default", _("The default form stays in use, and in all brands. Make another one it first.")
        )
    for name in ("agent_conditions", "end_user_conditions"):
        is_for_agents = name == "agent_conditions"
        setattr(row, name, form_conditions.clean(row, getattr(row, name), name, for_agents=is_for_agents))


def _restrict(row: TicketForm, brand_ids: Iterable[int] | None) -> None:
    """Say where the form is offered; None leaves that as it is."""
    if brand_ids is not None:
        wanted = set(brand_ids)
        known = list(Brand.objects.filter(pk__in=wanted))
        if missing := sorted(wanted - {brand.pk for brand in known}):
            raise Invalid.field(
                "restricted_brand_ids", _("Restricted brand ids: %(missing)s is no brand") % {"missing": missing[0]}
            )
        row.brands.set(known)
    if not row.in_all_brands and not row.brands.exists():
        raise Invalid.field(
            "restricted_brand_ids", _("Restricted brand ids: choose at least one, or all"), "BlankValue"
        )


def _field_ids(value: Any) -> list[int]:
    if not isinstance(value, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):
        raise Invalid.field("ticket_field_ids", _("Ticket field ids: must be a list of ids"))
    ids = list(dict.fromkeys(value))
    known = set(TicketField.objects.filter(pk__in=[pk for pk in ids if 0 < pk < 2**63]).values_list("pk", flat=True))
    if missing := [pk for pk in ids if pk not in known]:
        raise Invalid.field(
            "ticket_field_ids", _("Ticket field ids: %(missing)s is no field") % {"missing": missing[0]}
        )
    return ids


def _keep(value: Any) -> Any:
    return value if value is not None else []


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "name": words("name", "Name", longest=200, needed=True),
    "display_name": words("display_name", "Display name", longest=200),
    "end_user_visible": flag("end_user_visible"),
    "is_active": flag("active"),
    "in_all_brands": flag("in_all_brands"),
    "requires_brand": flag("requires_brand"),
    "ticket_field_ids": _field_ids,
    "agent_conditions": _keep,
    "end_user_conditions": _keep,
    "position": place,
}
