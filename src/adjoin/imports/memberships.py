"""Who belongs to which organization, from a file. Team members are left out: what they read may hang on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from adjoin.imports.planning import Plan, Seen, cells_of, each, flag, settle
from adjoin.imports.rows import Row
from adjoin.imports.terms import Outcome
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people.actions import bulk
from adjoin.people.actions.bulk import Joining
from adjoin.people.models import Membership, Organization, User


class Memberships:
    """Plans and writes memberships."""

    def __init__(self, by_id: int | None) -> None:
        self._seen = Seen()
        self._more: Counter[int] = Counter()  # of each person, in the lines before
        self._most = bulk.places_of_each()

    def plan(self, rows: Sequence[Row]) -> list[Plan]:
        """What would become of these rows."""
        known = _Known(rows)
        return each(rows, _title, lambda row: self._one(row, known))

    def write(self, plans: Sequence[Plan], now: datetime) -> list[tuple[int, dict[str, Any] | None]]:
        """Do what was planned; gives back the id of each one written and what it was before. Raises `Invalid`."""
        made = bulk.join([joining for plan in plans if plan.pk is None for joining in plan.joins], now)
        changed = [plan for plan in plans if plan.pk is not None and plan.columns]
        bulk.update_memberships({plan.pk or 0: plan.columns for plan in changed}, now)
        return [*((row.pk, None) for row in made), *((plan.pk or 0, plan.before) for plan in changed)]

    def _one(self, row: Row, known: _Known) -> Plan:
        line, cells = row
        user, organization_id = known.person(cells), known.organization(cells)
        self._seen.once("membership", f"{user.pk} {organization_id}", line)
        rights = {
            name: is_on for name in ("sees_tickets", "comments_tickets") if (is_on := flag(cells, name)) is not None
        }
        existing = known.memberships.get((user.pk, organization_id))
        if rights.get("comments_tickets", getattr(existing, "comments_tickets", False)) and not rights.get(
            "sees_tickets", getattr(existing, "sees_tickets", False)
        ):
            raise Invalid.field("comments_tickets", say("Comments tickets: only who sees them can comment on them"))
        plan = Plan(line, _title(cells), Outcome.CREATE)
        if existing is not None:
            return settle(plan, existing, rights)
        self._more[user.pk] += 1
        if known.places[user.pk] + self._more[user.pk] > self._most:
            raise Invalid.field(
                "user",
                say("User: %(most)s is the most organizations that one person may have here") % {"most": self._most},
            )
        plan.joins = [Joining(user.pk, organization_id, is_default=bool(flag(cells, "default")), **rights)]
        return plan


class _Known:
    """Who and what exists already, of what some rows name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        people, places = cells_of(rows, "user"), cells_of(rows, "organization")
        found = User.objects.active().alias(key=Lower("external_id")).filter(Q(email__in=people) | Q(key__in=people))
        self._people: dict[str, User] = {
            key.lower(): row for row in found for key in (row.external_id, row.email) if key
        }
        numbered = Organization.objects.alias(key=Lower("external_id"), name_key=Lower("name"))
        numbered = numbered.filter(Q(key__in=places) | Q(name_key__in=places))
        self._organizations = {key.lower(): row.pk for row in numbered for key in (row.external_id, row.name) if key}
        mine = Membership.objects.filter(user__in=[row.pk for row in found])
        self.memberships = {(row.user_id, row.organization_id): row for row in mine}
        self.places = Counter(user_id for user_id, _ in self.memberships)

    def person(self, cells: Mapping[str, str]) -> User:
        """The end user whom the address or external id names. Raises `Invalid`."""
        asked = cells.get("user", "")
        found = self._people.get(asked.lower())
        if found is None:
            raise Invalid.field(
                "user", say("User: nobody has the address or external id %(asked)s") % {"asked": asked[:80]}
            )
        if found.is_agent or found.is_placeholder:
            raise Invalid.field("user", say("User: %(name)s is no end user of this desk") % {"name": found.name})
        return found

    def organization(self, cells: Mapping[str, str]) -> int:
        """The organization with that name or external id. Raises `Invalid`."""
        asked = cells.get("organization", "")
        found = self._organizations.get(asked.lower())
        if found is None:
            raise Invalid.field(
                "organization", say("Organization: %(asked)s does not exist. Import it first") % {"asked": asked[:80]}
            )
        return found


def _title(cells: Mapping[str, str]) -> str:
    return f"{cells.get('user', '')[:90]} in {cells.get('organization', '')[:90]}"
