"""The bodies of API errors. Zendesk has several shapes, and its clients tell failures apart by them."""

from __future__ import annotations

from typing import Any

from adjoin.kernel.errors import (
    BadPage,
    BadRequest,
    DeskError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyValues,
)


def body(error: DeskError) -> dict[str, Any]:
    """The JSON body for an expected failure, as Zendesk's clients read it."""
    match error:
        case Invalid():
            return _invalid({field: list(problems) for field, problems in error.details.items()})
        case NotSignedIn():
            return UNAUTHENTICATED
        case NotAllowed() | BadRequest():
            title = "Forbidden" if isinstance(error, NotAllowed) else error.code
            return {"error": {"title": title, "message": str(error)}}
        case NotFound():
            return {"error": "RecordNotFound", "description": "Not found"}
        case TooManyValues():
            return {"error": error.code, "description": str(error), "max_count": error.max_count}
        case BadPage():
            return {"errors": [{"code": error.code, "title": str(error)}]}
    if error.code == "RecordInvalid":
        return _invalid({"base": [("InvalidValue", str(error))]})
    return {"error": error.code, "description": str(error)}


def _invalid(details: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    return {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {
            field: [{"description": sentence, "error": code} for code, sentence in problems]
            for field, problems in details.items()
        },
    }


UNAUTHENTICATED: dict[str, Any] = {"error": "Couldn't authenticate you"}
INVALID_TOKEN: dict[str, Any] = {
    "error": "invalid_token",
    "error_description": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
}
NO_ENDPOINT: dict[str, Any] = {"error": "InvalidEndpoint", "description": "Not found"}
NO_METHOD: dict[str, Any] = {
    "error": {"title": "Method not allowed", "message": "This address does not take that method. See the Allow header."}
}
SERVER_ERROR: dict[str, Any] = {
    "error": "InternalError",
    "description": "Something went wrong here. It has been logged; try again.",
}
CSRF: dict[str, Any] = {
    "error": {"title": "Forbidden", "message": "Send the X-CSRF-Token header with a signed-in write, or use a token."}
}
