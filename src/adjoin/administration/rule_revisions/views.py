"""How a trigger or an automation has been, and having it so again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access.gates import allowed_only
from adjoin.administration.rule_pages.views import found
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import revisions as kept
from adjoin.rules import writes
from adjoin.rules.kinds import Kind
from adjoin.rules.models import Revision
from adjoin.rules.sentences import Writer

Page = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Shown:
    """One revision: what it took away, and what it put there, in sentences."""

    revision: Revision
    removed: list[str]
    added: list[str]


def revisions(kind: Kind) -> Page:
    """The page of the revisions of one rule, the one in force first."""

    @require_GET
    @allowed_only(kind.permission)
    def page(request: DeskRequest, /, **ids: int) -> HttpResponse:
        rule = found(kind, ids)
        rows, writer = kept.newest_first(rule), Writer()
        context = {
            "rule": rule,
            "shown": [_shown(row, before, writer) for row, before in zip(rows, [*rows[1:], None], strict=True)],
            "back": f"administration:{kind.name}s:edit",
            "restore": f"administration:{kind.name}s:restore",
            "section": f"{kind.name}s",
        }
        return render(request, "administration/rules/revisions.html", context)

    return page


def restore(kind: Kind) -> Page:
    """Having a rule again as it was."""

    @require_POST
    @allowed_only(kind.permission)
    def page(request: DeskRequest, /, *, revision_id: int, **ids: int) -> HttpResponse:
        rule = found(kind, ids)
        try:
            writes.restore(kind, actor=request.actor, rule_id=rule.pk, revision_id=revision_id, now=timezone.now())
        except Invalid as error:
            messages.error(
                request, _("%(title)s cannot be as it was. %(error)s") % {"title": rule.title, "error": error}
            )
        else:
            messages.success(request, _("%(title)s is as it was.") % {"title": rule.title})
        return redirect(f"administration:{kind.name}s:revisions", rule.pk)

    return page


def _shown(row: Revision, before: Revision | None, writer: Writer) -> Shown:
    now, then = _sentences(row, writer), _sentences(before, writer) if before else []
    return Shown(row, [one for one in then if one not in now], [one for one in now if one not in then])


def _sentences(row: Revision, writer: Writer) -> list[str]:
    return [
        _("Title: %(title)s") % {"title": row.title},
        *([_("What it is for: %(description)s") % {"description": row.description}] if row.description else []),
        _("It acts") if row.is_active else _("It is switched off"),
        *(writer.condition(line) for line in row.conditions.get("all") or ()),
        *(
            _("%(line)s (one of these is enough)") % {"line": writer.condition(line)}
            for line in row.conditions.get("any") or ()
        ),
        *(_("Then %(line)s") % {"line": writer.action(line)} for line in row.actions),
    ]
