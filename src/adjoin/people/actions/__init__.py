"""Every change to people, organizations and groups."""

from adjoin.people.actions.fields import (
    FIELD_GONE,
    FIELDS_MAX,
    create_field,
    delete_field,
    put_option,
    reorder_fields,
    update_field,
)
from adjoin.people.actions.following import follow_organization, followers, unfollow_organization
from adjoin.people.actions.groups import (
    add_to_group,
    create_group,
    delete_group,
    leave_group,
    make_default_group,
    update_group,
)
from adjoin.people.actions.memberships import (
    MEMBERSHIPS_MAX,
    join_by_domain,
    join_organization,
    leave_many,
    leave_organization,
    make_default,
    only_organization,
    update_membership,
)
from adjoin.people.actions.merges import merge_organizations
from adjoin.people.actions.organizations import (
    concerned,
    create_organization,
    delete_organization,
    update_organization,
)
from adjoin.people.actions.roles import create_role, delete_role, update_role
from adjoin.people.actions.tokens import create_api_token, may_make_tokens, revoke_api_token
from adjoin.people.actions.users import (
    clean_email,
    create_user,
    delete_user,
    erase_user,
    find_or_create_end_user,
    update_user,
)

__all__ = [
    "FIELDS_MAX",
    "FIELD_GONE",
    "MEMBERSHIPS_MAX",
    "add_to_group",
    "clean_email",
    "concerned",
    "create_api_token",
    "create_field",
    "create_group",
    "create_organization",
    "create_role",
    "create_user",
    "delete_field",
    "delete_group",
    "delete_organization",
    "delete_role",
    "delete_user",
    "erase_user",
    "find_or_create_end_user",
    "follow_organization",
    "followers",
    "join_by_domain",
    "join_organization",
    "leave_group",
    "leave_many",
    "leave_organization",
    "make_default",
    "make_default_group",
    "may_make_tokens",
    "merge_organizations",
    "only_organization",
    "put_option",
    "reorder_fields",
    "revoke_api_token",
    "unfollow_organization",
    "update_field",
    "update_group",
    "update_membership",
    "update_organization",
    "update_role",
    "update_user",
]
