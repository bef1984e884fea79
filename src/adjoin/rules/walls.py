"""Which walls a trigger could run into: agents and groups it assigns to who may not read what they would get.

The run itself never assigns behind a wall (`ticket_actions`); this tells of it before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.access import actors, assignable
from adjoin.access.actors import Actor
from adjoin.brands.models import Brand
from adjoin.kernel import languages
from adjoin.people.models import Group, GroupMembership, User

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket

NAMED_MAX = 3  # brands or groups in one sentence
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Warning:
    """What could go wrong in one line of the actions, from 1."""

    line: int
    says: str

    @property
    def as_json(self) -> dict[str, Any]:
        return {"action": self.line, "message": self.says}


@dataclass
class _Imagined:
    """What the rules of access ask of a ticket, of one that is not there."""

    brand_id: int | None
    group_id: int | None
    assignee_id: int | None
    organization_id: int | None
    pk: int = 0
    requester_id: int = 0
    is_confidential: bool = False
    deleted_at: None = None


@dataclass(frozen=True)
class _Reach:
    """Where the tickets can be on which a rule acts: each brand (None: without one), and the groups, if known."""

    brands: list[int | None]
    groups: list[int | None]
    is_group_known: bool
    names: Mapping[tuple[str, int | None], str]

    def name(self, kind: str, pk: int | None) -> str:
        return self.names.get((kind, pk), f"tickets without a {kind}")


def warnings(conditions: Mapping[str, Any], actions: Rows) -> list[Warning]:
    """What the actions of a rule could run into, as far as its conditions let it. Of lines that are checked."""
    naming = [(line, row) for line, row in enumerate(actions, 1) if row["field"] in _TELLERS and _is_id(row["value"])]
    if not naming:
        return []
    reach = _reach(conditions, actions)
    return [
        Warning(line, says) for line, row in naming for says in _TELLERS[row["field"]](int(row["value"]), reach) if says
    ]


def _agent(user_id: int, reach: _Reach) -> Iterable[str]:
    user = User.objects.filter(pk=user_id).first()
    if user is None or not assignable.agents().filter(pk=user_id).exists():
        name = user.name if user else gettext("The person %(user_id)s") % {"user_id": user_id}
        yield gettext(
            "%(name)s cannot be given tickets: they have left, are suspended or only write private notes. %(stays)s"
        ) % {"name": name, "stays": gettext(_STAYS)}
        return
    actor = actors.load(user_id)
    if actor.is_admin:
        return
    groups = reach.groups if reach.is_group_known else [None, *actor.group_ids]
    brands = [brand for brand in reach.brands if not _can(actor, [brand], groups)]
    if len(brands) == len(reach.brands) and _works_in_any(actor, reach):
        yield gettext(
            "%(name)s could not read these tickets: their role or a private group keeps them out. %(stays)s"
        ) % {"name": user.name, "stays": gettext(_STAYS)}
    elif brands:
        listed = _listed(reach.name("brand", brand) for brand in brands)
        yield gettext("%(name)s does not work for %(listed)s. %(stays)s") % {
            "name": user.name,
            "listed": listed,
            "stays": gettext(_STAYS),
        }
    if not reach.is_group_known:
        open_brands = [brand for brand in reach.brands if brand not in brands]
        closed = [group for group in reach.groups if open_brands and not _can(actor, open_brands, [group])]
        if closed and len(closed) < len(reach.groups):
            listed = _listed(reach.name("group", group) for group in closed)
            yield gettext("%(name)s does not read tickets of %(listed)s. %(stays)s") % {
                "name": user.name,
                "listed": listed,
                "stays": gettext(_STAYS),
            }


def _group(group_id: int, reach: _Reach) -> Iterable[str]:
    group = Group.objects.filter(pk=group_id).first()
    if group is None or group.is_deleted:
        yield gettext("The group %(group_id)s is not there any more.") % {"group_id": group_id}
        return
    if not group.is_public:
        yield gettext("%(name)s is private: whoever is not in it and no admin loses sight of these tickets.") % {
            "name": group.name
        }
    members = GroupMembership.objects.filter(group=group, user__is_active=True).values_list("user_id", flat=True)
    able = [one for one in actors.load_many(members).values() if one.is_agent]
    alone = [brand for brand in reach.brands if not any(_can(one, [brand], [group_id]) for one in able)]
    if not able:
        yield gettext("Nobody is in %(name)s.") % {"name": group.name}
    elif alone:
        listed = _listed(reach.name("brand", brand) for brand in alone)
        yield gettext("Nobody in %(name)s works for %(listed)s: those tickets would wait there unseen.") % {
            "name": group.name,
            "listed": listed,
        }


def _follower(user_id: int, reach: _Reach) -> Iterable[str]:
    user, actor = User.objects.filter(pk=user_id).first(), actors.load(user_id)
    if user is None or not actor.is_agent:
        yield gettext("%(name)s cannot follow tickets any more.") % {
            "name": user.name if user else gettext("The person %(user_id)s") % {"user_id": user_id}
        }
        return
    brands = [brand for brand in reach.brands if not actor.is_admin and brand not in actor.brand_ids]
    if brands:
        listed = _listed(reach.name("brand", brand) for brand in brands)
        yield gettext(
            "%(name)s does not work for %(listed)s, and will read these tickets because they follow them."
        ) % {"name": user.name, "listed": listed}


_STAYS = _("The ticket then stays with its group, and its history says so.")
_TELLERS = {"assignee_id": _agent, "group_id": _group, "follower": _follower}


def _can(actor: Actor, brands: Iterable[int | None], groups: Sequence[int | None]) -> bool:
    """Whether the actor could work on a ticket of one of these brands in one of these groups, given to them."""
    organization_id = min(actor.organization_ids, default=None)
    tickets = (_Imagined(brand, group, actor.user_id, organization_id) for brand in brands for group in groups)
    return any(assignable.could_work_on(actor, cast("Ticket", ticket)) for ticket in tickets)


def _works_in_any(actor: Actor, reach: _Reach) -> bool:
    return any(brand in actor.brand_ids for brand in reach.brands)


def _reach(conditions: Mapping[str, Any], actions: Rows) -> _Reach:
    brand_names = dict(Brand.objects.filter(is_active=True).values_list("pk", "name"))
    group_names = dict(Group.objects.filter(is_deleted=False).values_list("pk", "name"))
    brands = _possible("brand_id", [*brand_names, None], conditions, actions)
    groups = _possible("group_id", [None, *group_names], conditions, actions)
    names: dict[tuple[str, int | None], str] = {("brand", pk): name for pk, name in brand_names.items()}
    names |= {("group", pk): name for pk, name in group_names.items()}
    return _Reach(brands, groups, len(groups) <= 1, names)


def _possible(field: str, every: list[int | None], conditions: Mapping[str, Any], actions: Rows) -> list[int | None]:
    """The values a field can have once the rule acts: as its own actions set it, or as its conditions demand."""
    for row in actions:
        if row["field"] == field and (_is_id(row["value"]) or row["value"] == ""):
            return [int(row["value"]) if row["value"] else None]
    found = every
    for row in conditions.get("all") or ():
        found = [one for one in found if _lets_through(row, field, one)]
    some = conditions.get("any") or ()
    if some and all(row["field"] == field for row in some):
        found = [one for one in found if any(_lets_through(row, field, one) for row in some)]
    return found


def _lets_through(row: Mapping[str, Any], field: str, value: int | None) -> bool:
    if row["field"] != field or row["operator"] not in ("is", "is_not", "value", "not_value") or not _is_plain(row):
        return True
    is_same = str(row["value"]) == ("" if value is None else str(value))
    return is_same if row["operator"] in ("is", "value") else not is_same


def _is_plain(row: Mapping[str, Any]) -> bool:
    return row["value"] == "" or _is_id(row["value"])


def _is_id(value: Any) -> bool:
    return str(value).isdecimal()


def _listed(names: Iterable[str]) -> str:
    all_names = list(names)
    shown = all_names[:NAMED_MAX]
    if more := len(all_names) - len(shown):
        return gettext("%(shown)s and %(more)s more") % {"shown": ", ".join(shown), "more": more}
    return languages.listed(shown)
