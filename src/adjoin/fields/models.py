from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Lower

from adjoin.fields.terms import CUSTOM, SYSTEM, WITH_OPTIONS, StatusCategory, TicketFieldType
from adjoin.kernel.field_values import Target


class TicketFieldQuerySet(models.QuerySet["TicketField"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def custom(self) -> Self:
        """Without the fields that every account has."""
        return self.filter(type__in=CUSTOM)

    def seen_by_end_users(self) -> Self:
        return self.filter(visible_in_portal=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def with_options(self) -> Self:
        """With their choices in order, so that a list asks once."""
        return self.prefetch_related(Prefetch("options", TicketFieldOption.objects.order_by("position", "pk")))


class TicketField(models.Model):
    """A field of tickets: one that every account has, or one it has added. Values are in `Ticket.custom_fields`."""

    type = models.CharField(max_length=20, choices=TicketFieldType)
    title = models.CharField(max_length=200)  # for agents
    title_in_portal = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, default="", blank=True)  # for end users
    agent_description = models.CharField(max_length=2000, default="", blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    is_required = models.BooleanField(default=False)  # for agents, to solve
    is_collapsed = models.BooleanField(default=False)  # on the agents' page, as clients set it
    visible_in_portal = models.BooleanField(default=False)
    editable_in_portal = models.BooleanField(default=False)
    required_in_portal = models.BooleanField(default=False)
    pattern = models.CharField(max_length=500, default="", blank=True)  # of a regexp
    tag = models.CharField(max_length=255, default="", blank=True)  # what a ticked checkbox puts on the ticket
    target = models.CharField(max_length=20, default="", blank=True, choices=Target)  # of a lookup
    relationship_filter = models.JSONField(default=dict, db_default={}, blank=True)  # what a lookup offers; {}: all
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TicketFieldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(editable_in_portal=False) | Q(visible_in_portal=True),
                name="ticket_field_editable_only_when_visible",
            ),
            models.CheckConstraint(
                condition=Q(required_in_portal=False) | Q(editable_in_portal=True),
                name="ticket_field_required_only_when_editable",
            ),
            models.UniqueConstraint(fields=["type"], condition=Q(type__in=SYSTEM), name="ticket_field_of_system_once"),
            models.UniqueConstraint(fields=["tag"], condition=~Q(tag=""), name="ticket_field_tag_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_system(self) -> bool:
        return self.type in SYSTEM

    @property
    def has_options(self) -> bool:
        return self.type in WITH_OPTIONS

    @property
    def key(self) -> str:
        """How `Ticket.custom_fields` calls it."""
        return str(self.pk)

    @property
    def tags(self) -> list[str]:
        """The tags that a value of it can put on a ticket."""
        if self.has_options:
            return [option.value for option in self.options.all()]
        return [self.tag] if self.tag else []

    def tags_of(self, value: object) -> list[str]:
        """The tags that this value puts on a ticket."""
        if self.type == TicketFieldType.CHECKBOX:
            return [self.tag] if value is True and self.tag else []
        if not self.has_options or not value:
            return []
        return list(value) if isinstance(value, list) else [str(value)]


class TicketFieldOption(models.Model):
    """One choice of a field. Its value is also a tag of the tickets that have it, so no two options share one."""

    field = models.ForeignKey(TicketField, models.CASCADE, related_name="options")
    name = models.CharField(max_length=255)
    value = models.CharField(max_length=255, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["field"], condition=Q(is_default=True), name="ticket_field_option_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TicketFormQuerySet(models.QuerySet["TicketForm"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def of_brand(self, brand_id: int | None) -> Self:
        """Those that a ticket of this brand can have; of a ticket without one, those that need none."""
        if brand_id is None:
            return self.filter(requires_brand=False, in_all_brands=True)
        return self.filter(Q(in_all_brands=True) | Q(brands=brand_id)).distinct()

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class TicketForm(models.Model):
    """Which fields a ticket has, in which order, and in which brands. Exactly one is the default."""

    name = models.CharField(max_length=200)  # for agents
    display_name = models.CharField(max_length=200)  # for end users
    end_user_visible = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    in_all_brands = models.BooleanField(default=True)
    brands = models.ManyToManyField("brands.Brand", related_name="+")  # where it is restricted to some
    requires_brand = models.BooleanField(default=False)  # a ticket of this form is never without a brand
    ticket_field_ids = ArrayField(models.BigIntegerField(), default=list)  # in order
    agent_conditions = models.JSONField(default=list)  # as `conditions` keeps them
    end_user_conditions = models.JSONField(default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TicketFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="ticket_form_one_default"
            ),
            models.CheckConstraint(
                # What tickets fall back to must be there for all of them.
                condition=Q(is_default=False) | Q(is_active=True, in_all_brands=True),
                name="ticket_form_default_for_all",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomStatusQuerySet(models.QuerySet["CustomStatus"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        """By their categories' order, then as the account has put them."""
        places = [
            models.When(status_category=one, then=models.Value(at)) for at, one in enumerate(StatusCategory.values)
        ]
        rank = models.Case(*places, output_field=models.IntegerField())
        return self.annotate(category_rank=rank).order_by("category_rank", "position", "pk")


class CustomStatus(models.Model):
    """What the account calls one way of being new, open, pending, on hold or solved.

    Each category has one that is its standard, which every account begins with and tickets have that keep no other, and
    one that is its default, which tickets get when only the category is said; at first they are the same."""

    status_category = models.CharField(max_length=10, choices=StatusCategory)
    agent_label = models.CharField(max_length=48)
    end_user_label = models.CharField(max_length=48)
    description = models.CharField(max_length=2000, default="", blank=True)  # for agents
    end_user_description = models.CharField(max_length=2000, default="", blank=True)
    is_active = models.BooleanField(default=True)  # otherwise only old tickets have it
    is_default = models.BooleanField(default=False)
    is_standard = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)  # among those of its category
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CustomStatusQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status_category"], condition=Q(is_default=True), name="custom_status_one_default"
            ),
            models.UniqueConstraint(
                fields=["status_category"], condition=Q(is_standard=True), name="custom_status_one_standard"
            ),
            models.UniqueConstraint(F("status_category"), Lower("agent_label"), name="custom_status_label_once"),
            models.CheckConstraint(
                condition=Q(status_category__in=StatusCategory.values), name="custom_status_category_is_known"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="custom_status_default_is_active"
            ),
        ]

    def __str__(self) -> str:
        return self.agent_label
