"""Failures we expect, each a sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adjoin.kernel.wording import say, together


class DeskError(Exception):
    """A request that cannot be carried out, for a reason its sender can act on.

    `code` is for API clients, `status` is the HTTP status it becomes; `str(error)` is for people, and what is kept
    of it is `wording.of_error(error)`, for people of other languages."""

    code = "Invalid"
    status = 422

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class NotFound(DeskError):
    """What does not exist and what may not be read answer with these same words."""

    code = "RecordNotFound"
    status = 404

    def __init__(self, message: str = "") -> None:
        super().__init__(message or say("Not found"))


class NotAllowed(DeskError):
    """The actor may read this, but not do that to it."""

    code = "Forbidden"
    status = 403


class NotSignedIn(DeskError):
    """Nobody has signed in, and this is not for everybody."""

    code = "Couldn't authenticate you"
    status = 401

    def __init__(self, message: str = "Couldn't authenticate you") -> None:
        super().__init__(message)


class BadRequest(DeskError):
    """A request that makes no sense as it stands: a parameter is missing or of the wrong kind."""

    code = "Invalid attribute"
    status = 400


class TooManyValues(DeskError):
    """More items in one call than `max_count`."""

    code = "TooManyValues"
    status = 400

    def __init__(self, max_count: int) -> None:
        self.max_count = max_count
        super().__init__(
            say("Parameter  cannot specify more than %(max_count)s values") % {"max_count": max_count}
        )  # two blanks, as Zendesk has it


class BadPage(DeskError):
    """A page that cannot be: a broken cursor, or beyond what numbered pages reach. `parameter` names the culprit."""

    code = "InvalidPaginationParameter"
    status = 400

    def __init__(self, parameter: str) -> None:
        super().__init__(say("%(parameter)s is not valid") % {"parameter": parameter})


class Conflict(DeskError):
    """Somebody else changed it first."""

    code = "UpdateConflict"
    status = 409


class TooMany(DeskError):
    """Asked too often. `retry_after_seconds` says how long to wait."""

    code = "APIRateLimitExceeded"
    status = 429

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Invalid(DeskError):
    """Values that do not fit. `details` maps a field (or "base") to `(code, sentence)` pairs."""

    code = "RecordInvalid"

    def __init__(self, details: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self.details = details
        super().__init__(together(*(sentence for problems in details.values() for _, sentence in problems)))

    @classmethod
    def field(cls, field: str, sentence: str, code: str = "InvalidValue") -> Invalid:
        """One problem with one field."""
        return cls({field: [(code, sentence)]})
