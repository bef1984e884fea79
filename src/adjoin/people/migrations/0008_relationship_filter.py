from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_user_fields"),
    ]

    operations = [
        migrations.AddField(
            model_name="organizationfield",
            name="relationship_filter",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="userfield",
            name="relationship_filter",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
