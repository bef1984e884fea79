"""What the fields hold that an account adds to its people and organizations: read from clients and forms, shown to
them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from adjoin.kernel import field_values
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Kind
from adjoin.kernel.wording import say
from adjoin.people.models import Organization, OrganizationField, OwnField, User, UserField
from adjoin.people.terms import FieldType

if TYPE_CHECKING:
    One = TypeVar("One", bound=OwnField)

Check = Callable[[OwnField, Any, Any], None]  # id and what was there; raises `ValueError` with the rest of a sentence
FIELDS_OF: dict[type[Any], type[OwnField]] = {User: UserField, Organization: OrganizationField}


def active(model: type[One]) -> list[One]:
    """The fields in use of people or of organizations, in their order."""
    return list(model._default_manager.filter(is_active=True).order_by("position", "pk"))


def clean(
    given: Mapping[str, Any],
    fields: Iterable[OwnField],
    check: Check | None = None,
    kept: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Those of the values whose key is a field's, as JSON keeps them; null and "" empty a field. `check` says whether
    the writer may have one point at something; without it nothing points anywhere. `kept` are the values until now.

    Raises `Invalid` with every value that does not fit its field."""
    problems: dict[str, list[tuple[str, str]]] = {}
    values: dict[str, Any] = {}
    for field in fields:
        if field.key not in given:
            continue
        try:
            value = values[field.key] = read(field, given[field.key])
            if field.type == FieldType.LOOKUP and value is not None:
                (check or _nowhere)(field, value, (kept or {}).get(field.key))
        except ValueError as error:
            problems[field.key] = [("InvalidValue", f"{field.title}: {error}")]
    if problems:
        raise Invalid(problems)
    return values


def read(field: OwnField, value: Any) -> Any:
    """One value as JSON keeps it. Raises `ValueError` with the rest of a sentence."""
    return field_values.read(Kind(field.type, field.pattern, [option["value"] for option in field.options]), value)


def _nowhere(field: OwnField, value: Any, kept: Any) -> None:
    raise ValueError(say("cannot point at something here"))


def put(row: User | Organization, columns: dict[str, Any], own: Sequence[OwnField] | None = None) -> dict[str, Any]:
    """`columns` as they are written: the values of own fields in it beside those that `row` keeps, without the empty
    ones, and the tags that choices and ticked boxes give beside its others. `own` are the fields, where known."""
    given = columns.get("custom_fields")
    if not given:
        return {name: value for name, value in columns.items() if name != "custom_fields"}
    after = {**row.custom_fields, **given}
    fields = active(FIELDS_OF[type(row)]) if own is None else own
    had = {tag for field in fields for tag in field.tags_of(row.custom_fields.get(field.key))}
    gives = {tag for field in fields for tag in field.tags_of(after.get(field.key))}
    tags = set(columns.get("tags", row.tags))
    kept = {key: value for key, value in after.items() if value is not None and value != []}
    return {**columns, "custom_fields": kept, "tags": sorted(tags - (had - gives) | gives)}


def shown(values: Mapping[str, Any], fields: Iterable[OwnField]) -> dict[str, Any]:
    """Each field's value as the API shows it: null for an empty one, false for a box that nobody ticked."""
    empty: dict[str, Any] = {FieldType.CHECKBOX: False, FieldType.MULTISELECT: []}
    return {field.key: values.get(field.key, empty.get(field.type)) for field in fields}


def worded(field: OwnField, value: Any) -> str:
    """A value as people read it; "" for none."""
    return field_values.worded(field.type, value, {option["value"]: option["name"] for option in field.options})


def facts(holder: User | Organization | None, name_of: Callable[[str, Any], str]) -> list[tuple[str, str]]:
    """Title and value, in words, of each field that is filled in for them; `name_of(target, id)` says what a lookup
    points at. One query where there may be some."""
    if holder is None or not holder.custom_fields:
        return []
    values = holder.custom_fields
    return [
        (field.title, name_of(field.target, value) if field.type == FieldType.LOOKUP else worded(field, value))
        for field in active(FIELDS_OF[type(holder)])
        if not field_values.is_empty(value := values.get(field.key))
    ]
