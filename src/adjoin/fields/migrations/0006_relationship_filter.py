from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fields", "0005_edition_of_statuses"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticketfield",
            name="relationship_filter",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
