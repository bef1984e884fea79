"""Calls that cannot be tried only say so, where `?dry_run=true` asks for that: else they would really act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from ninja import Router

from adjoin.access.api import dry_run
from adjoin.kernel.errors import BadRequest
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

View = Callable[..., Any]


def refuse_where_unknown(routers: Iterable[Router]) -> None:
    """Have every call that writes and describes no `dry_run` refuse to be tried."""
    for operation in _writing(routers):
        if not _knows(operation):
            operation.view_func = _refusing(operation.view_func)


def _writing(routers: Iterable[Router]) -> Iterator[Any]:
    """The calls of these routers, and of those within them, that are no mere questions."""
    for router in routers:
        yield from _writing(within for _, within, _ in router._routers)
        for path in router.path_operations.values():
            yield from (one for one in path.operations if set(one.methods) - {"GET", "HEAD"})


def _knows(operation: Any) -> bool:
    """Whether its description has a `dry_run`."""
    return any(one["name"] == dry_run.TAKES for one in (operation.openapi_extra or {}).get("parameters", ()))


def _refusing(view: View) -> View:
    @wraps(view)
    def tried(request: DeskRequest, *args: Any, **names: Any) -> Any:
        if dry_run.is_asked(request):
            raise BadRequest(say("This call knows no dry_run. Nothing was changed."))
        return view(request, *args, **names)

    return tried
