"""How the API document tells of rules."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class ConditionJson(Schema):
    """One thing a rule asks."""

    field: str
    operator: str
    value: Any


class ConditionsJson(Schema):
    """All of the first, and one of the second if there are any."""

    all: list[ConditionJson]
    any: list[ConditionJson]


class ActionJson(Schema):
    """One thing a rule does."""

    field: str
    value: Any


class HeadingJson(Schema):
    """What begins every rule, macro and view."""

    url: str
    id: int
    title: str
    active: bool
    updated_at: str
    created_at: str
    default: bool


class TriggerJson(HeadingJson):
    """A rule that looks at every change. `notice`: why the desk itself switched it off."""

    actions: list[ActionJson]
    conditions: ConditionsJson
    description: str
    position: int
    raw_title: str
    category_id: str | None
    notice: str


class TriggerWriteJson(Schema):
    """What can be written of a trigger. Conditions and actions are replaced as a whole."""

    title: str | None = None
    active: bool | None = None
    description: str | None = None
    position: int | None = None
    category_id: str | None = None
    conditions: ConditionsJson | None = None
    actions: list[ActionJson] | None = None


class TriggerCategoryJson(Schema):
    """Triggers that belong together. The id is text."""

    id: str
    name: str
    position: int
    created_at: str
    updated_at: str


class TriggerCategoryWriteJson(Schema):
    """What can be written of a category."""

    name: str | None = None
    position: int | None = None


class RevisionJson(Schema):
    """A rule as somebody left it. `diff`: what it took away (`-`) and put there (`+`), by field."""

    id: int
    url: str
    author_id: int | None
    created_at: str
    diff: dict[str, list[dict[str, Any]]]
    snapshot: dict[str, Any]


class RuleInManyJson(Schema):
    """What can be changed of many rules at once."""

    id: int
    active: bool | None = None
    position: int | None = None


class TriggerCategoryJobJson(Schema):
    """Categories and triggers to change in one go: `action` is `patch`, `items` lists both."""

    action: str
    items: dict[str, list[dict[str, Any]]]


class TriggersInManyJson(Schema):
    """Triggers to change."""

    triggers: list[RuleInManyJson]


class AutomationJson(HeadingJson):
    """A rule that looks at tickets again and again. `notice`: why the desk itself switched it off."""

    actions: list[ActionJson]
    conditions: ConditionsJson
    position: int
    raw_title: str
    notice: str


class AutomationWriteJson(Schema):
    """What can be written of an automation. Conditions and actions are replaced as a whole."""

    title: str | None = None
    active: bool | None = None
    position: int | None = None
    conditions: ConditionsJson | None = None
    actions: list[ActionJson] | None = None


class AutomationsInManyJson(Schema):
    """Automations to change."""

    automations: list[RuleInManyJson]


class DryRunJson(Schema):
    """The tickets an automation would act on, the first hundred, and how many there are (at most 1,001 is counted)."""

    tickets: list[dict[str, Any]]
    count: int


class MacroJson(HeadingJson):
    """An answer made ready. `brand_ids`: it is for tickets of these; `notice`: why the desk itself switched it off."""

    position: int
    description: str
    actions: list[ActionJson]
    restriction: dict[str, Any] | None
    raw_title: str
    brand_ids: list[int]
    notice: str


class MacroAttachmentJson(Schema):
    """A file of a macro, and where it is to be had."""

    id: int
    filename: str
    content_type: str
    content_url: str
    size: int
    created_at: str


class MacroWriteJson(Schema):
    """What can be written. `restriction` is `{"type": "User" | "Group", "id", "ids"}`, null for everybody.

    `attachments` are ids of files sent ahead, or of those it has: it keeps exactly these."""

    title: str | None = None
    active: bool | None = None
    description: str | None = None
    position: int | None = None
    actions: list[ActionJson] | None = None
    restriction: dict[str, Any] | None = None
    brand_ids: list[int] | None = None
    attachments: list[int] | None = None
