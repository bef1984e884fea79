from __future__ import annotations

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models


def keep_groups(apps: Any, schema_editor: Any) -> None:
    """A view for one group is a view for groups, of which there is one."""
    for view in apps.get_model("saved_views", "View").objects.exclude(group=None):
        view.group_ids = [view.group_id]
        view.save(update_fields=["group_ids"])


class Migration(migrations.Migration):
    dependencies = [
        ("saved_views", "0003_columns_groups_and_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="view",
            name="group_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="view",
            name="notice",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.RunPython(keep_groups, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="view",
            name="group",
        ),
    ]
