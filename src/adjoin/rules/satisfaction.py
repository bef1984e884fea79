"""Rules about ratings: a condition on how a ticket was rated, and the action that asks for a rating."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules.registry import Action, Condition, Rule, add_action, add_condition
from adjoin.rules.values import one_of
from adjoin.satisfaction import offers
from adjoin.satisfaction.models import SatisfactionRating
from adjoin.satisfaction.terms import UNOFFERED, Score

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

KEY, LABEL = "satisfaction_score", _("Satisfaction")
WITH_COMMENT = "_with_comment"
ORDER = (UNOFFERED, "offered", "bad", "bad_with_comment", "good", "good_with_comment")
_WORDS = {
    UNOFFERED: _("Not asked for"),
    "offered": _("Asked for"),
    "bad": _("Bad"),
    "bad_with_comment": _("Bad, with a comment"),
    "good": _("Good"),
    "good_with_comment": _("Good, with a comment"),
}


def register() -> None:
    """Make them known."""
    operators = ("is", "is_not", "less_than", "greater_than")
    add_condition(Condition(KEY, LABEL, operators, _matches, _sql, _check, one_of(tuple(_WORDS.items()))))
    add_action(
        Action(KEY, _("Ask for a rating"), _offer, _check_offer, one_of((("offered", gettext("Mail the requester")),)))
    )


def _matches(change: Change, operator: str, value: Any) -> bool:
    row = SatisfactionRating.objects.filter(ticket_id=change.ticket.pk or 0).first()
    return any(_is(row, one) for one in _meant(operator, value)) is not (operator == "is_not")


def _sql(actor: Actor, operator: str, value: Any) -> Q:
    found = Q(pk__in=[])
    for one in _meant(operator, value):
        found |= _rows(one)
    return ~found if operator == "is_not" else found


def _meant(operator: str, value: str) -> tuple[str, ...]:
    """The scores an operator speaks of; "bad" is also bad with a comment."""
    at = ORDER.index(value)
    if operator == "less_than":
        return ORDER[:at]
    return ORDER[at + 1 :] if operator == "greater_than" else (value,)


def _is(row: SatisfactionRating | None, score: str) -> bool:
    if row is None:
        return score == UNOFFERED
    return row.score == score.removesuffix(WITH_COMMENT) and (bool(row.comment) or not score.endswith(WITH_COMMENT))


def _rows(score: str) -> Q:
    rated = SatisfactionRating.objects.filter(ticket_id=OuterRef("pk"))
    if score == UNOFFERED:
        return ~Q(Exists(rated))
    rows = rated.filter(score=score.removesuffix(WITH_COMMENT))
    return Q(Exists(rows.exclude(comment="") if score.endswith(WITH_COMMENT) else rows))


def _check(value: Any) -> str:
    if value not in ORDER:
        raise Invalid.field(
            "value", gettext("%(label)s is one of %(known)s") % {"label": said(LABEL), "known": ", ".join(ORDER)}
        )
    return str(value)


def _check_offer(value: Any) -> str:
    if value != Score.OFFERED:
        raise Invalid.field("value", gettext("A rating can only be offered"))
    return str(value)


def _offer(change: Change, value: Any, rule: Rule) -> None:
    offers.write(change, value)
