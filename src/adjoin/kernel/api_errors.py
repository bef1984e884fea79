"""The bodies of API errors. Zendesk has several shapes, and its clients tell failures apart by them."""

from __future__ import annotations

from typing import Any

from adjoin.kernel.errors import DeskError, Invalid, NotAllowed, NotFound


def body(error: DeskError) -> dict[str, Any]:
    """The JSON body for an expected failure, as Zendesk's clients read it."""
    if isinstance(error, Invalid):
        return {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {
                field: [{"description": sentence, "error": code} for code, sentence in problems]
                for field, problems in error.details.items()
            },
        }
    if isinstance(error, NotAllowed):
        return {"error": {"title": "Forbidden", "message": str(error)}}
    if isinstance(error, NotFound):
        return {"error": "RecordNotFound", "description": "Not found"}
    return {"error": error.code, "description": str(error)}


UNAUTHENTICATED: dict[str, Any] = {"error": "Couldn't authenticate you"}
INVALID_TOKEN: dict[str, Any] = {
    "error": "invalid_token",
    "error_description": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
}
NO_ENDPOINT: dict[str, Any] = {"error": "InvalidEndpoint", "description": "Not found"}
SERVER_ERROR: dict[str, Any] = {
    "error": "InternalError",
    "description": "Something went wrong here. It has been logged; try again.",
}
CSRF: dict[str, Any] = {
    "error": {"title": "Forbidden", "message": "Send the X-CSRF-Token header with a signed-in write, or use a token."}
}
