"""What rules and macros may say of ratings: `satisfaction.rating_url` and its like. Names are Zendesk's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from adjoin.brands.actions import default_brand
from adjoin.satisfaction import offers, queries
from adjoin.satisfaction.terms import Score

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket

NAMES = (
    *("rating_section", "rating_url", "positive_rating_url", "negative_rating_url"),
    *("current_rating", "current_comment"),
)


class Placeholders(Mapping[str, str]):
    """The values for one ticket, looked up when a template asks for them.

    The address opens without signing in only where the requester alone gets what is written; for others it is
    `page`, where only the requester finds something to rate."""

    def __init__(self, ticket: Ticket, *, page: str, is_for_requester_alone: bool) -> None:
        self.ticket = ticket
        self.page = page
        self.is_for_requester_alone = is_for_requester_alone

    def __getitem__(self, name: str) -> str:
        if name not in NAMES:
            raise KeyError(name)
        if name.startswith("current_"):
            return self._current(name)
        if name == "rating_section":
            return f"{_('How were you helped?')}\n{self._url()}"
        chosen = {"positive_rating_url": "?score=good", "negative_rating_url": "?score=bad"}.get(name, "")
        return self._url() + (chosen if self.is_for_requester_alone else "")

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)

    def _url(self) -> str:
        if not self.is_for_requester_alone:
            return self.page
        brand = self.ticket.brand or default_brand()
        return offers.address(self.ticket, brand)

    def _current(self, name: str) -> str:
        row = queries.of(self.ticket.pk)
        if row is None or row.score not in Score.given():
            return ""
        return row.comment if name == "current_comment" else str(Score(row.score).label)
