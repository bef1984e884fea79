from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from adjoin.kernel.field_values import Target
from adjoin.people.terms import FieldType, MergeStatus, Role, RoleType, TicketRestriction


class UserQuerySet(models.QuerySet["User"]):
    def agents(self) -> Self:
        return self.filter(role__in=(Role.AGENT, Role.ADMIN))

    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_email(self, email: str) -> Self:
        return self.filter(email=email.strip().lower())


class UserManager(DjangoUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds people; new ones are made by `people.actions`."""

    def get_by_natural_key(self, username: str | None) -> User:
        found: User = self.get(email=(username or "").lower())
        return found


class CustomRole(models.Model):
    """A sort of agent with rights of its own. `configuration` has the keys and values of `people.roles`."""

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=1000, default="", blank=True)
    role_type = models.PositiveSmallIntegerField(choices=RoleType, default=RoleType.CUSTOM)
    configuration = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="custom_role_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_built_in(self) -> bool:
        """Light agents and contributors: what they may do is the same on every desk."""
        return self.role_type != RoleType.CUSTOM

    @property
    def is_light(self) -> bool:
        """Whether whoever has it writes private notes only."""
        return self.is_built_in or self.configuration.get("ticket_comment_access") != "public"


class User(AbstractBaseUser):
    """A person: an end user who asks, or an agent who answers.

    A partner's person is a placeholder: no address, cannot sign in, never gets mail."""

    name = models.CharField(max_length=255)
    email = models.CharField(max_length=254, null=True, unique=True)  # lower case; null for placeholders
    is_verified = models.BooleanField(default=False)
    role = models.CharField(max_length=10, choices=Role, default=Role.END_USER)
    is_owner = models.BooleanField(default=False)
    custom_role = models.ForeignKey(CustomRole, models.PROTECT, null=True, related_name="users")  # agents only
    ticket_restriction = models.CharField(max_length=12, choices=TicketRestriction, default="", blank=True)
    only_private_comments = models.BooleanField(default=False)  # a light agent
    is_active = models.BooleanField(default=True)
    is_suspended = models.BooleanField(default=False)
    sign_outs = models.PositiveIntegerField(default=0, db_default=0)  # how often they signed out everywhere
    partner_name = models.CharField(max_length=200, default="", blank=True)  # whose placeholder this is
    is_partner_agent = models.BooleanField(default=False)
    external_id = models.CharField(max_length=255, null=True)
    phone = models.CharField(max_length=50, default="", blank=True)
    time_zone = models.CharField(max_length=50, default="UTC")
    # Empty: nobody has said, so their browser does, else the brand.
    locale = models.CharField(max_length=10, default="", db_default="", blank=True)
    alias = models.CharField(max_length=255, default="", blank=True)
    details = models.TextField(default="", blank=True)
    notes = models.TextField(default="", blank=True)
    signature = models.TextField(default="", blank=True)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    custom_fields = models.JSONField(default=dict, db_default={}, blank=True)  # by `UserField.key`, the filled ones
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(partner_name="") | Q(email__isnull=True, role=Role.END_USER),
                name="user_placeholder_has_no_address_and_no_role",
            ),
            models.CheckConstraint(
                condition=Q(custom_role=None) | Q(role=Role.AGENT), name="user_custom_role_is_for_agents"
            ),
        ]
        indexes = [
            models.Index(Lower("name"), name="user_name_lower"),
            models.Index(fields=["external_id"], name="user_external_id"),
            GinIndex(fields=["custom_fields"], name="user_custom_fields", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What sessions are good for: they end with the password, and when their owner signs out everywhere."""
        salt = "adjoin.people.models.User.session"
        return salted_hmac(salt, f"{self.password}:{self.sign_outs}", secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_agent(self) -> bool:
        return self.role in (Role.AGENT, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_placeholder(self) -> bool:
        return bool(self.partner_name)

    @property
    def can_get_mail(self) -> bool:
        return bool(self.email) and self.is_active and not self.is_suspended

    @property
    def initials(self) -> str:
        words = self.name.split() or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class Group(models.Model):
    """Agents who belong together. A private group keeps its tickets to its members and the admins.

    What organizations share never reaches the tickets of a confidential group."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(default="", blank=True)
    is_public = models.BooleanField(default=True)
    is_confidential = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    is_deleted = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    """One agent in one group."""

    user = models.ForeignKey(User, models.CASCADE, related_name="group_memberships")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="group_membership_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="group_membership_one_default"),
        ]


class Organization(models.Model):
    """End users who belong together. What its members see of each other's tickets is decided here."""

    name = models.CharField(max_length=255)
    shared_tickets = models.BooleanField(default=False)  # every member reads all its tickets
    shared_comments = models.BooleanField(default=False)  # ... and may comment on them
    domain_names = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    external_id = models.CharField(max_length=255, null=True)
    details = models.TextField(default="", blank=True)
    notes = models.TextField(default="", blank=True)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")  # new tickets go there
    custom_fields = models.JSONField(default=dict, db_default={}, blank=True)  # by `OrganizationField.key`
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organization_name_once"),
            models.CheckConstraint(
                condition=Q(shared_comments=False) | Q(shared_tickets=True),
                name="organization_comments_need_shared_tickets",
            ),
        ]
        indexes = [
            GinIndex(fields=["custom_fields"], name="organization_custom_fields", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one organization, with their own right to see its tickets and to comment on them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    is_default = models.BooleanField(default=False)
    sees_tickets = models.BooleanField(default=False)
    comments_tickets = models.BooleanField(default=False)
    by_domain = models.BooleanField(default=False)  # made by a mail domain, and ends with it
    followed_at = models.DateTimeField(null=True)  # gets a mail about each new ticket; null: does not
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(comments_tickets=False) | Q(sees_tickets=True), name="membership_comments_need_sight"
            ),
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="membership_one_default"),
        ]


