"""Mails about tickets: the words of a rule between the brand's own, filled in with what the reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.brands.actions import default_brand
from adjoin.channels.mail_out import Letter
from adjoin.kernel import languages, text
from adjoin.kernel.errors import Invalid
from adjoin.notifications import templates

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.knowledge.moderating import Waiting
    from adjoin.notifications.models import News
    from adjoin.tickets.models import Ticket

DIGEST_MAX = 50  # updates in one digest; the others are counted


def about(actor: Actor, ticket: Ticket, *, audit_id: int, cause: int | str, subject: str, body: str) -> Letter:
    """One mail about one update, as `actor` may read it, in the language that is spoken now."""
    values = templates.values_for(actor, ticket, audit_id=audit_id)
    brand = ticket.brand or default_brand()
    words = templates.render(languages.said(body), values)
    around = frame(brand, values, audit_id=None if actor.is_agent else audit_id)
    page = {
        **around,
        "brand": brand,
        "body_html": text.html_from_plain(words),
        "url": templates.link(actor, ticket),
        "is_agent": actor.is_agent,
    }
    return Letter(
        reason=f"{current.schema()}.audit-{audit_id}-{cause}",
        subject=templates.render(languages.said(subject), values),
        text_body=render_to_string("notifications/mail.txt", {**page, "words": words}),
        html_body=render_to_string("notifications/mail.html", page),
        from_name=brand.name,
        from_address=brand.support_address,
        ticket_id=ticket.pk,
        headers={
            "References": f"<ticket-{ticket.pk}@{brand.host}>",
            "In-Reply-To": f"<ticket-{ticket.pk}@{brand.host}>",
        },
    )


def frame(brand: Brand, values: dict[str, Any], *, audit_id: int | None) -> dict[str, str]:
    """`header` and `footer`, what the brand says above and below, and `signature`, of the agent who wrote.

    Broken placeholders keep no mail: then the brand's name stands there."""
    known = {**values, "brand": {"name": brand.name, "url": brand.url}, "agent": _agent(audit_id)}
    return {
        "header": _filled(brand.mail_header, known) or brand.name,
        "footer": _filled(brand.mail_footer, known) or brand.name,
        "signature": _filled(brand.signature_template, known) if audit_id is not None else "",
    }


def brands_of(actor: Actor, rows: Sequence[News]) -> list[Brand]:
    """Those that write what waited, of what `actor` may read now: to end users each brand for itself, to agents the
    first for all."""
    if actor.is_agent:
        return [default_brand()]
    return list({ticket.brand or default_brand(): None for ticket in _readable(actor, rows)})


def digest(actor: Actor, rows: Sequence[News], *, brand: Brand, waiting: Sequence[Waiting] = ()) -> Letter | None:
    """Everything that waited, ticket by ticket, to end users that of one brand, and comments that wait for approval.

    None when there is nothing that may be read any more."""
    tickets = {
        ticket.pk: ticket
        for ticket in _readable(actor, rows)
        if actor.is_agent or (ticket.brand or default_brand()) == brand
    }
    told = [row for row in rows if row.ticket_id in tickets]
    if not told and not waiting:
        return None
    items = [_item(actor, tickets[row.ticket_id], row) for row in told[:DIGEST_MAX]]
    page = {
        "brand": brand,
        "items": items,
        "waiting": waiting,
        "more": len(told) - len(items),
        "url": _where_chosen(actor, brand),
        "is_agent": actor.is_agent,
    }
    last = f"{rows[-1].pk}" if rows else f"comments-{max(one.last_id for one in waiting)}"
    name = current.account().name if actor.is_agent else brand.name
    subject, count = _digest_subject(
        len({row.ticket_id for row in told}), sum(one.count for one in waiting), is_agent=actor.is_agent
    )
    return Letter(
        reason=f"{current.schema()}.digest-{last}-{brand.pk}",
        subject=subject % {"account": name, "count": count},
        text_body=render_to_string("notifications/digest.txt", page),
        html_body=render_to_string("notifications/digest.html", page),
        from_name=brand.name,
        from_address=brand.support_address,
    )


def _readable(actor: Actor, rows: Sequence[News]) -> list[Ticket]:
    return list(readable.tickets(actor).filter(pk__in={row.ticket_id for row in rows}).with_people().order_by("pk"))


def _where_chosen(actor: Actor, brand: Brand) -> str:
    """Where somebody says how often such mails come."""
    if actor.is_agent:
        return f"{current.url()}/agent/notifications/"
    return f"{brand.url}/hc/{translation.get_language() or languages.FIRST}/mail/"


def _digest_subject(tickets: int, comments: int, *, is_agent: bool) -> tuple[str, int]:
    """What a digest is about, and how many of those there are."""
    if not tickets:
        return ngettext(
            "[%(account)s] %(count)s comment waits", "[%(account)s] %(count)s comments wait", comments
        ), comments
    if not is_agent:
        return ngettext(
            "[%(account)s] News of %(count)s request", "[%(account)s] News of %(count)s requests", tickets
        ), tickets
    return ngettext(
        "[%(account)s] News of %(count)s ticket", "[%(account)s] News of %(count)s tickets", tickets
    ), tickets


def _item(actor: Actor, ticket: Ticket, row: News) -> dict[str, str]:
    values = templates.values_for(actor, ticket, audit_id=row.audit_id)
    words = templates.render(languages.said(row.body), values)
    return {
        "subject": templates.render(languages.said(row.subject), values),
        "words": words,
        "html": text.html_from_plain(words),
        "url": templates.link(actor, ticket),
    }


def _agent(audit_id: int | None) -> dict[str, str]:
    """The agent who wrote that update; nobody for end users and the desk itself."""
    audits = readable.audits(Actor.system()).select_related("author")
    audit = audits.filter(pk=audit_id).first() if audit_id is not None else None
    person = audit.author if audit and audit.author and audit.author.is_agent else None
    if person is None:
        return {"name": "", "first_name": "", "signature": ""}
    return {"name": person.name, "first_name": person.name.split(" ")[0], "signature": person.signature}


def _filled(template: str, values: dict[str, Any]) -> str:
    try:
        return templates.render(template, values).strip() if template else ""
    except Invalid:
        return ""
