"""What API clients write about people and organizations, as `people.actions` takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adjoin.kernel import languages, text
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people import fields
from adjoin.people.actions import clean_email
from adjoin.people.models import CustomRole, Group, Organization, OrganizationField, OwnField, User, UserField
from adjoin.people.terms import Role, TicketRestriction

TAGS_MAX = 1000
Cleaner = Callable[[str, Any], Any]


def user(data: Mapping[str, Any], *, existing: User | None, check: fields.Check | None = None) -> dict[str, Any]:
    """The columns of a person that `data` sets, checked; other keys are left alone. Raises `Invalid` with all problems.

    A second address of somebody who has one already is left alone too, and so is a `locale_id` of a
    language that is not spoken here. `check` is that of `fields.clean`."""
    columns = _clean(data, _USER)
    if existing is not None and existing.email:
        columns.pop("email", None)
    if columns.get("custom_role") is not None:
        columns["role"] = _role_with_custom_role(columns.get("role"), existing)
    if "external_id" in columns:
        _keep_unique(User, columns["external_id"], existing)
    number = reading.whole_number(data.get("locale_id"))
    if "locale" not in columns and number and (code := languages.of_number(number)):
        columns["locale"] = languages.LOCALES.get(code, code)
    _own_fields(columns, data, UserField, check, existing)
    return columns


def organization(
    data: Mapping[str, Any], *, existing: Organization | None, check: fields.Check | None = None
) -> dict[str, Any]:
    """The columns of an organization that `data` sets, checked; other keys are left alone. Raises `Invalid`."""
    columns = _clean(data, _ORGANIZATION)
    if "external_id" in columns:
        _keep_unique(Organization, columns["external_id"], existing)
    _own_fields(columns, data, OrganizationField, check, existing)
    return columns


def person(field: str, value: Any, *, agents: bool = False) -> User:
    """The living person with that id. Raises `Invalid`."""
    rows = User.objects.active().agents() if agents else User.objects.active()
    found: User = _one(rows, field, value)
    return found


def organization_with(field: str, value: Any) -> Organization:
    """The organization with that id. Raises `Invalid`."""
    found: Organization = _one(Organization.objects.all(), field, value)
    return found


def group_with(field: str, value: Any) -> Group:
    """The group with that id. Raises `Invalid`."""
    found: Group = _one(Group.objects.filter(is_deleted=False), field, value)
    return found


def tags(field: str, value: Any) -> list[str]:
    """Tags as they are kept: lower case, sorted, each once. Raises `Invalid`."""
    return _tags(field, value)


def short(field: str, value: Any) -> str:
    """One line of at most 255 characters; null is empty. Raises `Invalid`."""
    return text.one_line(reading.text(field, value))[:255]


def long(field: str, value: Any) -> str:
    """Text of at most 64 kB; null is empty. Raises `Invalid`."""
    return text.cut(text.plain(reading.text(field, value)))


def _clean(data: Mapping[str, Any], cleaners: Mapping[str, tuple[str, Cleaner]]) -> dict[str, Any]:
    problems: dict[str, list[tuple[str, str]]] = {}
    columns: dict[str, Any] = {}
    for name, (column, clean) in cleaners.items():
        if name not in data:
            continue
        try:
            columns[column] = clean(name, data[name])
        except Invalid as error:
            problems.update({field: list(found) for field, found in error.details.items()})
    if problems:
        raise Invalid(problems)
    return columns


def _own_fields(
    columns: dict[str, Any],
    data: Mapping[str, Any],
    model: type[OwnField],
    check: fields.Check | None,
    existing: User | Organization | None,
) -> None:
    """Give the columns the values of own fields that `data` has, checked. Raises `Invalid`."""
    name = f"{model.NOUN}s"
    if (given := data.get(name)) is None:
        return
    if not isinstance(given, dict):
        raise Invalid.field(name, say("%(name)s: must be an object") % {"name": name.capitalize().replace("_", " ")})
    columns["custom_fields"] = fields.clean(
        given, fields.active(model), check, existing.custom_fields if existing is not None else None
    )


def _one(rows: Any, field: str, value: Any) -> Any:
    pk = reading.whole_number(value)
    found = rows.filter(pk=pk).first() if pk is not None else None
    if found is None:
        raise Invalid.field(
            field, say("%(field)s: %(value)s does not exist") % {"field": field, "value": str(value)[:40]}
        )
    return found


def _keep_unique(model: Any, value: str | None, existing: Any) -> None:
    if value is None:
        return
    others = model.objects.filter(external_id__iexact=value)
    if existing is not None:
        others = others.exclude(pk=existing.pk)
    if others.exists():
        raise Invalid.field(
            "external_id", say("External: %(value)s has already been taken") % {"value": value}, "DuplicateValue"
        )


def _name(field: str, value: Any) -> str:
    name = short(field, value)
    if not name:
        raise Invalid.field(field, say("Name: cannot be blank"), "BlankValue")
    return name


def _email(field: str, value: Any) -> str | None:
    return clean_email(reading.text(field, value)) if value not in (None, "") else None


def _external_id(field: str, value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return short(field, value) or None


def _role(field: str, value: Any) -> str:
    return _among(Role.values, field, value)


def _custom_role(field: str, value: Any) -> CustomRole | None:
    found: CustomRole | None = None if value is None else _one(CustomRole.objects.all(), field, value)
    return found


def _role_with_custom_role(role: str | None, existing: User | None) -> str:
    """A custom role makes an end user an agent, as Zendesk has it. An admin is none unless that is said too."""
    if role == Role.ADMIN or (role is None and existing is not None and existing.is_admin):
        raise Invalid.field(
            "custom_role_id", say("Custom role: admins have none. Make them an agent in the same call.")
        )
    return Role.AGENT


def _restriction(field: str, value: Any) -> str:
    return _among(TicketRestriction.values, field, value or "")


def _among(values: list[str], field: str, value: Any) -> str:
    if not isinstance(value, str) or value not in values:
        raise Invalid.field(
            field,
            say("%(field)s: %(value)s is not one of %(known)s")
            % {"field": field, "value": str(value)[:40], "known": ", ".join(filter(None, values))},
        )
    return value


def _tags(field: str, value: Any) -> list[str]:
    tags = value.split() if isinstance(value, str) else value or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Invalid.field(field, say("Tags: must be a list of words"))
    return sorted({word[:255] for tag in tags for word in text.one_line(tag).lower().split()})[:TAGS_MAX]


def _domains(field: str, value: Any) -> list[str]:
    names = value.split() if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid.field(field, say("Domain names: must be a list of domains"))
    return [text.one_line(name) for name in names]


def _group(field: str, value: Any) -> Group | None:
    return None if value is None else group_with(field, value)


def _limited(length: int) -> Cleaner:
    return lambda field, value: short(field, value)[:length]


_USER: dict[str, tuple[str, Cleaner]] = {
    "name": ("name", _name),
    "email": ("email", _email),
    "role": ("role", _role),
    "custom_role_id": ("custom_role", _custom_role),
    "verified": ("is_verified", reading.flag),
    "suspended": ("is_suspended", reading.flag),
    "external_id": ("external_id", _external_id),
    "phone": ("phone", _limited(50)),
    "time_zone": ("time_zone", _limited(50)),
    "locale": ("locale", _limited(10)),
    "alias": ("alias", short),
    "details": ("details", long),
    "notes": ("notes", long),
    "signature": ("signature", long),
    "tags": ("tags", _tags),
    "ticket_restriction": ("ticket_restriction", _restriction),
    "only_private_comments": ("only_private_comments", reading.flag),
}
_ORGANIZATION: dict[str, tuple[str, Cleaner]] = {
    "name": ("name", _name),
    "shared_tickets": ("shared_tickets", reading.flag),
    "shared_comments": ("shared_comments", reading.flag),
    "external_id": ("external_id", _external_id),
    "domain_names": ("domain_names", _domains),
    "details": ("details", long),
    "notes": ("notes", long),
    "group_id": ("group", _group),
    "tags": ("tags", _tags),
}
USER_KEYS = frozenset(_USER) | {"user_fields"}
ORGANIZATION_KEYS = frozenset(_ORGANIZATION) | {"organization_fields"}
