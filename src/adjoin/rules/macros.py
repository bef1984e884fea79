"""The macros an agent is offered, and what one fills in. A macro widens nobody's rights: what it fills in is sent by
whoever applies it, through the same checks as if they had typed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from adjoin.fields import statuses
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.rules import checking, placeholders, registry
from adjoin.rules.drafts import Draft
from adjoin.rules.models import Macro, MacroAttachment, MacroQuerySet
from adjoin.rules.sentences import Writer
from adjoin.tickets import fillers
from adjoin.tickets.fillers import Filled, FilledFile

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

SAYS = ("comment_value", "comment_value_html", "comment_mode_is_public")
OFFERED_MAX = 500


def register() -> None:
    """Offer them in the composer, at start-up."""
    fillers.fill_with(_choices, _filled)


def offered(actor: Actor, ticket: Ticket | None = None) -> MacroQuerySet:
    """The macros that `actor` may use, on `ticket` if one is given: everybody's, their groups', their own.

    A macro for some brands is for agents of these, and for their tickets. Agents who see only their own customers are
    offered only what is meant for them: their own, and what is for their groups or brands."""
    if not actor.is_agent:
        return Macro.objects.none()
    rows = Macro.objects.active().filter(_belongs_to(actor))
    if not actor.is_admin:
        rows = rows.filter(Q(brands=None) | Q(brands__in=actor.brand_ids))
    if ticket is not None:
        rows = rows.filter(Q(brands=None) | Q(brands=ticket.brand_id or 0))
    return Macro.objects.filter(pk__in=rows.values("pk"))


def one_offered(actor: Actor, macro_id: int, ticket: Ticket | None = None) -> Macro:
    """That macro. Raises `NotFound` for one that is not offered."""
    found = offered(actor, ticket).filter(pk=macro_id).first()
    if found is None:
        raise NotFound
    return found


def apply(actor: Actor, macro: Macro, ticket: Ticket | None) -> Draft:
    """What it fills in for `actor`; nothing is written. Raises `Invalid` for a line that names what has gone."""
    draft = Draft(actor=actor, ticket=ticket, tags=list(ticket.tags) if ticket else [])
    if ticket is not None:
        values = placeholders.values_for(actor, ticket)
        draft.render = lambda template: placeholders.render(template, values)
        draft.render_html = lambda template: placeholders.render(template, values, is_html=True)
    for row in checking.actions(macro.actions, of_macro=True):
        registry.macro_actions.answering(row["field"]).fill(draft, row["value"])
    return draft


def content_path(attachment_id: int) -> str:
    """Where a macro's file is to be had, by those who may read it."""
    return f"/api/v2/macros/attachments/{attachment_id}/content"


def _belongs_to(actor: Actor) -> Q:
    mine, of_groups = Q(owner_id=actor.user_id), Q(owner=None, groups__in=actor.group_ids)
    if actor.is_admin:
        return mine | Q(owner=None)
    if actor.sees_own_customers:
        return mine | of_groups | Q(owner=None, groups=None, brands__in=actor.brand_ids)
    return mine | of_groups | Q(owner=None, groups=None)


def _choices(actor: Actor, ticket: Ticket) -> list[tuple[int, str]]:
    rows = offered(actor, ticket).order_by("position", "pk").values_list("pk", "title")
    return list(rows[:OFFERED_MAX])


def _filled(actor: Actor, ticket: Ticket, macro_id: int) -> Filled:
    macro = one_offered(actor, macro_id, ticket)
    try:
        draft = apply(actor, macro, ticket)
    except Invalid as error:
        raise Invalid.field(
            "macro", _("%(title)s cannot be applied. %(error)s") % {"title": macro.title, "error": error}
        ) from error
    writer = Writer()
    sets = [writer.action(row, of_macro=True) for row in macro.actions if row["field"] not in SAYS]
    body = draft.ticket_body()
    said = body.pop("comment", {})
    return Filled(
        macro_id=macro.pk,
        title=macro.title,
        body=said.get("body", ""),
        html_body=said.get("html_body", ""),
        is_public=draft.is_public,
        changes=body,
        sentences=sets,
        files=[_file(one) for one in macro.attachments.order_by("pk")],
        status=statuses.in_words(statuses.book().label_of_body(body)),
    )


def _file(row: MacroAttachment) -> FilledFile:
    same = ("file_name", "content_type", "size_bytes", "sha256", "width", "height")
    return FilledFile(id=row.pk, url=content_path(row.pk), **{name: getattr(row, name) for name in same})
