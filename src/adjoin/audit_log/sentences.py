"""Entries as people read them: "Ada Reyes changed sharing of Harbour Hotels: everybody reads"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.audit_log.models import Entry
from adjoin.audit_log.terms import FIELDS, KINDS, PHRASES, SHARING, VERBS
from adjoin.kernel.wording import tell
from adjoin.rules.sentences import Writer

NOTHING = _("nothing")
VALUE_MAX = 200  # characters of a value on a page


@dataclass(frozen=True)
class Change:
    """One thing that was one way and is another, in words."""

    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.what}: {self.old} → {self.new}"


def sentence(entry: Entry) -> str:
    """The whole entry in one sentence, without a full stop."""
    return f"{who(entry)} {did(entry)}"


def who(entry: Entry) -> str:
    """Who did it, and whom they saw the desk as."""
    is_told = not entry.viewed_name or entry.kind == "view_as"  # there the sentence says whom
    if is_told:
        return entry.actor_name
    return gettext("%(name)s as %(viewed)s") % {"name": entry.actor_name, "viewed": entry.viewed_name}


def did(entry: Entry) -> str:
    """What was done; what one change was from and to stands in it, several are for `changes` to tell."""
    moved = changes(entry)
    if phrase := PHRASES.get((entry.action, entry.kind)):
        return phrase.format(title=entry.title)
    if entry.action == "update" and len(moved) == 1:
        words = gettext("changed %(what)s of %(title)s: %(old)s → %(new)s")
        return words % {"what": moved[0].what, "title": entry.title, "old": moved[0].old, "new": moved[0].new}
    verb = VERBS.get(entry.action, entry.action)
    if entry.kind == "account_settings":
        return gettext("%(verb)s the account's settings") % {"verb": verb}
    words = gettext("%(verb)s the %(kind)s %(title)s")
    return (words % {"verb": verb, "kind": kind(entry.kind), "title": entry.title}).rstrip()


def changes(entry: Entry) -> list[Change]:
    """Everything that moved, one line each; parts of a configuration by themselves."""
    moved = dict(entry.changes)
    found = _sharing(moved) if entry.kind == "organization" and entry.action == "update" else []
    for name, (old, new) in moved.items():
        parts = [one for one in (old, new) if one is not None]
        if parts and all(isinstance(one, dict) for one in parts):
            old, new = (_worded(entry.kind, one or {}) for one in (old, new))
            found += [
                _change(key, old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)
            ]
        else:
            found.append(_change(name, *(_worded(entry.kind, {name: one})[name] for one in (old, new))))
    return found


def _worded(kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    """The lines of rules among them as the sentences that their pages show; everything else as it is."""
    return {name: _lines(kind, value) if _are_lines(value) else value for name, value in parts.items()}


def _are_lines(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) and "field" in row for row in value)


def _lines(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    writer = Writer()
    return [
        writer.condition(row) if "operator" in row else writer.action(row, of_macro=kind == "macro") for row in rows
    ]


def kind(name: str) -> str:
    """What such a thing is called."""
    return str(KINDS.get(name, name.replace("_", " ")))


def _sharing(moved: dict[str, Any]) -> list[Change]:
    """Both switches as one change. Where only one moved, the other was on: comments need tickets."""
    tickets, comments = moved.pop("shared_tickets", None), moved.pop("shared_comments", None)
    if tickets is None and comments is None:
        return []
    tickets = tickets or [True, True]
    comments = comments or [False, False]
    old, new = (SHARING.get((bool(tickets[at]), bool(comments[at])), SHARING[False, False]) for at in (0, 1))
    return [Change(gettext("sharing"), str(old), str(new))]


def _change(name: str, old: Any, new: Any) -> Change:
    return Change(str(FIELDS.get(name, name.replace("_", " "))), _shown(old), _shown(new))


def _shown(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return str(NOTHING)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        words = ", ".join(map(_shown, value))
    elif isinstance(value, dict):
        words = ", ".join(f"{name.replace('_', ' ')} {_shown(one)}" for name, one in value.items())
    else:
        words = tell(str(value))
    return words if len(words) <= VALUE_MAX else f"{words[: VALUE_MAX - 1]}…"
