"""Whether somebody answers."""

from __future__ import annotations

import socket


def why_unreachable(host: str, port: int, *, within_seconds: float = 5) -> str:
    """Why no TCP connection can be made, in a few words; "" when one can."""
    try:
        with socket.create_connection((host, port), timeout=within_seconds):
            return ""
    except OSError as error:
        return error.strerror or str(error)
