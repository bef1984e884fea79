from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models

from adjoin.kernel.wording import SentenceField


class RuleQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Rule(models.Model):
    """What triggers and automations have in common.

    Conditions are `{"all": […], "any": […]}`, actions `[{"field", "value"}]`, as `rules.checking` has them."""

    title = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    notice = SentenceField(default="", blank=True)  # why the desk itself switched it off
    revision_id = models.BigIntegerField(null=True)  # the one in force; null before revisions were kept
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def source(self, rel: str) -> dict[str, Any]:
        """How an update names this rule as its cause."""
        revision = {"revision_id": self.revision_id} if self.revision_id is not None else {}
        return {"from": {"id": self.pk, "title": self.title, "deleted": False, **revision}, "to": {}, "rel": rel}


class TriggerCategory(models.Model):
    """Triggers that belong together. The categories have an order, and the triggers in each."""

    name = models.CharField(max_length=255)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class TriggerQuerySet(RuleQuerySet):
    def in_order(self) -> Self:
        """By category, those without one last, then by position."""
        return self.order_by(models.F("category__position").asc(nulls_last=True), "category_id", "position", "pk")


class Trigger(Rule):
    """A rule that looks at every change and acts when its conditions hold."""

    category = models.ForeignKey(TriggerCategory, models.SET_NULL, null=True, related_name="triggers")

    objects = TriggerQuerySet.as_manager()

    @property
    def via(self) -> dict[str, Any]:
        """How events name this trigger as their cause."""
        return {"channel": "rule", "source": self.source("trigger")}


class Automation(Rule):
    """A rule that looks at tickets again and again, and acts when time has made its conditions hold."""

    objects = RuleQuerySet.as_manager()

    @property
    def via(self) -> dict[str, Any]:
        """How events name this automation as their cause."""
        return {"channel": "rule", "source": self.source("automation")}


class Firing(models.Model):
    """An automation acted on a ticket, or failed to: it does not do so again for the same moment `since`."""

    automation = models.ForeignKey(Automation, models.CASCADE, related_name="firings", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()  # the latest of the moments that its hours are counted from
    fired_at = models.DateTimeField()
    says = SentenceField(default="", blank=True)  # what went wrong

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "automation"], name="firing_of_ticket"),
            models.Index(fields=["automation", "-fired_at"], name="firing_of_automation"),
        ]


class TriggerUse(models.Model):
    """A trigger acted, at that moment or so often within the hour that began then."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, related_name="+", db_index=False)
    used_at = models.DateTimeField()
    times = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["used_at", "trigger"], name="trigger_use_at")]


class Revision(models.Model):
    """A trigger or an automation as somebody left it."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, null=True, related_name="revisions")
    automation = models.ForeignKey(Automation, models.CASCADE, null=True, related_name="revisions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # null: the desk
    title = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    is_active = models.BooleanField()
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(trigger=None) ^ models.Q(automation=None), name="revision_of_one_rule"
            )
        ]


class TriggerNotice(models.Model):
    """Something that did not go as a trigger says: an agent behind a wall, a group that has gone."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, related_name="notices", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    says = SentenceField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["trigger", "-id"], name="trigger_notices")]


class MacroQuerySet(models.QuerySet["Macro"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Macro(models.Model):
    """An answer made ready: what it says and sets, filled in by whoever applies it.

    It belongs to everybody, to the members of `groups`, or to `owner` alone; with `brands` it is for their tickets."""

    title = models.CharField(max_length=255)  # "Returns::Label sent": the part before `::` is its category
    description = models.TextField(default="", blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    actions = models.JSONField(default=list)  # as `rules.checking` has them
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    groups: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Group", related_name="+")
    brands: models.ManyToManyField[Any, Any] = models.ManyToManyField("brands.Brand", related_name="+")
    notice = SentenceField(default="", blank=True)  # why the desk itself switched it off
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MacroQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def category(self) -> str:
        """The part of the title before `::`, "" without one."""
        before, colons, _ = self.title.partition("::")
        return before.strip() if colons else ""


class MacroAttachment(models.Model):
    """A file that a macro puts on the answer. Until it has its macro, it is its sender's alone."""

    macro = models.ForeignKey(Macro, models.CASCADE, null=True, related_name="attachments")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.IntegerField(null=True)  # pixels; null for what is no image
    height = models.IntegerField(null=True)
    created_at = models.DateTimeField()


class MacroUse(models.Model):
    """A macro was sent with an answer, and what sort of ticket that was on."""

    macro = models.ForeignKey(Macro, models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey("brands.Brand", models.CASCADE, null=True, related_name="+", db_index=False)
    group = models.ForeignKey("people.Group", models.CASCADE, null=True, related_name="+", db_index=False)
    ticket_form = models.ForeignKey("fields.TicketForm", models.CASCADE, null=True, related_name="+", db_index=False)
    used_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["macro", "used_at"], name="macro_use_of_macro")]
