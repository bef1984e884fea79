"""Names that placeholders have, and what is found under each of them once a template asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.kernel import languages
from adjoin.kernel.api.answers import moment
from adjoin.rules.own_values import OwnValues

if TYPE_CHECKING:
    from adjoin.people.models import Organization, User

Way = Callable[[], Any]


class Names(Mapping[str, Any]):
    """What each name stands for, looked up when it is used, and once. Printed whole, it is what stands under `name`."""

    def __init__(self, **ways: Way) -> None:
        self._ways = ways
        self._found: dict[str, Any] = {}

    def but(self, **ways: Way) -> Names:
        """The same with these names meaning something else."""
        return type(self)(**{**self._ways, **ways})

    def __getitem__(self, name: str) -> Any:
        if name not in self._found:
            self._found[name] = self._ways[name]()
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ways)

    def __len__(self) -> int:
        return len(self._ways)

    def __str__(self) -> str:
        return str(self["name"]) if "name" in self._ways else ""


def person(find: Callable[[], User | None], *, is_inside: bool, reader_id: int | None = None) -> Names:
    """Somebody. Outside, what agents keep about people is empty, and addresses are told to their owner alone."""

    def known(name: str, *, to_owner: bool = False) -> Way:
        def way() -> Any:
            user = find()
            is_told = user is not None and (is_inside or (to_owner and user.pk == reader_id))
            return (getattr(user, name) or "") if is_told else ""

        return way

    def of(way: Callable[[User], Any]) -> Way:
        return lambda: way(user) if (user := find()) else ""

    return Names(
        id=of(lambda user: user.pk),
        name=of(lambda user: user.name),
        first_name=of(lambda user: user.name.split(" ")[0]),
        last_name=of(lambda user: user.name.rpartition(" ")[2] if " " in user.name else ""),
        email=known("email", to_owner=True),
        phone=known("phone", to_owner=True),
        locale=of(lambda user: languages.of_person(user.locale)),
        language=of(lambda user: languages.of_person(user.locale)),
        time_zone=of(lambda user: user.time_zone),
        role=of(lambda user: str(user.get_role_display())),
        external_id=known("external_id"),
        details=known("details"),
        notes=known("notes"),
        signature=of(lambda user: user.signature if user.is_agent else ""),
        tags=of(lambda user: " ".join(user.tags) if is_inside else ""),
        custom_fields=lambda: OwnValues(find() if is_inside else None),
    )


def organization(row: Organization | None, *, is_inside: bool) -> Names:
    """An organization, or none; outside no more than its name and number."""
    told = row if is_inside else None
    return Names(
        id=lambda: row.pk if row else "",
        name=lambda: row.name if row else "",
        external_id=lambda: told.external_id or "" if told else "",
        is_shared=lambda: bool(told and told.shared_tickets),
        is_shared_comments=lambda: bool(told and told.shared_comments),
        details=lambda: told.details if told else "",
        notes=lambda: told.notes if told else "",
        tags=lambda: " ".join(told.tags) if told else "",
        domain_names=lambda: " ".join(told.domain_names) if told else "",
        custom_fields=lambda: OwnValues(told),
    )


def dates(name: str, at: datetime | None) -> dict[str, Way]:
    """A moment under `name` as its day, and with the time of day in words and for programs (UTC)."""
    return {
        name: lambda: day(at),
        f"{name}_with_time": lambda: day(at, with_time=True),
        f"{name}_with_timestamp": lambda: moment(at) or "",
    }


def day(at: datetime | None, *, with_time: bool = False) -> str:
    """A day as people read it; "" for none."""
    if at is None:
        return ""
    return f"{at:%B} {at.day}, {at.year}" + (f", {at:%H:%M}" if with_time else "")
