"""Accounts that are there already get what new ones are furnished with: one status for each category."""

from django.db import migrations
from django.utils import timezone

STATUSES = (
    ("new", "New", "Open"),
    ("open", "Open", "Open"),
    ("pending", "Pending", "Awaiting your reply"),
    ("hold", "On hold", "Open"),
    ("solved", "Solved", "Solved"),
)


def furnish(apps, schema_editor):
    if schema_editor.connection.schema_name == "public":
        return
    rows, now = apps.get_model("fields", "CustomStatus"), timezone.now()
    for category, agent_label, end_user_label in STATUSES:
        rows.objects.get_or_create(
            status_category=category,
            is_standard=True,
            defaults={
                "agent_label": agent_label,
                "end_user_label": end_user_label,
                "is_default": True,
                "created_at": now,
                "updated_at": now,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("fields", "0003_custom_statuses")]
    operations = [migrations.RunPython(furnish, migrations.RunPython.noop)]
