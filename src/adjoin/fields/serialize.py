"""Fields and forms of tickets as the API shows them: Zendesk's keys, in its order."""

from __future__ import annotations

from adjoin.fields import choices
from adjoin.fields.models import CustomStatus, TicketField, TicketFieldOption, TicketForm
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.narrowing import NARROWED_BY_NONE


def ticket_field(row: TicketField, base: str, *, to_agents: bool) -> Json:
    """A field, out of a query made with `with_options`. End users see it by its title for them."""
    title = row.title if to_agents else row.title_in_portal
    shown: Json = {
        "url": f"{base}/ticket_fields/{row.pk}.json",
        "id": row.pk,
        "type": row.type,
        "title": title,
        "raw_title": title,
        "description": row.description,
        "raw_description": row.description,
        "position": row.position,
        "active": row.is_active,
        "required": row.is_required,
        "collapsed_for_agents": row.is_collapsed,
        "regexp_for_validation": row.pattern or None,
        "title_in_portal": row.title_in_portal,
        "raw_title_in_portal": row.title_in_portal,
        "visible_in_portal": row.visible_in_portal,
        "editable_in_portal": row.editable_in_portal,
        "required_in_portal": row.required_in_portal,
        "tag": row.tag or None,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "removable": not row.is_system,
        "key": None,
        "agent_description": row.agent_description if to_agents else None,
    }
    return shown | _of_its_type(row)


def option(row: TicketFieldOption, base: str) -> Json:
    """One choice of a field, by itself."""
    address = f"{base}/ticket_fields/{row.field_id}/options/{row.pk}.json"
    return {**_option(row), "position": row.position, "url": address}


def ticket_form(row: TicketForm, base: str) -> Json:
    """A form, out of a query with its brands."""
    return {
        "url": f"{base}/ticket_forms/{row.pk}.json",
        "id": row.pk,
        "name": row.name,
        "raw_name": row.name,
        "display_name": row.display_name,
        "raw_display_name": row.display_name,
        "end_user_visible": row.end_user_visible,
        "position": row.position,
        "ticket_field_ids": row.ticket_field_ids,
        "active": row.is_active,
        "default": row.is_default,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "in_all_brands": row.in_all_brands,
        "restricted_brand_ids": sorted(brand.pk for brand in row.brands.all()),
        "requires_brand": row.requires_brand,
        "agent_conditions": row.agent_conditions,
        "end_user_conditions": row.end_user_conditions,
        "deleted_at": None,
    }


def ticket_form_for_end_users(row: TicketForm, base: str, seen: set[int]) -> Json:
    """The same with nothing in it of fields that end users do not see. `seen` are the ids of those they do."""
    shown = ticket_form(row, base)
    shown.update(name=row.display_name, raw_name=row.display_name, agent_conditions=[], restricted_brand_ids=[])
    shown["ticket_field_ids"] = [pk for pk in row.ticket_field_ids if pk in seen]
    kept = ({**one, "child_fields": [child for child in one["child_fields"] if child["id"] in seen]}
            for one in row.end_user_conditions if one["parent_field_id"] in seen)  # fmt: skip
    shown["end_user_conditions"] = [one for one in kept if one["child_fields"]]
    return shown


def custom_status(row: CustomStatus, base: str, *, to_agents: bool) -> Json:
    """A status. End users get their words in the place of the agents'."""
    label = row.agent_label if to_agents else row.end_user_label
    description = row.description if to_agents else row.end_user_description
    return {
        "url": f"{base}/custom_statuses/{row.pk}.json",
        "id": row.pk,
        "status_category": row.status_category,
        "agent_label": label,
        "raw_agent_label": label,
        "end_user_label": row.end_user_label,
        "raw_end_user_label": row.end_user_label,
        "description": description,
        "raw_description": description,
        "end_user_description": row.end_user_description,
        "raw_end_user_description": row.end_user_description,
        "active": row.is_active,
        "default": row.is_default,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def _of_its_type(row: TicketField) -> Json:
    if row.has_options:
        return {"custom_field_options": [_option(option) for option in row.options.all()]}
    if row.type == TicketFieldType.LOOKUP:
        return {
            "relationship_target_type": row.target,
            "relationship_filter": NARROWED_BY_NONE | row.relationship_filter,
        }
    if row.is_system and (known := choices.of(row.type)):
        sub_type = {"sub_type_id": 0} if row.type == TicketFieldType.PRIORITY else {}
        sub_type |= {"sub_type_id": 1} if row.type == TicketFieldType.STATUS else {}
        return {"system_field_options": [{"name": name, "value": value} for value, name in known], **sub_type}
    return {}


def _option(row: TicketFieldOption) -> Json:
    return {"id": row.pk, "name": row.name, "raw_name": row.name, "value": row.value, "default": row.is_default}
