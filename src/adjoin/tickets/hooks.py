"""Where higher apps hang their part into the write path, at start-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.kernel.statements import Asking
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Comment, Ticket

Settler = Callable[["Change"], None]
Sideload = Callable[["Actor", Sequence["Ticket"], str], dict[int, Any]]  # the last: where the API begins
RuleEngine = Callable[["Change"], None]
Question = Callable[[int], "Asking"]
FieldWriter = Callable[["Change", Any], None]
TicketReader = Callable[["Actor", Iterable["Ticket"]], dict[int, dict[str, Any]]]
PageMarker = Callable[["Actor", Sequence["Ticket"]], dict[int, list["Mark"]]]
CommentRemarker = Callable[["Actor", "Ticket", Sequence["Comment"]], dict[int, list["Remark"]]]
MergeObstacle = Callable[[Sequence["Ticket"]], str]
ListenerReader = Callable[["Actor", "Ticket"], list["Listener"]]


@dataclass(frozen=True)
class Mark:
    """A badge on a ticket's row and under its title: "From Acme", "Shared with Maker", "Waiting for Maker"."""

    label: str
    kind: str = "partner"  # partner, warning, danger: how the badge looks
    title: str = ""  # a sentence, shown on hover
    icon: str = "building-2"  # a lucide name
    partner: str = ""  # whose colour it wears
    short: str = ""  # what is seen of it in lists, where there is little room; "" for the partner


@dataclass(frozen=True)
class Remark:
    """A line under a comment, that something about it is not as it should be, and perhaps a button that mends it."""

    text: str
    icon: str = "circle-alert"
    address: str = ""  # where the button posts to; "" for no button
    button: str = ""
    field: tuple[str, str] = ("", "")  # name and value of what it posts


@dataclass(frozen=True)
class Listener:
    """Another company that gets what is said on a ticket."""

    name: str
    hears_notes: bool = False  # also private notes
    passes_on_to_requester: bool = False  # the requester is theirs, and hears of replies through them


rule_engines: list[RuleEngine] = []
questions: list[Question] = []
settlers: list[Settler] = []
sideloads: dict[str, tuple[str, Sideload]] = {}
field_writers: dict[str, FieldWriter] = {}
no_edits: set[str] = set()  # those of them that change nothing about the ticket
ticket_readers: list[TicketReader] = []
page_markers: list[PageMarker] = []
comment_remarkers: list[CommentRemarker] = []
listener_readers: list[ListenerReader] = []
merge_obstacles: list[MergeObstacle] = []


def run_rules_with(engine: RuleEngine) -> None:
    """Have `engine(change)` run on each change before it is written."""
    if engine not in rule_engines:
        rule_engines.append(engine)


def ask_ahead_with(question: Question) -> None:
    """Have `question(ticket_id)` asked when a ticket is locked: something that each of its changes asks later."""
    if question not in questions:
        questions.append(question)


def settle_with(settler: Settler) -> None:
    """Have `settler(change)` set what is counted of a ticket, once rules are done with it and before it is written."""
    if settler not in settlers:
        settlers.append(settler)


def sideload_with(name: str, reader: Sideload, *, key: str = "") -> None:
    """Have `reader(actor, tickets, base)` add something to tickets in the API where `include` asks for `name`.

    It answers by ticket id, for the key `name`, or for `key` where one is given."""
    sideloads[name] = (key or name, reader)


def write_field_with(name: str, writer: FieldWriter, *, is_edit: bool = True) -> None:
    """Have `writer(change, value)` take the field `name` of an update that tickets does not know itself.

    Where it is no edit, whoever may say something on the ticket may send it along."""
    field_writers[name] = writer
    if not is_edit:
        no_edits.add(name)


def read_more_with(reader: TicketReader) -> None:
    """Have `reader(actor, tickets)` add keys to tickets in the API: ticket id to extra keys."""
    if reader not in ticket_readers:
        ticket_readers.append(reader)


def extra_keys(actor: Actor, tickets: Iterable[Ticket]) -> dict[int, dict[str, Any]]:
    """What every reader adds, by ticket id."""
    rows = list(tickets)
    merged: dict[int, dict[str, Any]] = {ticket.pk: {} for ticket in rows}
    for reader in ticket_readers:
        for ticket_id, keys in reader(actor, rows).items():
            merged[ticket_id].update(keys)
    return merged


def mark_pages_with(marker: PageMarker) -> None:
    """Have `marker(actor, tickets)` add badges to tickets on pages: ticket id to marks. One query for all of them."""
    if marker not in page_markers:
        page_markers.append(marker)


def marks(actor: Actor, tickets: Iterable[Ticket]) -> dict[int, list[Mark]]:
    """Every mark of these tickets, by ticket id; tickets without any are not in it."""
    rows = list(tickets)
    found: dict[int, list[Mark]] = defaultdict(list)
    for marker in page_markers if rows else []:
        for ticket_id, more in marker(actor, rows).items():
            found[ticket_id].extend(more)
    return dict(found)


def remark_on_comments_with(remarker: CommentRemarker) -> None:
    """Have `remarker(actor, ticket, comments)` add lines under comments on the agents' page: comment id to remarks."""
    if remarker not in comment_remarkers:
        comment_remarkers.append(remarker)


def remarks(actor: Actor, ticket: Ticket, comments: Sequence[Comment]) -> dict[int, list[Remark]]:
    """Every remark on these comments, by comment id; comments without any are not in it."""
    found: dict[int, list[Remark]] = defaultdict(list)
    for remarker in comment_remarkers if comments else []:
        for comment_id, more in remarker(actor, ticket, comments).items():
            found[comment_id].extend(more)
    return dict(found)


def name_listeners_with(reader: ListenerReader) -> None:
    """Have `reader(actor, ticket)` name the companies that get what is said on it, so that the composer can say so."""
    if reader not in listener_readers:
        listener_readers.append(reader)


def listeners(actor: Actor, ticket: Ticket) -> list[Listener]:
    """Every company outside this desk that gets what is said on `ticket`."""
    return [listener for reader in listener_readers for listener in reader(actor, ticket)]


def keep_from_merging_with(obstacle: MergeObstacle) -> None:
    """Have `obstacle(tickets)` say in a sentence why they cannot be merged, "" when they can."""
    if obstacle not in merge_obstacles:
        merge_obstacles.append(obstacle)


def merge_obstacle(tickets: Sequence[Ticket]) -> str:
    """Why these tickets cannot be merged, "" when they can."""
    return next((words for obstacle in merge_obstacles if (words := obstacle(tickets))), "")
