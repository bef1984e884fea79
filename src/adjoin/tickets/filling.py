"""A macro that waits in the composer: its words among those typed, its changes until the person sends it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError
from adjoin.tickets import fillers, parse, uploads
from adjoin.tickets.fillers import Filled, FilledFile

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.forms import CommentForm
    from adjoin.tickets.models import Attachment, Ticket


def pending(actor: Actor, ticket: Ticket, form: CommentForm) -> Filled | None:
    """The macro that waits in the composer; None where there is none, or it is not there any more."""
    macro_id = reading.whole_number(str(form["macro"].value() or ""))
    if macro_id is None:
        return None
    try:
        return fillers.fill(actor, ticket, macro_id)
    except DeskError:
        return None


def fields(actor: Actor, ticket: Ticket, form: CommentForm, at: datetime) -> dict[str, Any]:
    """What the macro in the composer changes, as `actions.update` takes it. Raises `DeskError`."""
    if not form.cleaned_data["macro"]:
        return {}
    changes = fillers.fill(actor, ticket, form.cleaned_data["macro"]).changes
    return {**parse.ticket(changes, existing=ticket, now=at).fields, fillers.SENT: [form.cleaned_data["macro"]]}


def ticked(filled: Filled | None, form: CommentForm) -> list[tuple[FilledFile, bool]]:
    """The files of what is filled in, each with whether it goes along."""
    kept = {str(one) for one in form["macro_files"].value() or []}
    return [(one, str(one.id) in kept) for one in filled.files] if filled else []


def files(actor: Actor, ticket: Ticket, form: CommentForm, at: datetime) -> list[Attachment]:
    """The macro's files that were left ticked, for the comment to take. Raises `DeskError`."""
    kept = set(form.cleaned_data["macro_files"])
    if not form.cleaned_data["macro"] or not kept:
        return []
    filled = fillers.fill(actor, ticket, form.cleaned_data["macro"])
    return uploads.copies([one for one in filled.files if one.id in kept], at)


def filled_in(actor: Actor, ticket: Ticket, form: CommentForm, asked: str) -> dict[str, Any]:
    """The form's data with another macro. The words of the one before go, unless they were changed."""
    data = dict(form.data.items())
    typed, before = str(data.get("body", "")).replace("\r\n", "\n"), pending(actor, ticket, form)
    if before is not None and before.words:
        typed = typed.removesuffix(before.words).rstrip()
    macro_id = reading.whole_number(asked)
    if macro_id is None:
        return {**data, "body": typed, "macro": "", "macro_files": []}
    filled = fillers.fill(actor, ticket, macro_id)
    if filled.is_public is not None:
        data["mode"] = "reply" if filled.is_public else "note"
    body = "\n\n".join(one for one in (typed, filled.words) if one)
    return {**data, "body": body, "macro": str(macro_id), "macro_files": [one.id for one in filled.files]}
