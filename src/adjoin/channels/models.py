from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    """How far an outgoing mail has come."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class OutgoingMail(models.Model):
    """One mail to one person. Its Message-ID says why it was written, so the same reason never writes two."""

    message_id = models.CharField(max_length=255, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ticket_id = models.BigIntegerField(null=True)
    to_address = models.CharField(max_length=254)
    from_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=1000)
    text_body = models.TextField()
    html_body = models.TextField()
    headers = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="outgoing_mail_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["ticket_id"], name="outgoing_mail_ticket"),
        ]
