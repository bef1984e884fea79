"""The fields that an account adds to its people and to its organizations, over the API."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions, serialize
from adjoin.people.api.schemas import OwnFieldJson, OwnFieldWriteJson, OwnOptionJson, OwnOptionWriteJson
from adjoin.people.models import OrganizationField, OwnField, UserField

SORTS = Sorts.of("position", "created_at", "updated_at", default="position")
COLUMNS = {
    "title": "title",
    "description": "description",
    "position": "position",
    "active": "is_active",
    "regexp_for_validation": "pattern",
    "tag": "tag",
    "relationship_target_type": "target",
    "relationship_filter": "relationship_filter",
    "custom_field_options": "options",
}
KEYS = {*COLUMNS, "key", "type", "raw_title", "raw_description"}
OPTION = describe.one("custom_field_option", OwnOptionJson)
OPTIONS = describe.many("custom_field_options", OwnOptionJson)


class Calls:
    """The calls about the fields of one model. Agents read them, and whose role says so changes them."""

    def __init__(self, model: type[OwnField], permission: Permission) -> None:
        self.model, self.permission, self.noun = model, permission, model.NOUN

    def list_fields(self, request: DeskRequest) -> HttpResponse:
        """The account's own fields, in their order."""
        page, base = paging.page(request, self.model._default_manager.all(), SORTS), answers.base(request)
        return answers.answer(page.envelope(f"{self.noun}s", [serialize.own_field(row, base) for row in page.rows]))

    def reorder_fields(self, request: DeskRequest) -> HttpResponse:
        """Put them into the order of `user_field_ids` or `organization_field_ids`."""
        permissions.require(request.actor, self.permission)
        name = f"{self.noun}_ids"
        ids = reading.body(request).get(name)
        if not isinstance(ids, list) or len(ids) > actions.FIELDS_MAX:
            raise BadRequest(say("Parameter %(name)s is required and must be a list of ids") % {"name": name})
        known = [pk for one in ids if (pk := reading.whole_number(one))]
        actions.reorder_fields(self.model, ids=known, now=timezone.now())
        return answers.answer({})

    def show_field(self, request: DeskRequest, id_or_key: str) -> HttpResponse:
        """One field, by its id or its key."""
        return self._answer(request, self._field(id_or_key))

    def create_field(self, request: DeskRequest) -> HttpResponse:
        """A new field. Its key and its type stay as they are chosen."""
        data = reading.wrapped(request, self.noun)
        permissions.require(request.actor, self.permission)
        columns = _columns(data)
        key, type_ = (reading.text(name, data.get(name)) for name in ("key", "type"))
        title = columns.pop("title", "")
        row = actions.create_field(self.model, key=key, type=type_, title=title, now=timezone.now(), **columns)
        shown = serialize.own_field(row, answers.base(request))
        return answers.created({self.noun: shown}, shown["url"], ignored=self._ignored(data))

    def update_field(self, request: DeskRequest, id_or_key: str) -> HttpResponse:
        """Change a field. The whole list of `custom_field_options` is replaced; who has one left out loses it."""
        data = reading.wrapped(request, self.noun)
        permissions.require(request.actor, self.permission)
        row = actions.update_field(field=self._field(id_or_key), now=timezone.now(), **_columns(data))
        fixed = [f"{self.noun}.{name}" for name in ("key", "type") if name in data]
        return self._answer(request, row, ignored=[*self._ignored(data), *fixed])

    def delete_field(self, request: DeskRequest, id_or_key: str) -> HttpResponse:
        """Delete a field, with its values."""
        permissions.require(request.actor, self.permission)
        actions.delete_field(field=self._field(id_or_key), now=timezone.now())
        return answers.nothing()

    def list_options(self, request: DeskRequest, id_or_key: str) -> HttpResponse:
        """The choices of a field, in order."""
        field = self._field(id_or_key)
        shown = [_option(request, field, one) for one in field.options]
        return answers.answer(paging.whole(field.options).envelope("custom_field_options", shown))

    def put_option(self, request: DeskRequest, id_or_key: str) -> HttpResponse:
        """A choice, new (201) or, with an `id`, changed (200)."""
        permissions.require(request.actor, self.permission)
        data = reading.wrapped(request, "custom_field_option")
        field, pk = self._field(id_or_key), reading.whole_number(data.get("id"))
        if not field.has_options or (data.get("id") is not None and all(one["id"] != pk for one in field.options)):
            raise NotFound
        given = {name: data[name] for name in ("name", "value") if data.get(name) is not None}
        row, place = actions.put_option(field=field, now=timezone.now(), id=pk, **given)
        shown = _option(request, row, row.options[place])
        answer = {"custom_field_option": shown}
        return answers.created(answer, shown["url"]) if pk is None else answers.answer(answer)

    def show_option(self, request: DeskRequest, id_or_key: str, option_id: int) -> HttpResponse:
        """One choice."""
        field = self._field(id_or_key)
        one = _known(field, option_id)
        return answers.answer({"custom_field_option": _option(request, field, one)})

    def delete_option(self, request: DeskRequest, id_or_key: str, option_id: int) -> HttpResponse:
        """Take a choice away. Who has it has none."""
        permissions.require(request.actor, self.permission)
        field = self._field(id_or_key)
        gone = _known(field, option_id)
        rest = [one for one in field.options if one is not gone]
        actions.update_field(field=field, now=timezone.now(), options=rest)
        return answers.nothing()

    def _field(self, id_or_key: str) -> OwnField:
        """Raises `NotFound`."""
        pk = reading.whole_number(id_or_key)
        known_by = Q(pk=pk) if pk else Q(key=id_or_key.replace("\x00", ""))
        found = self.model._default_manager.filter(known_by).first()
        if found is None:
            raise NotFound
        return found

    def _ignored(self, data: dict[str, Any]) -> list[str]:
        return reading.unknown_to(data, KEYS, self.noun)

    def _answer(self, request: DeskRequest, row: OwnField, *, ignored: list[str] | None = None) -> HttpResponse:
        return answers.answer({self.noun: serialize.own_field(row, answers.base(request))}, ignored=ignored or ())


