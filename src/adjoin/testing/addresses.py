"""Every address of an account's hosts that answers a GET, with numbers of the desk in the places of its parameters.

An address whose parameters nobody here knows fails the tests: say below what may stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from adjoin.brands.models import Brand
from adjoin.fields.models import TicketField
from adjoin.kernel import ids
from adjoin.people.models import CustomRole, Group, GroupMembership, Membership
from adjoin.rules.models import Automation, Trigger, TriggerCategory
from adjoin.saved_views.models import View
from adjoin.testing import beside
from adjoin.testing import desk as desks
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import Desk
from adjoin.tickets.models import Attachment, Audit
from adjoin.webhooks.models import Attempt, Call, Webhook

CRAWLED = ("vault outdoor", "about rex", "confidential", "home")
TICKETS_TRIED, OTHERS_TRIED = 4, 2  # of each address
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")

# How addresses begin that nobody walks, each with the reason.
NOT_WALKED = {
    "accounts/": "signing in and out; it knows of no tickets",
    "scim/": "answers directories with their token; it knows of no tickets",
    "access/": "signing in with a provider; it knows of no tickets",
    "sharing/^/*agreements/": "answers partners with their key; it holds no tickets",
    "sharing/^/*tickets/": "`partner_doors.Wire` walks it with the partners' keys",
    "sharing/^/*attachments/": "signed addresses that last some minutes; sharing tests them",
}


def routes() -> list[str]:
    """Every address of the project as it is declared, without those not walked."""
    return [route for route in all_routes() if not route.startswith(tuple(NOT_WALKED))]


def all_routes() -> list[str]:
    """Every address of the project as it is declared."""
    return sorted(set(_under(get_resolver("adjoin.project.urls").url_patterns, "")))


def paths(desk: Desk, route: str) -> list[str]:
    """Half of `every` path of the address; which half differs from address to address."""
    found = list(every(desk, route))
    first = crc32(route.encode()) % len(found)
    return [*found[first:], *found[:first]][: (len(found) + 1) // 2]


def every(desk: Desk, route: str) -> Iterator[str]:
    """The address with numbers of the desk in it, a few times. Raises `KeyError` for a parameter not known here."""
    names = PARAMETER.findall(route)
    known = _numbers(desk) if names else {}
    tried = TICKETS_TRIED if {"ticket_id", "request_id"} & set(names) else OTHERS_TRIED
    for at in range(tried if names else 1):
        values = [known[name][at % len(known[name])] for name in names]
        path = route
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path, count=1)
        yield f"/{path}"


def _under(patterns: list[Any], before: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _under(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            is_plain = isinstance(one.pattern, RoutePattern)
            yield before + (str(one.pattern) if is_plain else one.pattern.regex.pattern)


def _numbers(desk: Desk) -> dict[str, list[Any]]:
    """What may stand in the place of a parameter, looked up once."""
    known: dict[str, list[Any]] = desk.seen.setdefault(("addresses", "numbers"), {})
    if not known:
        known |= _gathered(desk)
    return known


def _gathered(desk: Desk) -> dict[str, list[Any]]:
    tickets = [desk.tickets[name].pk for name in CRAWLED]
    users = [desk.users[name].pk for name in ("eli", "rex", "cyd", "asa")]

    def some(rows: Any) -> list[Any]:
        return list(rows.order_by("pk").values_list("pk", flat=True)[:4])

    macro_rows = beside.files_of_macros(desk).values()
    files = Attachment.objects.filter(comment__ticket_id__in=tickets)
    return {
        "ticket_id": tickets,
        "request_id": tickets,
        "user_id": users,
        "organization_id": [one.pk for one in desk.organizations.values()],
        "group_id": some(Group.objects),
        "brand_id": some(Brand.objects),
        "view_id": some(View.objects),
        "trigger_id": some(Trigger.objects),
        "automation_id": some(Automation.objects),
        "category_id": some(TriggerCategory.objects),
        "policy_id": [1, 2],
        "schedule_id": [1, 2],
        "holiday_id": [1, 2],
        "revision_id": [1, 2],
        "macro_id": [row.macro_id for row in macro_rows],
        "audit_id": [Audit.objects.filter(ticket_id=ticket).values_list("pk", flat=True)[0] for ticket in tickets],
        "api_token_id": [1, 2],
        "job_key": ["V3-none"],
        "suspended_id": [row.pk for row in beside.suspended(desk).values()],
        "reason_id": [5, 100],
        "rating_id": [row.pk for row in beside.ratings(desk).values()],
        "locale_id": [1, 16],
        "role_id": some(CustomRole.objects),
        "audit_log_id": [1, 2],
        "attachment_id": some(files),
        "macro_attachment_id": [row.pk for row in macro_rows],
        "comment_id": list(files.values_list("comment_id", flat=True)[:4]),
        "import_id": [1, 2],
        "provider_id": [1],
        "token_id": [1],
        "session_id": [1],
        "article_id": [1],
        "section_id": [1],
        "subscription_id": [1],
        "template_id": [1],
        "signed": ["forged"],
        "segment_id": [1],
        "translation_id": [1],
        "label_id": [1],
        "vote_id": [1],
        "file_id": [1],
        "source_id": [1],
        "number": [1],
        "look_id": [1],
        "picture_id": [1],
        "draft": ["now"],
        "sheet_name": ["own", "colours"],
        "things": ["articles"],
        "locale": ["en"],
        "slug": ["words"],
        "file_name": ["picture.png"],
        "kind": ["users"],
        "one_time_key": ["used"],
        "token": list(files.values_list("token", flat=True)[:6]),
        "agreement_id": [1],
        "person_id": [1, 2],
        "delivery_id": [1],
        "field_id": list(TicketField.objects.filter(title=desks.CONCERNS).values_list("pk", flat=True)),
        "target_type": ["zen:organization", "zen:user"],
        "target_id": [desk.organizations["Kettle Club"].pk],
        "source_type": ["zen:ticket", "zen:user"],
        "option_id": [1],
        "form_id": [1],
        "status_id": [1],
        "id_or_key": ["1", "level"],
        "merge_id": ["01ARZ3NDEKTSV4RRFFQ69G5FAV"],
        "news_id": [1, 2],
        "webhook_id": [hook.ulid for hook in _hooks(desk)],
        "call_id": [call.ulid for hook in _hooks(desk) for call in hook.calls.order_by("pk")],
        "invocation_id": [call.ulid for hook in _hooks(desk) for call in hook.calls.order_by("pk")],
        "membership_id": [*some(Membership.objects)[:2], *some(GroupMembership.objects)[:2]],
    }


def _hooks(desk: Desk) -> list[Webhook]:
    """A webhook that was told of tickets, in its log."""
    hook, is_new = Webhook.objects.get_or_create(
        name="Echo",
        defaults={
            "ulid": ids.new_ulid(NOW),
            "endpoint": "https://hooks.example/in",
            "signing_secret": "secret",
            "created_at": NOW,
            "updated_at": NOW,
        },
    )
    for name in CRAWLED if is_new else ():
        said = f"{desk.tickets[name].subject} {desks.said(name, public=False)}"
        facts = {"ulid": ids.new_ulid(NOW), "key": name, "cause": "trigger-1", "created_at": NOW, "state": "succeeded"}
        call = Call.objects.create(webhook=hook, ticket_id=desk.tickets[name].pk, payload=said, **facts)
        Attempt.objects.create(call=call, url="https://hooks.example/in", answer=said, started_at=NOW, duration_ms=1)
    return [hook]