class OrganizationMerge(models.Model):
    """One organization becoming a part of another. The loser is named as it was: it is gone when that is done."""

    id = models.CharField(max_length=26, primary_key=True)  # a ULID
    loser_id = models.BigIntegerField(db_index=True)
    loser_name = models.CharField(max_length=255)
    winner = models.ForeignKey(Organization, models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=12, choices=MergeStatus, default=MergeStatus.NEW)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class OwnField(models.Model):
    """A field that an account adds to its people or its organizations, which keep its values in `custom_fields`."""

    NOUN: ClassVar[str]  # what the API calls it
    HOLDER: ClassVar[type[models.Model]]  # whose field it is

    key = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    description = models.CharField(max_length=1000, default="", blank=True)
    type = models.CharField(max_length=20, choices=FieldType)
    options = models.JSONField(default=list)  # of a choice: [{"id", "name", "value"}]
    pattern = models.CharField(max_length=500, default="", blank=True)  # of a regexp
    tag = models.CharField(max_length=255, default="", db_default="", blank=True)  # what a ticked checkbox gives
    target = models.CharField(max_length=20, default="", db_default="", blank=True, choices=Target)  # of a lookup
    relationship_filter = models.JSONField(default=dict, db_default={}, blank=True)  # what a lookup offers; {}: all
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def has_options(self) -> bool:
        return self.type in FieldType.with_options()

    def tags_of(self, value: object) -> set[str]:
        """The tags that this value gives to who has it."""
        if self.type == FieldType.CHECKBOX:
            return {self.tag} if value is True and self.tag else set()
        if not self.has_options or not value:
            return set()
        return set(value) if isinstance(value, list) else {str(value)}


class UserField(OwnField):
    """A field of people: of end users and of agents."""

    NOUN, HOLDER = "user_field", User


class OrganizationField(OwnField):
    """A field of organizations."""

    NOUN, HOLDER = "organization_field", Organization


class ApiToken(models.Model):
    """A secret with which a program acts exactly as `user`. Only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=10)
    scopes = ArrayField(models.CharField(max_length=40), default=list)  # `read`, `write`, `tickets:read`; none: all
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
