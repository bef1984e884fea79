"""Rules about ratings: conditions on how a ticket was rated and why, and the action that asks for a rating."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules.comparing import IS
from adjoin.rules.comparing import ORDER as ORDERED
from adjoin.rules.registry import DATABASE_COST, HISTORY, Action, Condition, Rule, add_action, add_condition
from adjoin.rules.values import Part, Value, one_of
from adjoin.satisfaction import offers, queries, reasons
from adjoin.satisfaction.models import SatisfactionRating
from adjoin.satisfaction.terms import UNOFFERED, Reason, Score

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

KEY, LABEL = "satisfaction_score", _("Satisfaction")
WHY, WHY_LABEL = "satisfaction_reason_code", _("Reason of the rating")
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
    operators, words = (*IS, *ORDERED, *HISTORY), one_of(tuple(_WORDS.items()))
    add_condition(Condition(KEY, LABEL, operators, _matches, _sql, _check, words, cost=DATABASE_COST))
    known = Value("list", (Part(choices=reasons.known),))
    why = Condition(WHY, WHY_LABEL, (*IS, *HISTORY), _has_reason, _with_reason, _check_reason, known)
    add_condition(replace(why, cost=DATABASE_COST))
    add_action(
        Action(KEY, _("Ask for a rating"), _offer, _check_offer, one_of((("offered", gettext("Mail the requester")),)))
    )


def _matches(change: Change, operator: str, value: Any) -> bool:
    row = queries.of(change.ticket.pk or 0)
    if operator in HISTORY:
        before = queries.before(change)
        return _moved(operator, _score(row) != _score(before), _is(row, value), _is(before, value))
    return any(_is(row, one) for one in _meant(operator, value)) is not (operator == "is_not")


def _moved(operator: str, has_changed: bool, is_now: bool, was: bool) -> bool:
    """What an operator says of something that has changed or not, and is now, or was, what is asked for."""
    asked = {"changed": True, "value": is_now, "value_previous": was}[operator.removeprefix("not_")]
    return (has_changed and asked) is not operator.startswith("not_")


def _score(row: SatisfactionRating | None) -> tuple[str, bool]:
    return (row.score, bool(row.comment)) if row is not None else (UNOFFERED, False)


def _has_reason(change: Change, operator: str, value: Any) -> bool:
    now = _reason(queries.of(change.ticket.pk or 0))
    if operator in HISTORY:
        before = _reason(queries.before(change))
        return _moved(operator, now != before, now == value, before == value)
    return (now == value) is (operator == "is")


def _reason(row: SatisfactionRating | None) -> str:
    return str(row.reason if row is not None else Reason.NONE.value)


def _with_reason(actor: Actor, operator: str, value: Any) -> Q:
    rated = SatisfactionRating.objects.filter(ticket_id=OuterRef("pk"))
    none = str(Reason.NONE.value)
    found = ~Q(Exists(rated.exclude(reason=none))) if value == none else Q(Exists(rated.filter(reason=value)))
    return found if operator == "is" else ~found


def _check_reason(value: Any) -> str:
    known = [code for code, _ in reasons.known()]
    if str(value) not in known:
        raise Invalid.field(
            "value", gettext("%(label)s is one of %(known)s") % {"label": said(WHY_LABEL), "known": ", ".join(known)}
        )
    return str(value)


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
