"""How many files come with a request, and how large, as a hint and for the script that looks before they are sent."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from adjoin.suspended import files as strangers_files

FILES_MAX = 10  # in one message
_MEGABYTE = 1024 * 1024


def of_people() -> dict[str, str]:
    """What `<chosen-files>` is told for whoever has signed in: one request carries all the files together."""
    together = settings.ATTACHMENT_MAX_BYTES // _MEGABYTE
    return {
        "most": str(FILES_MAX),
        "most-words": _("Send at most %(most)s files at a time.") % {"most": FILES_MAX},
        "together": str(settings.ATTACHMENT_MAX_BYTES),
        "together-words": _("Together that is more than %(most)s MB. Send fewer or smaller files.")
        % {"most": together},
    }


def hint_for_people() -> str:
    """The same as a sentence."""
    most = {"files": FILES_MAX, "megabytes": settings.ATTACHMENT_MAX_BYTES // _MEGABYTE}
    return _("Up to %(files)s files, together at most %(megabytes)s MB.") % most


def of_strangers() -> dict[str, str]:
    """The same for whoever has not."""
    most = strangers_files.MEGABYTES_MAX
    large = _("%(name)s is larger than %(most)s MB. Sign in to send larger files.")
    return {
        "most": str(strangers_files.FILES_MAX),
        "most-words": _("Send at most %(most)s files at a time.") % {"most": strangers_files.FILES_MAX},
        "each": str(most * _MEGABYTE),
        "each-words": large % {"name": "{name}", "most": most},
        "kinds": " ".join(sorted(strangers_files.KINDS)),
        "kinds-words": _("%(name)s is of a kind that is only taken from people who have signed in.")
        % {"name": "{name}"},
    }


def hint_for_strangers() -> str:
    """The same as a sentence."""
    most = {"files": strangers_files.FILES_MAX, "megabytes": strangers_files.MEGABYTES_MAX}
    return _("Up to %(files)s files, %(megabytes)s MB each.") % most
