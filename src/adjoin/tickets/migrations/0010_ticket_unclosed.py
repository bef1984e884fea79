from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The index of tickets that automations look at, made without keeping anybody from writing.

    New accounts have it from the models. Where an earlier version made it, there is nothing to do."""

    atomic = False
    dependencies = [("tickets", "0009_custom_statuses")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_unclosed"
            " ON tickets_ticket (status, status_updated_at) WHERE NOT (status = 'closed')",
            migrations.RunSQL.noop,
        )
    ]
