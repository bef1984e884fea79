"""Every change to the fields and forms of tickets."""

from adjoin.fields.actions.fields import FIELDS_MAX, create_field, delete_field, reorder_fields, update_field
from adjoin.fields.actions.forms import (
    FORMS_MAX,
    clone_form,
    create_form,
    delete_form,
    make_default_form,
    reorder_forms,
    update_form,
)
from adjoin.fields.actions.options import OPTIONS_MAX, put_option, remove_option
from adjoin.fields.actions.statuses import create_status, make_default_statuses, reorder_statuses, update_status

__all__ = [
    "FIELDS_MAX",
    "FORMS_MAX",
    "OPTIONS_MAX",
    "clone_form",
    "create_field",
    "create_form",
    "create_status",
    "delete_field",
    "delete_form",
    "make_default_form",
    "make_default_statuses",
    "put_option",
    "remove_option",
    "reorder_fields",
    "reorder_forms",
    "reorder_statuses",
    "update_field",
    "update_form",
    "update_status",
]
