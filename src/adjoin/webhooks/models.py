from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models

from adjoin.kernel.sealing import SealedField
from adjoin.kernel.wording import SentenceField
from adjoin.webhooks.terms import Auth, CallState, Format, Method


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def called_by_rules(self) -> Self:
        return self.filter(events=[])


class Webhook(models.Model):
    """An address outside that is told what happens to tickets, by rules or by the kinds of event it asks for."""

    ulid = models.CharField(max_length=26, unique=True)  # its id for the API and for rules
    name = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    endpoint = models.CharField(max_length=2000)
    http_method = models.CharField(max_length=6, choices=Method, default=Method.POST)
    request_format = models.CharField(max_length=12, choices=Format, default=Format.JSON)
    auth_type = models.CharField(max_length=12, choices=Auth, default=Auth.NONE, blank=True)
    auth_data = SealedField(default="", blank=True)  # JSON, see `terms.AUTH_DATA`
    custom_headers = SealedField(default="", blank=True)  # JSON: some carry keys
    signing_secret = SealedField()
    events: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)  # empty: called by rules
    carries_notes = models.BooleanField(default=False)  # whether it hears of private notes
    failures = models.IntegerField(default=0)  # calls in a row that did not work
    paused_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = WebhookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """One thing that a webhook is told. It is tried again under the same id until it is settled.

    `asks` is what makes the body of a rule's call once it is sent; what an event says is written with the change."""

    ulid = models.CharField(max_length=26, unique=True)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls", db_index=False)
    ticket_id = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=120)  # an event, or the rule: "trigger-12"
    key = models.CharField(max_length=200, unique=True)  # the same cause in the same update calls once
    asks: models.JSONField[Any, Any] = models.JSONField(default=dict)
    payload = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WAITING)
    status_code = models.IntegerField(null=True)
    tries = models.IntegerField(default=0)
    says = SentenceField(default="", blank=True)  # what went wrong
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-id"], name="webhook_calls"),
            models.Index(fields=["ticket_id", "webhook", "created_at"], name="webhook_calls_of_ticket"),
            models.Index(
                fields=["webhook", "ticket_id", "id"], name="webhook_calls_waiting", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["created_at"], name="webhook_calls_at"),
        ]


class Attempt(models.Model):
    """One try of a call: what was sent, without its secrets, and what came back."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="attempts")
    url = models.CharField(max_length=4000)
    method = models.CharField(max_length=6)
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    status_code = models.IntegerField(null=True)  # null: no answer, and `says` tells why
    answer_headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    answer = models.TextField(default="", blank=True)
    says = SentenceField(default="", blank=True)
    started_at = models.DateTimeField()
    duration_ms = models.IntegerField()
