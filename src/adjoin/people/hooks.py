"""Where higher apps take keys of a person that people do not know themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adjoin.people.models import User

UserKeyWriter = Callable[[User, Any, datetime], None]
user_key_writers: dict[str, UserKeyWriter] = {}


def write_user_key_with(name: str, writer: UserKeyWriter) -> None:
    """Have `writer(user, value, now)` take the key `name` when an admin writes a person over the API."""
    user_key_writers[name] = writer
