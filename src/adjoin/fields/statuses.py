"""The account's statuses of tickets, read once for everything that is shown or done with them.

A ticket keeps its category in `status`, and in `custom_status_id` the one it has of that category; None there is the
standard one. What is closed keeps the one it was solved with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, gettext_noop

from adjoin.desk_settings import editions
from adjoin.fields.defaults import END_USER_LABELS
from adjoin.fields.models import CustomStatus
from adjoin.fields.terms import StatusCategory
from adjoin.kernel import languages

CLOSED = "closed"
CLOSED_LABEL = gettext_noop("Closed")
AWAITING = END_USER_LABELS[StatusCategory.PENDING]
AWAITING_SOMEBODY = gettext_noop("Awaiting a reply")  # the same, to those whose reply it is not
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Offered:
    """One way to leave a ticket: `value` is what the page sends for it, `category` gives it shape and colour."""

    value: str
    label: str
    category: str

    @property
    def words(self) -> str:
        """The label inside a sentence: the desk's own words as they are, names that people gave as they wrote them."""
        return in_words(self.label)

    @property
    def heading(self) -> str:
        """What its category is called."""
        return str(StatusCategory(self.category).label)


@dataclass(frozen=True)
class Book:
    """Every status the account has, in order."""

    rows: Sequence[CustomStatus] = field(default_factory=tuple)

    @cached_property
    def by_id(self) -> dict[int, CustomStatus]:
        return {row.pk: row for row in self.rows}

    @cached_property
    def _standard(self) -> dict[str, CustomStatus]:
        return {row.status_category: row for row in self.rows if row.is_standard}

    @cached_property
    def _default(self) -> dict[str, CustomStatus]:
        return {row.status_category: row for row in self.rows if row.is_default}

    def row(self, status: str, kept: int | None) -> CustomStatus | None:
        """The one that a ticket has which keeps these two; None in an account that has none yet."""
        found = self.by_id.get(kept) if kept is not None else None
        return found or self._standard.get(_category(status))

    def id_of(self, status: str, kept: int | None) -> int | None:
        """The id of the one that such a ticket has."""
        return row.pk if (row := self.row(status, kept)) else None

    def kept(self, pk: int | None) -> int | None:
        """What a ticket keeps that has this one: nothing for a standard one."""
        row = self.by_id.get(pk or 0)
        return None if row is None or row.is_standard else row.pk

    def default(self, status: str) -> int | None:
        """What a ticket keeps that gets this category and no more is said."""
        row = self._default.get(_category(status))
        return self.kept(row.pk) if row else None

    def agent_label(self, status: str, kept: int | None = None) -> str:
        """What agents read where such a ticket stands."""
        row = self.row(status, kept)
        words = CLOSED_LABEL if status == CLOSED else row.agent_label if row else StatusCategory(status).label
        return languages.said(str(words))

    def end_user_label(self, status: str, kept: int | None = None, *, is_requester: bool = True) -> str:
        """What end users read there; whoever did not ask themselves is not told that it waits for them."""
        row = self.row(status, kept)
        label = row.end_user_label if row else END_USER_LABELS[StatusCategory(_category(status))]
        return languages.said(AWAITING_SOMEBODY if label == AWAITING and not is_requester else label, of="request")

    def value_of(self, status: str, kept: int | None = None) -> str:
        """How pages call the one that such a ticket has: by its category where it is the default, else by its id."""
        row = self.row(status, kept)
        return status if status == CLOSED or row is None or row.is_default else str(row.pk)

    def offered(self, categories: Iterable[str] = StatusCategory.values, *, keep: int | None = None) -> list[Offered]:
        """Those in use of these categories, and `keep`, which a ticket has now."""
        wanted = set(categories)
        rows = [row for row in self.rows if row.status_category in wanted and (row.is_active or row.pk == keep)]
        found = [
            Offered(self.value_of(row.status_category, row.pk), languages.said(row.agent_label), row.status_category)
            for row in rows
        ]
        missing = [one for one in StatusCategory if one in wanted and one not in self._standard]
        return [*found, *(Offered(one.value, str(one.label), one.value) for one in missing)]

    def body_of(self, value: str) -> dict[str, Any]:
        """What a ticket's body says for the `value` of a page; nothing for one that means none."""
        if value in self._default:
            return {"custom_status_id": self._default[value].pk}
        if value.isascii() and value.isdecimal():
            return {"custom_status_id": int(value)}
        return {"status": value} if value else {}

    def label_of_body(self, body: dict[str, Any]) -> str:
        """The words for what a ticket's body sets; empty where it sets none."""
        if (row := self.by_id.get(body.get("custom_status_id") or 0)) is not None:
            return languages.said(row.agent_label)
        if "status" not in body:
            return ""
        return self.agent_label(body["status"], self.default(body["status"]))


@editions.kept("statuses")
def book() -> Book:
    """The statuses as they are now. One query."""
    return Book(tuple(CustomStatus.objects.in_order()))


def grouped(offered: Sequence[Offered]) -> list[tuple[str, str] | tuple[str, Choices]]:
    """As the choices of a select: by category where one has several."""
    by_category: dict[str, Choices] = {}
    for one in offered:
        by_category.setdefault(one.category, []).append((one.value, one.label))
    if all(len(rows) == 1 for rows in by_category.values()):
        return [row for rows in by_category.values() for row in rows]
    return [(str(StatusCategory(category).label), rows) for category, rows in by_category.items()]


def in_words(label: str) -> str:
    """A label inside a sentence."""
    is_ours = label in [*map(str, StatusCategory.labels), gettext(CLOSED_LABEL)]
    return label.lower() if is_ours else label


def _category(status: str) -> str:
    return StatusCategory.SOLVED if status == CLOSED else status
