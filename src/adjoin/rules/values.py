"""What the value of a condition or action looks like to people: its inputs, what there is to choose, and its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from adjoin.access import assignable
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.people.models import Group, Organization, User
from adjoin.schedules.models import Schedule
from adjoin.tickets.terms import Channel

Choices = Sequence[tuple[str, str]]
EMPTY = (None, "", "__NULL__")  # how clients write "no value"
CHOICES_MAX = 1000  # of one list
NONE = ("", _("None"))
WORDS = {  # values that stand for somebody or something of the update itself
    "current_user": _("the person making the update"),
    "requester_id": _("the requester"),
    "assignee_id": _("the assignee"),
    "current_groups": _("a group of theirs"),
}


@dataclass(frozen=True)
class Part:
    """One input of a value. With `choices` it is a list, otherwise something typed.

    `find(typed)` gives the value meant, or raises `Invalid`; `name(value)` says a value in words."""

    label: str = _("Value")
    choices: Callable[[], Choices] | None = None
    is_long: bool = False
    find: Callable[[str], str] = str
    name: Callable[[Any], str] = str
    hint: str = ""
    is_whole: bool = False  # whether a list is one value, which `name` says, not several


@dataclass(frozen=True)
class Value:
    """The inputs of a value, one or several, and its type as Zendesk's definitions have it."""

    type: str = "text"
    parts: tuple[Part, ...] = (Part(),)

    @property
    def choices(self) -> Choices:
        """What there is to choose for the first part; nothing where it is typed."""
        return self.parts[0].choices() if self.parts[0].choices is not None else []


TEXT = Value()
TAGS = Value("tags", (Part(_("Tags"), hint=_("With blanks between")),))
HOURS = Value("text", (Part(_("Hours")),))
LONG_TEXT = Value("text", (Part(_("Text"), is_long=True),))
TRUE_OR_FALSE = (("true", _("Yes")), ("false", _("No")))


def one_of(choices: Iterable[tuple[str, Any]]) -> Value:
    """A list that is always the same. Its words are said in the reader's language where they are shown."""
    found = [(value, str(label)) for value, label in choices]
    return Value("list", (Part(choices=lambda: found),))


def rows(of: Callable[[], QuerySet[Any]], *words: str, nullable: bool) -> Value:
    """A list of rows by their name, after the words that stand for some."""
    first = [*([NONE] if nullable else []), *((word, WORDS[word]) for word in words)]
    return Value("list", (Part(choices=lambda: [*first, *_named(of())]),))


def typed(label: str, of: Callable[[], QuerySet[Any]], by: str, *words: str, hint: str, unknown: str) -> Value:
    """A row out of too many for a list, typed: its name or address (the column `by`), its id, or a word.

    `unknown` says that nothing is called so."""

    def find(typed: str) -> str:
        meant = next((word for word in words if typed.lower() in (word, WORDS[word], said(WORDS[word]).lower())), "")
        if meant or not typed or typed.isdecimal():
            return meant or typed
        found = of().filter(**{f"{by}__iexact": typed.replace("\x00", "")}).values_list("pk", flat=True)[:2]
        if len(found) != 1:
            raise Invalid.field("value", said(unknown) % {"typed": typed[:80]})
        return str(found[0])

    def name(value: str) -> str:
        if value in words or not str(value).isdecimal():
            return said(WORDS[value]) if value in WORDS else str(value)
        return str(of().filter(pk=int(value)).values_list(by, flat=True).first() or value)

    return Value("autocomplete", (Part(label, find=find, name=name, hint=hint),))


def groups() -> QuerySet[Group]:
    """Those that rules can name: all that are there."""
    return Group.objects.filter(is_deleted=False)


def agents() -> QuerySet[User]:
    """Those whom tickets can be assigned to; others may have been, and are still named by rules."""
    return assignable.agents()


def agents_who_read() -> QuerySet[User]:
    """Agents who can follow tickets, light ones too."""
    found: QuerySet[User] = User.objects.active().agents().filter(is_suspended=False)
    return found


def everybody_on_the_team() -> QuerySet[User]:
    """Agents and admins, those who have left too."""
    found: QuerySet[User] = User.objects.agents()
    return found


def brands() -> QuerySet[Brand]:
    """Those in use."""
    return Brand.objects.filter(is_active=True)


def organizations() -> QuerySet[Organization]:
    """All of them."""
    return Organization.objects.all()


def schedules() -> QuerySet[Schedule]:
    """All of them."""
    return Schedule.objects.all()


def people() -> QuerySet[User]:
    """Agents and end users who have not been deleted."""
    found: QuerySet[User] = User.objects.active()
    return found


def channels() -> Choices:
    """Each channel by its number; some share one."""
    labels: dict[str, list[str]] = {}
    for channel in Channel:
        labels.setdefault(str(channel.via_id), []).append(str(channel.label))
    return [(number, " or ".join(names)) for number, names in labels.items()]


def _named(found: QuerySet[Any]) -> Choices:
    by_name = found.order_by("name", "pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in by_name[:CHOICES_MAX]]
