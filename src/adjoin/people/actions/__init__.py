"""Every change to people, organizations and groups."""

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
    leave_organization,
    make_default,
    only_organization,
)
from adjoin.people.actions.organizations import create_organization, delete_organization, update_organization
from adjoin.people.actions.roles import create_role, delete_role, update_role
from adjoin.people.actions.tokens import create_api_token, revoke_api_token
from adjoin.people.actions.users import clean_email, create_user, delete_user, find_or_create_end_user, update_user

__all__ = [
    "MEMBERSHIPS_MAX",
    "add_to_group",
    "clean_email",
    "create_api_token",
    "create_group",
    "create_organization",
    "create_role",
    "create_user",
    "delete_group",
    "delete_organization",
    "delete_role",
    "delete_user",
    "find_or_create_end_user",
    "join_by_domain",
    "join_organization",
    "leave_group",
    "leave_organization",
    "make_default",
    "make_default_group",
    "only_organization",
    "revoke_api_token",
    "update_group",
    "update_organization",
    "update_role",
    "update_user",
]
