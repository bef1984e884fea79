"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """`account`, `brand` and `actor` of the request; None outside of any account."""
    return {name: getattr(request, name, None) for name in ("account", "brand", "actor")}
