"""The API's description as a page to read: written from the OpenAPI document, on the server, without a script."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adjoin.project.api import api
from adjoin.project.api_adjoin import api as api_adjoin


@dataclass(frozen=True)
class Value:
    """One parameter or key: its name, its kind in words, and what is said about it."""

    name: str
    kind: str
    says: str = ""


@dataclass(frozen=True)
class Operation:
    """One thing the API does."""

    method: str
    path: str
    title: str
    says: str
    parameters: list[Value]
    asks: list[Value]
    status: str
    gives: list[Value]

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


@dataclass(frozen=True)
class Chapter:
    """Operations that belong together."""

    title: str
    operations: list[Operation] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return self.title.lower().replace(" ", "-")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every address of the API: what it takes, and what it gives."""
    return render(request, "api/docs.html", {"chapters": chapters(), "title": api.title})


@cache
def chapters() -> list[Chapter]:
    """Both OpenAPI documents by chapters, in the order in which they come up."""
    found: dict[str, Chapter] = {}
    for one in (api, api_adjoin):
        document: dict[str, Any] = dict(one.get_openapi_schema())
        schemas = document.get("components", {}).get("schemas", {})
        for path, operations in document["paths"].items():
            for method, details in operations.items():
                title = details.get("tags", ["Other"])[0]
                chapter = found.setdefault(title, Chapter(title))
                chapter.operations.append(_operation(method, path, details, schemas))
    return list(found.values())


def _operation(method: str, path: str, details: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    status, answer = next(iter(details["responses"].items()))
    body = details.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shown = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        method=method.upper(),
        path=path,
        title=details.get("summary", ""),
        says=details.get("description", ""),
        parameters=[
            Value(one["name"], _kind(one.get("schema", {})), one.get("description", ""))
            for one in details.get("parameters", [])
        ],
        asks=_inside(body, schemas),
        status=str(status),
        gives=_inside(shown, schemas),
    )


def _inside(schema: dict[str, Any], schemas: dict[str, Any]) -> list[Value]:
    """The keys of the resource inside its envelope."""
    envelope = _resolved(schema, schemas).get("properties", {})
    if not envelope:
        return []
    key, inner = next(iter(envelope.items()))
    resource = _resolved(inner.get("items", inner), schemas)
    return [Value(f"{key}.{name}", _kind(part)) for name, part in resource.get("properties", {}).items()]


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        named: dict[str, Any] = schemas[schema["$ref"].rsplit("/", 1)[-1]]
        return named
    return schema


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if "$ref" in schema:
        return "object"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
