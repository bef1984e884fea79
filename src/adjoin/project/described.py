"""An API that describes itself once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema


class DescribedApi(NinjaAPI):
    """A `NinjaAPI` that keeps its OpenAPI document: writing it takes a second, and it never changes."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document as nested dicts; shared, so not to be changed."""
        if path_prefix or path_params:
            return super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return self._description

    @cached_property
    def _description(self) -> OpenAPISchema:
        return super().get_openapi_schema()