def routes(model: type[OwnField], permission: Permission) -> Router:
    """The addresses of one model's fields: `/user_fields` and so on."""
    calls, noun = Calls(model, permission), model.NOUN
    router = Router(tags=[f"{noun.capitalize().replace('_', ' ')}s"], auth=agents_only)
    one, many = describe.one(noun, OwnFieldJson), describe.many(f"{noun}s", OwnFieldJson)
    fields, field = f"/{noun}s", f"/{noun}s/{{id_or_key}}"
    written = describe.asks(noun, OwnFieldWriteJson)
    options, option = f"{field}/options", f"{field}/options/{{int:option_id}}"
    written_option = describe.asks("custom_field_option", OwnOptionWriteJson)

    def add(path: str, method: str, call: Any, response: Any, extra: dict[str, Any] | None = None) -> None:
        @wraps(call)
        def view(*args: Any, **kwargs: Any) -> HttpResponse:  # a function of its own, which the router marks
            answered: HttpResponse = call(*args, **kwargs)
            return answered

        verb, _, what = call.__name__.partition("_")
        name = f"{verb}_{noun}_{what}" if "option" in what else f"{verb}_{what.replace('field', noun)}"
        router.add_api_operation(path, [method], view, response=response, openapi_extra=extra, operation_id=name)

    add(fields, "GET", calls.list_fields, many, describe.takes(*PAGED))
    add(f"{fields}/reorder", "PUT", calls.reorder_fields, dict[str, Any])
    add(field, "GET", calls.show_field, one)
    add(fields, "POST", calls.create_field, {201: one}, written)
    add(field, "PUT", calls.update_field, one, written)
    add(field, "DELETE", calls.delete_field, {204: None})
    add(options, "GET", calls.list_options, OPTIONS)
    add(options, "POST", calls.put_option, {200: OPTION, 201: OPTION}, written_option)
    add(option, "GET", calls.show_option, OPTION)
    add(option, "DELETE", calls.delete_option, {204: None})
    return router


user_fields = routes(UserField, Permission.MANAGE_USER_FIELDS)
organization_fields = routes(OrganizationField, Permission.MANAGE_ORGANIZATION_FIELDS)


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    words = {"title": data.get("raw_title"), "description": data.get("raw_description")}
    given = {**{name: value for name, value in words.items() if value is not None}, **data}
    return {column: given[name] for name, column in COLUMNS.items() if name in given}


def _known(field: OwnField, option_id: int) -> dict[str, Any]:
    found: dict[str, Any] | None = next((one for one in field.options if one["id"] == option_id), None)
    if found is None:
        raise NotFound
    return found


def _option(request: DeskRequest, field: OwnField, one: dict[str, Any]) -> answers.Json:
    address = f"{answers.base(request)}/{field.NOUN}s/{field.pk}/options/{one['id']}.json"
    return {**serialize.own_field_option(one), "position": field.options.index(one), "url": address}
