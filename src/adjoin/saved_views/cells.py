"""A view's rows as its own columns show them, in groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from adjoin.kernel import languages
from adjoin.saved_views import columns
from adjoin.saved_views.models import View
from adjoin.tickets import pages
from adjoin.tickets.queries import TicketRow

APART = ("subject", "status", "nice_id")  # every list begins with these


@dataclass(frozen=True)
class Cell:
    """One cell: a moment, or text."""

    key: str
    value: Any

    @property
    def is_moment(self) -> bool:
        return hasattr(self.value, "isoformat")


@dataclass
class Group:
    """Rows one after another with the same value of what the view is grouped by."""

    label: str
    rows: list[tuple[TicketRow, list[Cell]]] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """`heads` are the columns after the subject, each with where a click on it leads; None where it sorts nothing."""

    heads: list[tuple[columns.Column, pages.Column | None]]
    groups: list[Group]
    grouped_by: str

    @property
    def width(self) -> int:
        return len(self.heads) + 4


def of(view: View, page: pages.Page, rows: list[TicketRow]) -> Table:
    """The page of a view, whose own columns it has."""
    shown = [one for one in columns.shown(view.columns or columns.DEFAULT) if one.key not in APART]
    heads = page.columns
    by = columns.BY_ORDER.get(view.group_by)
    table = Table([(one, heads.get(one.order)) for one in shown], [], languages.said(by.label) if by else "")
    for row in rows:
        label = _text(by, row) if by else ""
        if not table.groups or table.groups[-1].label != label:
            table.groups.append(Group(label))
        table.groups[-1].rows.append((row, [Cell(one.key, _value(one, row)) for one in shown]))
    return table


def _value(column: columns.Column, row: TicketRow) -> Any:
    """What stands in a cell; nothing that end users do not see, where the reader only asked for the ticket."""
    return column.value(row.ticket) if row.is_private_side or not column.is_private else ""


def _text(column: columns.Column, row: TicketRow) -> str:
    value = _value(column, row)
    return f"{value:%Y-%m-%d}" if hasattr(value, "isoformat") else str(value or _("None"))
