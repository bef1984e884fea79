"""Patterns (regular expressions) that admins write, and what it may cost to try one on a text."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import Any

from adjoin.kernel.wording import say

LENGTH_MAX = 500  # characters of a pattern
INPUT_MAX = 255  # characters of a text that a pattern is tried on
WAYS_MAX = 20_000_000  # ways to read a text; the worst pattern below it takes about 0.1 s on a text that does not fit

_parser: Any = importlib.import_module("re._parser")  # no public module shows what a pattern is made of


def problem(pattern: str) -> str:
    """Why a pattern cannot be used, as the end of a sentence; "" for one that can."""
    if len(pattern) > LENGTH_MAX:
        return say("must have at most %(most)s characters") % {"most": LENGTH_MAX}
    try:
        re.compile(pattern)
        ways = _ways(_parser.parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        return say("is no regular expression: %(error)s") % {"error": error}
    if ways > WAYS_MAX:
        return say("takes too long on some texts. Repeat fewer things, or say how often: [a-z]{1,20} instead of [a-z]+")
    return ""


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text, of at most 255 characters, has the form of a pattern without problems."""
    return len(text) <= INPUT_MAX and re.fullmatch(pattern, text) is not None


def _ways(parts: Iterable[tuple[Any, Any]]) -> int:
    """In how many ways, at most, these parts of a pattern can be laid over a text. A number above the limit is it."""
    ways = 1
    for code, argument in parts:
        ways *= _ways_of(str(code), argument)
        if ways > WAYS_MAX:
            return WAYS_MAX + 1
    return ways


def _ways_of(code: str, argument: Any) -> int:
    match code:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            fewest, most, part = argument
            most = min(int(most), INPUT_MAX)
            inside = _ways(part)
            return (most - min(int(fewest), most) + 1) * (inside**most if inside > 1 else 1)
        case "BRANCH":
            return sum(_ways(branch) for branch in argument[1])
        case "SUBPATTERN" | "ASSERT" | "ASSERT_NOT":
            return _ways(argument[-1])
        case "ATOMIC_GROUP":
            return _ways(argument)
        case "GROUPREF" | "GROUPREF_EXISTS":
            return WAYS_MAX + 1
    return 1
