"""The pictures that brands go by. How help centers look is known by an app above this one, which registers itself."""

from __future__ import annotations

from collections.abc import Callable, Collection

from adjoin.brands.models import Brand
from adjoin.kernel.api.answers import Json

Finder = Callable[[Collection[Brand], str], dict[int, Json]]
_finders: dict[str, Finder] = {}


def register(name: str, find: Finder) -> None:
    """Have `find` say which of some brands have which logo, as the API shows it. A name is registered once."""
    _finders[name] = find


def of(brands: Collection[Brand], base: str) -> dict[int, Json]:
    """The logos of those that have one, by the brand's id. `base` is where the API begins for the client asking."""
    return {pk: shown for find in _finders.values() for pk, shown in find(brands, base).items()}
