from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of what goes on from closed tickets, made without keeping anybody from writing."""

    atomic = False
    dependencies = [("tickets", "0011_unclosed_newest")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY ticket_follow_ups ON tickets_ticket ((channel_source #> '{from,ticket_id}'))"
            """ WHERE (channel_source -> 'rel') = '"follow_up"'::jsonb""",
            "DROP INDEX CONCURRENTLY ticket_follow_ups",
            state_operations=[
                migrations.AddIndex(
                    model_name="ticket",
                    index=models.Index(
                        models.F("channel_source__from__ticket_id"),
                        name="ticket_follow_ups",
                        condition=models.Q(channel_source__rel="follow_up"),
                    ),
                )
            ],
        )
    ]
