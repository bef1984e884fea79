"""What a rule has a webhook say, with its placeholders filled in so that the body stays what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.rules import placeholders, ticket_names
from adjoin.webhooks.models import Webhook
from adjoin.webhooks.terms import Format, Method

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket

Said = str | list[list[str]]
TYPES = {
    Format.JSON: "application/json; charset=utf-8",
    Format.XML: "application/xml; charset=utf-8",
    Format.FORM: "application/x-www-form-urlencoded",
}


def takes_pairs(hook: Webhook) -> bool:
    """Whether its body is names with values: a form, or the parameters of an address."""
    return hook.request_format == Format.FORM or not Method(hook.http_method).has_body


def rendered(hook: Webhook, said: Said, values: Mapping[str, Any]) -> str:
    """The body, or the parameters after the `?`. Values are escaped as the format has it. Raises `Invalid`."""
    if takes_pairs(hook):
        pairs = pairs_of(said)
        return urlencode(
            [(placeholders.render(name, values), placeholders.render(text, values)) for name, text in pairs]
        )
    text = said if isinstance(said, str) else json.dumps(dict(pairs_of(said)))
    if hook.request_format == Format.XML:
        return placeholders.render(text, values, is_html=True)
    body = placeholders.render(text, _for_json(values))
    try:
        json.loads(body or "null")
    except ValueError as error:
        raise Invalid.field(
            "body", say("The body is no JSON once it is filled in: %(error)s") % {"error": error}
        ) from error
    return body


def pairs_of(said: Said) -> list[tuple[str, str]]:
    """Names and values, also of lines like `name=value`."""
    if isinstance(said, str):
        lines = [line.partition("=") for line in said.splitlines() if line.strip()]
        return [(name.strip(), text.strip()) for name, _, text in lines]
    return [(str(name), str(text)) for name, text in said]


def values_for(hook: Webhook, ticket: Ticket, *, audit_id: int) -> dict[str, Any]:
    """What placeholders mean. Private notes are in them only where the webhook is told of these.

    Comments are those as of that audit: a call made late says what it was about."""
    system = Actor.system()
    said = readable.comments(system).filter(ticket=ticket, audit_id__lte=audit_id, is_local=False)
    told = said if hook.carries_notes else said.filter(is_public=True)
    url = f"{current.url()}/agent/tickets/{ticket.pk}/"
    author_ids = readable.audits(system).filter(pk=audit_id).values_list("author_id", flat=True)
    return {
        **placeholders.values_for(system, ticket),
        "ticket": ticket_names.of(ticket, comments=told, url=url, is_inside=True),
        "current_user": placeholders.by(author_ids.first, is_inside=True),
    }


class _InJson(Mapping[str, Any]):
    """The same names, with what is found as it stands in JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return _for_json(self._values[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        return str(_for_json(str(self._values)))


def _for_json(value: Any) -> Any:
    """Every text as it stands between the quotes of JSON: what somebody typed ends no string."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    if isinstance(value, Mapping):
        return _InJson(value)
    return [_for_json(one) for one in value] if isinstance(value, list | tuple) else value
