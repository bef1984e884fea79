"""The words of articles and of who reads them."""

from __future__ import annotations

import re
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

SOURCE_LOCALE = "en"  # what is written first, unless somebody says otherwise
_LOCALE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
LANGUAGES = {  # of a locale's first part: its name in itself, and how PostgreSQL stems its words
    "ar": ("العربية", "arabic"),
    "da": ("Dansk", "danish"),
    "de": ("Deutsch", "german"),
    "en": ("English", "english"),
    "es": ("Español", "spanish"),
    "fi": ("Suomi", "finnish"),
    "fr": ("Français", "french"),
    "hu": ("Magyar", "hungarian"),
    "it": ("Italiano", "italian"),
    "nl": ("Nederlands", "dutch"),
    "no": ("Norsk", "norwegian"),
    "pt": ("Português", "portuguese"),
    "ro": ("Română", "romanian"),
    "ru": ("Русский", "russian"),
    "sv": ("Svenska", "swedish"),
    "tr": ("Türkçe", "turkish"),
}


class UserType(TextChoices):
    """Whom a segment can hold at all, as Zendesk names it."""

    SIGNED_IN = "signed_in_users", _("Everybody who has signed in")
    STAFF = "staff", _("Agents and admins")


class Audience(TextChoices):
    """Who reads an article. Nobody does until somebody has chosen."""

    NOT_CHOSEN = "", _("Nobody yet")
    EVERYBODY = "everybody", _("Everybody")
    SEGMENTS = "segments", _("Some people")


class CommentsPolicy(TextChoices):
    """What a brand does with comments of readers."""

    OFF = "off", _("Nobody comments, and comments that are there do not show")
    HELD = "held", _("Each comment waits until somebody approves it")
    NEW_HELD = "new_held", _("The first comment of each person waits until somebody approves it")
    OPEN = "open", _("Comments show at once")


class CommentState(TextChoices):
    """Whether the readers of an article see a comment on it."""

    SHOWN = "shown", _("Shown")
    HELD = "held", _("Waits")
    HIDDEN = "hidden", _("Hidden")


class Happened(StrEnum):
    """What those who follow an article or a section hear of."""

    PUBLISHED = "published"  # for the first time, in a section
    CHANGED = "changed"
    COMMENTED = "commented"


class ImportState(TextChoices):
    """Where an import of articles stands."""

    WAITING = "waiting", _("Waiting to be imported")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    WRONG = "wrong", _("Nothing was imported")

    @classmethod
    def at_work(cls) -> tuple[ImportState, ...]:
        return (cls.WAITING, cls.RUNNING)


class MeaningSource(TextChoices):
    """Where the model is that says what words mean."""

    SHIPPED = "shipped", _("The model on this machine")
    ENDPOINT = "endpoint", _("A server that speaks OpenAI's embeddings")
    OFF = "off", _("None: articles are found by their words only")


def locale(value: str) -> str:
    """A locale as it is kept: `en`, `fr-ca`. Raises `Invalid`."""
    found = value.strip().lower().replace("_", "-")
    if not _LOCALE.fullmatch(found):
        raise Invalid.field(
            "locale",
            say("Locale: %(value)s is none. Write it like en or fr-ca.") % {"value": value[:20]},
            "InvalidFormat",
        )
    return found


def language(locale: str) -> str:
    """The name of a locale's language in that language; the locale itself for those we have no name of."""
    name = LANGUAGES.get(locale.partition("-")[0], ("", ""))[0]
    return name if name and "-" not in locale else f"{name} ({locale})" if name else locale


def stemming(locale: str) -> str:
    """The text search configuration of PostgreSQL for a locale."""
    return LANGUAGES.get(locale.partition("-")[0], ("", "simple"))[1]
