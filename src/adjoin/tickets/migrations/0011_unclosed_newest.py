from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of unclosed tickets, newest first, made without keeping anybody from writing."""

    atomic = False
    dependencies = [("tickets", "0010_ticket_unclosed")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY ticket_unclosed_newest ON tickets_ticket (updated_at DESC, id DESC)"
            " WHERE deleted_at IS NULL AND NOT (status = 'closed')",
            "DROP INDEX CONCURRENTLY ticket_unclosed_newest",
            state_operations=[
                migrations.AddIndex(
                    model_name="ticket",
                    index=models.Index(
                        models.F("updated_at").desc(),
                        models.F("id").desc(),
                        name="ticket_unclosed_newest",
                        condition=models.Q(deleted_at=None) & ~models.Q(status="closed"),
                    ),
                )
            ],
        )
    ]
