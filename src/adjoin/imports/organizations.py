"""Organizations from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower

from adjoin.imports.own_columns import OwnColumns
from adjoin.imports.planning import Plan, Seen, cells_of, each, flag, settle
from adjoin.imports.rows import Row
from adjoin.imports.terms import Kind, Outcome
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people import actions, parse
from adjoin.people.actions import bulk
from adjoin.people.actions.organizations import clean_domains
from adjoin.people.models import Group, Organization

PLAIN = ("name", "details", "notes", "tags")
ANSWERABLE = {"name", "domain_names", "shared_tickets", "shared_comments", "group"}  # each change of these is told


class Organizations:
    """Plans and writes organizations."""

    def __init__(self, by_id: int | None) -> None:
        self._seen = Seen()
        self._own = OwnColumns(Kind.ORGANIZATIONS, by_id)
        self._groups = {
            name.lower(): pk for pk, name in Group.objects.filter(is_deleted=False).values_list("pk", "name")
        }

    def plan(self, rows: Sequence[Row]) -> list[Plan]:
        """What would become of these rows."""
        named = Organization.objects.alias(key=Lower("name")).filter(key__in=cells_of(rows, "name"))
        numbered = Organization.objects.alias(key=Lower("external_id")).filter(key__in=cells_of(rows, "external_id"))
        by_name = {row.name.lower(): row for row in named}
        by_external_id = {(row.external_id or "").lower(): row for row in numbered}
        return each(rows, _title, lambda row: self._one(row, by_name, by_external_id))

    def write(self, plans: Sequence[Plan], now: datetime) -> list[tuple[int, dict[str, Any] | None]]:
        """Do what was planned; gives back the id of each one written and what it was before. Raises `Invalid`."""
        made = bulk.create_organizations([plan.columns for plan in plans if plan.pk is None], now)
        changed = [plan for plan in plans if plan.pk is not None and plan.columns]
        told = [plan for plan in changed if ANSWERABLE & set(plan.columns) or "group_id" in plan.columns]
        for plan in told:
            organization = Organization.objects.get(pk=plan.pk or 0)
            actions.update_organization(organization=organization, now=now, at_once=True, **plan.columns)
        quiet = {plan.pk: plan.columns for plan in changed if plan.pk and plan not in told}
        bulk.update_organizations(quiet, now)
        return [*((row.pk, None) for row in made), *((plan.pk or 0, plan.before) for plan in changed)]

    def _one(self, row: Row, by_name: Mapping[str, Organization], by_external_id: Mapping[str, Organization]) -> Plan:
        line, cells = row
        columns = {**self._columns(cells), **self._own.read(cells)}
        name, external_id = str(columns["name"]), columns.get("external_id") or ""
        self._seen.once("name", name, line)
        if external_id:
            self._seen.once("external id", external_id, line)
        existing, namesake = by_external_id.get(external_id.lower()), by_name.get(name.lower())
        if existing is not None and namesake is not None and existing.pk != namesake.pk:
            raise Invalid.field(
                "external_id",
                say("External id: %(external_id)s belongs to %(name)s")
                % {"external_id": external_id, "name": existing.name},
            )
        existing = existing or namesake
        _check_sharing(columns, existing)
        columns = self._own.put(existing or Organization(), columns)
        plan = Plan(line, name, Outcome.CREATE, columns=columns)
        return plan if existing is None else settle(plan, existing, columns)

    def _columns(self, cells: Mapping[str, str]) -> dict[str, Any]:
        if "name" not in cells or "|" in cells["name"]:
            raise Invalid.field("name", say("Name: cannot be blank or contain |"))
        columns = parse.organization({name: cells[name] for name in PLAIN if name in cells}, existing=None)
        if "external_id" in cells:
            columns["external_id"] = parse.short("external_id", cells["external_id"])
        if "domain_names" in cells:
            columns["domain_names"] = clean_domains(cells["domain_names"].replace(",", " ").replace(";", " ").split())
        for name in ("shared_tickets", "shared_comments"):
            if (is_on := flag(cells, name)) is not None:
                columns[name] = is_on
        if "group" in cells:
            columns["group_id"] = self._groups.get(cells["group"].lower())
            if columns["group_id"] is None:
                raise Invalid.field("group", say("Group: %(name)s does not exist") % {"name": cells["group"][:80]})
        return columns


def _check_sharing(columns: Mapping[str, Any], existing: Organization | None) -> None:
    def after(name: str) -> bool:
        return bool(columns.get(name, getattr(existing, name, False)))

    if after("shared_comments") and not after("shared_tickets"):
        raise Invalid.field("shared_comments", say("Shared comments: only tickets that are shared can be commented on"))


def _title(cells: Mapping[str, str]) -> str:
    return (cells.get("name") or cells.get("external_id") or "")[:200]
