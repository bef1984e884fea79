"""An answer that somebody is about to send: what a macro fills in. Nothing of it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


def as_it_stands(template: str) -> str:
    """No placeholders: the text itself."""
    return template


@dataclass
class Draft:
    """What is changed so far: `fields` by their name in a `ticket` body, tags apart, and what is said.

    `ticket` is None where the macro is looked at by itself. `render` fills in placeholders."""

    actor: Actor
    ticket: Ticket | None
    tags: list[str]
    render: Callable[[str], str] = as_it_stands
    render_html: Callable[[str], str] = as_it_stands
    fields: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    html_body: str = ""
    is_public: bool | None = None  # None: as whoever writes has it
    followers: list[int] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        return bool(self.body or self.html_body)

    def ticket_body(self) -> dict[str, Any]:
        """The draft as a `ticket` body of the API, to be written by whoever sends it."""
        body = dict(self.fields)
        if self.followers:
            body["followers"] = [{"user_id": user_id} for user_id in self.followers]
        if self.says_something:
            said = {"html_body": self.html_body} if self.html_body else {"body": self.body}
            body["comment"] = said if self.is_public is None else {**said, "public": self.is_public}
        return body
