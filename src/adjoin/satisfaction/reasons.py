"""The reasons that somebody chooses from who was not satisfied: what an account has, and changing them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, QuerySet

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.satisfaction.models import SatisfactionReason
from adjoin.satisfaction.terms import FIRST_OWN, WORDS_MAX, Reason

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

REASONS_MAX = 30


def offered() -> QuerySet[SatisfactionReason]:
    """Those to choose from, in order; there may be none."""
    return SatisfactionReason.objects.filter(deleted_at=None).order_by("position", "code")


def choices(*, also: int = Reason.NONE) -> list[tuple[int, str]]:
    """No reason, and those to choose from; just nothing where there are none.

    `also` is one that a rating has, and that may be offered no more."""
    rows = [row for row in SatisfactionReason.objects.order_by("position", "code") if _is_open(row, also)]
    return [(Reason.NONE.value, str(Reason.NONE.label)), *((row.code, row.said) for row in rows)] if rows else []


def known() -> list[tuple[str, str]]:
    """All that ratings can have, none too, those offered no more last: what rules may ask for, by code as text."""
    rows = sorted(SatisfactionReason.objects.order_by("position", "code"), key=lambda row: row.deleted_at is not None)
    return [(str(Reason.NONE.value), str(Reason.NONE.label)), *((str(row.code), row.said) for row in rows)]


@transaction.atomic
def choose(*, actor: Actor, reasons: Sequence[tuple[int | None, str]], now: datetime) -> None:
    """Offer these from now on, in this order: each its code, none for a new one, and what it is called.

    Whatever is not among them is offered no more; ratings that have it keep it, and its words.
    Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_SETTINGS)
    rows = {row.code: row for row in SatisfactionReason.objects.select_for_update().order_by("code")}
    before = [row.said for row in offered()]
    said = [(code, _checked(words)) for code, words in reasons]
    _check_all(said, set(rows))
    SatisfactionReason.objects.filter(deleted_at=None).update(deleted_at=now)
    own = SatisfactionReason.objects.aggregate(last=Max("code"))["last"] or 0
    for position, (code, words) in enumerate(said):
        if code is None:
            own = max(FIRST_OWN, own + 1)
            SatisfactionReason.objects.create(code=own, words=words, position=position, created_at=now, updated_at=now)
        else:
            _keep(rows[code], words, position, now)
    record.changed(
        Did.UPDATED,
        "satisfaction_reasons",
        None,
        "Reasons of ratings",
        now=now,
        reasons=(before, [row.said for row in offered()]),
    )


def _keep(row: SatisfactionReason, words: str, position: int, now: datetime) -> None:
    if words != row.said:
        row.words, row.updated_at = words, now
    row.position, row.deleted_at = position, None
    row.save()


def _is_open(row: SatisfactionReason, also: int) -> bool:
    return row.deleted_at is None or row.code == also


def _checked(words: str) -> str:
    said = " ".join(text.plain(words).split())
    if not said or len(said) > WORDS_MAX:
        raise Invalid.field("reasons", say("A reason has 1 to %(most)s characters.") % {"most": WORDS_MAX})
    return said


def _check_all(said: Sequence[tuple[int | None, str]], known: set[int]) -> None:
    codes = [code for code, _ in said if code is not None]
    if len(said) > REASONS_MAX:
        raise Invalid.field("reasons", say("There can be %(most)s reasons.") % {"most": REASONS_MAX})
    if len({words.lower() for _, words in said}) < len(said) or len(set(codes)) < len(codes):
        raise Invalid.field("reasons", say("Two reasons are called the same."))
    if not set(codes) <= known:
        raise Invalid.field("reasons", say("There is no such reason."))
