"""Every place in the code that asks whether somebody may do something, each of which can be taken away for a while.

A check is `permissions.require(...)` or `permissions.allows(...)`, known by the function it stands in, or the gate of a
page (`@agents_only`, `@allowed_only(...)`)."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import adjoin
from adjoin.access import gates, permissions
from adjoin.kernel.errors import NotAllowed

ROOT = Path(adjoin.__file__).parent
GATES = {"agents_only", "admins_only", "customers_only", "allowed_only"}
CALLS = {"require", "allows"}


@dataclass(frozen=True, order=True)
class Check:
    """One place that asks: `path` below `adjoin/`, the function, and what is asked there."""

    path: str
    function: str
    asks: str
    lines: tuple[int, int] = field(compare=False)

    def __str__(self) -> str:
        return f"`{self.path}` `{self.function}`: {self.asks.replace('Permission.', '').lower()}"


@cache
def every() -> frozenset[Check]:
    """All of them, without tests and what tests stand on."""
    paths = [path for path in ROOT.rglob("*.py") if not {"tests", "testing"} & set(path.relative_to(ROOT).parts)]
    paths.remove(Path(gates.__file__))  # what a gate asks counts where the gate stands
    return frozenset(check for path in paths for check in _in_file(path))


@dataclass
class Watch:
    """What was asked while somebody watched: the checks that said no, in order. Those `opened` say yes."""

    opened: Set[Check] = frozenset()
    refused: list[Check] = field(default_factory=list)

    def answer(self, check: Check | None, says: bool) -> bool:
        """What the check says to whoever asked."""
        if check is None or says or check in self.opened:
            return says or check is not None
        self.refused.append(check)
        return False


@contextmanager
def watched(opened: Set[Check] = frozenset()) -> Iterator[Watch]:
    """Note every check that says no; those `opened` are as if they were not there."""
    watch = Watch(opened)
    allows = permissions.allows

    def asked(actor: Any, permission: Any, ticket: Any = None) -> bool:
        return watch.answer(_calling(sys._getframe(1)), allows(actor, permission, ticket))

    def required(actor: Any, permission: Any, ticket: Any = None) -> None:
        if not watch.answer(_calling(sys._getframe(1)), allows(actor, permission, ticket)):
            raise NotAllowed(permissions.REFUSALS[permission])

    def entered(view: Any, lets_in: Callable[[Any], bool], actor: Any) -> bool:
        return watch.answer(_gate_of(view), lets_in(actor))

    with mock.patch.multiple(permissions, allows=asked, require=required), mock.patch.object(gates, "_enters", entered):
        yield watch


def _calling(frame: Any) -> Check | None:
    path = frame.f_code.co_filename
    return next((one for one in _by_path().get(path, ()) if one.lines[0] <= frame.f_lineno <= one.lines[1]), None)


def _gate_of(view: Any) -> Check | None:
    view = inspect.unwrap(view)
    found = (
        one
        for one in _by_path().get(view.__code__.co_filename, ())
        if one.function == view.__qualname__.replace(".<locals>", "")
    )
    return next((one for one in found if one.asks.startswith("@")), None)


@cache
def _by_path() -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in every():
        found.setdefault(str(ROOT / check.path), []).append(check)
    return found


def _in_file(path: Path) -> Iterator[Check]:
    text = path.read_text()
    if "permissions" in text or "gates" in text:
        yield from _in_node(str(path.relative_to(ROOT)), ast.parse(text), "")


def _in_node(path: str, node: ast.AST, function: str) -> Iterator[Check]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
        for gate in node.decorator_list:
            if _name(gate) in GATES:
                yield Check(path, function, f"@{ast.unparse(gate).removeprefix('gates.')}", (gate.lineno, gate.lineno))
    if isinstance(node, ast.Call) and _is_call(node):
        yield Check(path, function, ast.unparse(node.args[1]), (node.lineno, node.end_lineno or node.lineno))
    for child in ast.iter_child_nodes(node):
        yield from _in_node(path, child, function)


def _is_call(node: ast.Call) -> bool:
    made = node.func
    is_ours = isinstance(made, ast.Attribute) and isinstance(made.value, ast.Name) and made.value.id == "permissions"
    return is_ours and _name(made) in CALLS


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
