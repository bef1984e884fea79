"""End users from a file. Nobody becomes a team member by it, and no team member is changed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower

from adjoin.imports.own_columns import OwnColumns
from adjoin.imports.planning import Plan, Seen, cells_of, each, flag, settle, several
from adjoin.imports.rows import Row
from adjoin.imports.terms import Kind, Outcome
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say, together
from adjoin.people import parse
from adjoin.people.actions import bulk
from adjoin.people.actions.bulk import Joining
from adjoin.people.models import Membership, Organization, User

PLAIN = ("name", "email", "phone", "notes", "details", "tags", "locale", "time_zone")
CUSTOMER = {"", "end_user", "enduser"}


class People:
    """Plans and writes end users."""

    def __init__(self, by_id: int | None) -> None:
        self._seen = Seen()
        self._own = OwnColumns(Kind.USERS, by_id)
        self._most = bulk.places_of_each()

    def plan(self, rows: Sequence[Row]) -> list[Plan]:
        """What would become of these rows."""
        known = _Known(rows)
        return each(rows, _title, lambda row: self._one(row, known))

    def write(self, plans: Sequence[Plan], now: datetime) -> list[tuple[int, dict[str, Any] | None]]:
        """Do what was planned; gives back the id of each person written and what they were before. Raises `Invalid`."""
        new = [plan for plan in plans if plan.pk is None]
        places = [[joining.organization_id for joining in plan.joins] for plan in new]
        made = bulk.create_end_users([plan.columns for plan in new], now, organization_ids=places)
        known = [(plan.pk, plan) for plan in plans if plan.pk is not None]
        bulk.join([Joining(pk, joining.organization_id) for pk, plan in known for joining in plan.joins], now)
        bulk.update_end_users({pk: plan.columns for pk, plan in known if plan.columns}, now)
        before = [(pk, plan.before) for pk, plan in known if plan.columns]
        return [*((user.pk, None) for user in made), *before]

    def _one(self, row: Row, known: _Known) -> Plan:
        line, cells = row
        columns = {**_columns(cells), **self._own.read(cells)}
        for what in ("email", "external_id"):
            if columns.get(what):
                self._seen.once(what.replace("_", " "), columns[what], line)
        if not columns.get("email") and not columns.get("external_id"):
            raise Invalid.field("email", say("Email: give an address or an external id, so that nobody is made twice"))
        existing = known.person(columns)
        columns = self._own.put(existing or User(), columns)
        plan = Plan(line, _title(cells), Outcome.CREATE, columns=columns)
        plan.joins = self._joins(cells, existing, known)
        if existing is not None:
            settle(plan, existing, columns)
        names = several(cells.get("organization", "")) if plan.joins else []
        joins = say("joins %(names)s") % {"names": ", ".join(names)}
        plan.says = together(plan.says, joins if names else "", between="; ")
        return plan

    def _joins(self, cells: Mapping[str, str], existing: User | None, known: _Known) -> list[Joining]:
        mine = known.memberships.get(existing.pk, set()) if existing is not None else set()
        wanted = dict.fromkeys(known.organization(name) for name in several(cells.get("organization", "")))
        new = [pk for pk in wanted if pk not in mine]
        if new and len(mine) + len(new) > self._most:
            raise Invalid.field(
                "organization",
                say("Organization: %(most)s is the most that one person may belong to here") % {"most": self._most},
            )
        return [Joining(0, pk) for pk in new]


class _Known:
    """Who and what exists already, of what some rows name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        people = User.objects.filter(email__in=cells_of(rows, "email"))
        by_external = User.objects.active().alias(key=Lower("external_id"))
        by_external = by_external.filter(key__in=cells_of(rows, "external_id"))
        self.by_email: dict[str, User] = {row.email: row for row in people}
        self.by_external_id: dict[str, User] = {(row.external_id or "").lower(): row for row in by_external}
        names = {name.lower() for _, cells in rows for name in several(cells.get("organization", ""))}
        found = Organization.objects.alias(key=Lower("name")).filter(key__in=names)
        self._organizations = {row.name.lower(): row.pk for row in found}
        ids = [row.pk for row in (*self.by_email.values(), *self.by_external_id.values())]
        self.memberships: dict[int, set[int]] = {}
        for user_id, organization_id in Membership.objects.filter(user_id__in=ids).values_list(
            "user_id", "organization_id"
        ):
            self.memberships.setdefault(user_id, set()).add(organization_id)

    def person(self, columns: Mapping[str, Any]) -> User | None:
        """Who has the address or the external id. Raises `Invalid` for anybody an import must not change."""
        email, external_id = columns.get("email"), columns.get("external_id")
        by_email = self.by_email.get(email) if email else None
        by_external_id = self.by_external_id.get(external_id.lower()) if external_id else None
        found = by_email or by_external_id
        if found is None:
            return None
        if by_email and by_external_id and by_email.pk != by_external_id.pk:
            raise Invalid.field(
                "external_id",
                say("External id: %(external_id)s belongs to %(name)s")
                % {"external_id": external_id, "name": by_external_id.name},
            )
        if email and found.email and found.email != email:
            raise Invalid.field(
                "email",
                say("Email: %(name)s has another address, %(email)s") % {"name": found.name, "email": found.email},
            )
        if found.is_agent:
            raise Invalid.field("base", say("%(name)s is a team member, whom no import changes") % {"name": found.name})
        if found.is_placeholder or not found.is_active:
            raise Invalid.field("base", say("%(name)s cannot be changed here") % {"name": found.name})
        return found

    def organization(self, name: str) -> int:
        """The id of the organization with that name. Raises `Invalid`."""
        found = self._organizations.get(name.lower())
        if found is None:
            raise Invalid.field(
                "organization", say("Organization: %(name)s does not exist. Import it first") % {"name": name[:80]}
            )
        return found


def _columns(cells: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a person, checked as the API checks them. Raises `Invalid`."""
    role = cells.get("role", "").lower().replace("-", "_").replace(" ", "_")
    if role not in CUSTOMER:
        raise Invalid.field(
            "role",
            say("Role: %(role)s is not given by an import, which makes end users only") % {"role": cells["role"][:40]},
        )
    if "name" not in cells:
        raise Invalid.field("name", say("Name: cannot be blank"), "BlankValue")
    columns = parse.user({name: cells[name] for name in PLAIN if name in cells}, existing=None)
    if "external_id" in cells:
        columns["external_id"] = parse.short("external_id", cells["external_id"])
    if (is_verified := flag(cells, "verified")) is not None:
        columns["is_verified"] = is_verified
    return columns


def _title(cells: Mapping[str, str]) -> str:
    return (cells.get("name") or cells.get("email") or cells.get("external_id") or "")[:200]
