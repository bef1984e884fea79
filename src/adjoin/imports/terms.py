"""What can be imported, column by column, and where an import stands."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ROWS_MAX = 250_000
FILE_MAX_BYTES = 50 * 1024 * 1024
UNPACKED_MAX_BYTES = 500 * 1024 * 1024  # of an XLSX, which is a ZIP


class Kind(TextChoices):
    """What the rows of a file are."""

    USERS = "users", _("End users")
    ORGANIZATIONS = "organizations", _("Organizations")
    MEMBERSHIPS = "memberships", _("Memberships")


class State(TextChoices):
    """Where an import stands."""

    WAITING = "waiting", _("Waiting to be checked")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Checked")
    WRONG = "wrong", _("Has problems")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")

    @classmethod
    def at_work(cls) -> tuple[State, ...]:
        return (cls.WAITING, cls.CHECKING, cls.RUNNING, cls.UNDOING)


class Outcome(TextChoices):
    """What becomes of one line."""

    CREATE = "create", _("New")
    UPDATE = "update", _("Changed")
    SAME = "same", _("As it is")
    WRONG = "wrong", _("Wrong")


COLUMNS: dict[str, dict[str, str]] = {  # each with an example, which the template to download has
    Kind.USERS: {
        "name": "Cyd Marlow",
        "email": "cyd@customer.example",
        "external_id": "C-1001",
        "organization": "Harbour Hotels",
        "verified": "yes",
        "phone": "555 0100",
        "notes": "",
        "details": "",
        "tags": "vip",
        "role": "end-user",
    },
    Kind.ORGANIZATIONS: {
        "name": "Harbour Hotels",
        "external_id": "O-77",
        "domain_names": "harbour.example",
        "shared_tickets": "no",
        "shared_comments": "no",
        "group": "",
        "details": "",
        "notes": "",
        "tags": "hotel",
    },
    Kind.MEMBERSHIPS: {
        "user": "cyd@customer.example",
        "organization": "Harbour Hotels",
        "sees_tickets": "no",
        "comments_tickets": "no",
        "default": "no",
    },
}
REQUIRED: dict[str, tuple[str, ...]] = {
    Kind.USERS: ("name",),
    Kind.ORGANIZATIONS: ("name",),
    Kind.MEMBERSHIPS: ("user", "organization"),
}
