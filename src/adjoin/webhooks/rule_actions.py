"""The action with which rules call a webhook."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.rules import placeholders
from adjoin.rules.registry import Action, Rule, add_action
from adjoin.rules.values import Choices, Part, Value
from adjoin.tickets.changes import Change
from adjoin.webhooks import bodies, queueing
from adjoin.webhooks.models import Webhook

KEY = "notification_webhook"
BODY_MAX = 60_000  # characters, as a rule has at most 65,000


def register() -> None:
    """Make `notification_webhook` known."""
    body = Part(
        _("Body"), is_long=True, hint=_("The body, with placeholders; for forms and addresses lines like name=value")
    )
    value = Value("webhook", (Part(_("Webhook"), choices=_webhooks), body))
    add_action(Action(KEY, _("Call a webhook"), _call, _check, value, "notifications", repeatable=True))


def _webhooks() -> Choices:
    rows = Webhook.objects.called_by_rules().order_by("name", "pk")
    return list(rows.values_list("ulid", "name"))


def _call(change: Change, value: Any, rule: Rule) -> None:
    """Have it called once the change is written; the body is filled in by the job that makes the call."""
    ulid, body = value
    hook = Webhook.objects.filter(ulid=ulid).first()
    if hook is None:
        raise Invalid.field("value", gettext("The webhook is no longer there."))
    if hook.is_active:
        number = sum(event.type == "WebhookEvent" for event in change.events)  # one rule may call it several times
        change.record("WebhookEvent", rule=rule, webhook_id=ulid, webhook=hook.name)
        change.then(partial(_enqueue, hook, body, rule, number))


def _enqueue(hook: Webhook, body: Any, rule: Rule, number: int, written: Change) -> None:
    assert written.audit is not None
    cause = f"{rule['source']['rel']}-{rule['source']['from']['id']}"
    asks = {"body": body, "audit_id": written.audit.pk}
    queueing.put(
        hook,
        key=f"{hook.pk}-{written.audit.pk}-{cause}-{number}",
        cause=cause,
        ticket_id=written.ticket.pk,
        now=written.now,
        asks=asks,
    )


def _check(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid.field("value", gettext("A call is [webhook_id, body]"))
    ulid, body = value
    hook = Webhook.objects.called_by_rules().filter(ulid=str(ulid)).first()
    if hook is None:
        raise Invalid.field(
            "value", gettext("No webhook that rules call has the id %(ulid)s") % {"ulid": str(ulid)[:40]}
        )
    said = _pairs(body) if bodies.takes_pairs(hook) else body
    if not isinstance(said, str | list) or (said == "" and not bodies.takes_pairs(hook)):
        raise Invalid.field("value", gettext("A call needs a body"))
    if len(str(said)) > BODY_MAX:
        raise Invalid.field("value", gettext("A body is at most %(most)s characters long") % {"most": f"{BODY_MAX:,}"})
    for text in [said] if isinstance(said, str) else [text for pair in said for text in pair]:
        placeholders.check(text)
    return [hook.ulid, said]


def _pairs(body: Any) -> list[list[str]]:
    is_list = isinstance(body, list) and all(isinstance(one, list) and len(one) == 2 for one in body)
    if not isinstance(body, str) and not is_list:
        raise Invalid.field("value", gettext("The body of this webhook is a list of [name, value]"))
    return [list(pair) for pair in bodies.pairs_of(body)]
