"""Accounts that are there already get what new ones are furnished with: the fields of every ticket, and a form."""

from django.db import migrations
from django.utils import timezone

SYSTEM = ("subject", "description", "status", "tickettype", "priority", "group", "assignee")
SEEN = ("subject", "description")


def furnish(apps, schema_editor):
    if schema_editor.connection.schema_name == "public":
        return
    fields, forms = apps.get_model("fields", "TicketField"), apps.get_model("fields", "TicketForm")
    now, ids = timezone.now(), []
    for position, kind in enumerate(SYSTEM):
        title = "Type" if kind == "tickettype" else kind.capitalize()
        row, _ = fields.objects.get_or_create(
            type=kind,
            defaults={
                "title": title,
                "title_in_portal": title,
                "position": position,
                "visible_in_portal": kind in SEEN,
                "editable_in_portal": kind in SEEN,
                "required_in_portal": kind in SEEN,
                "created_at": now,
                "updated_at": now,
            },
        )
        ids.append(row.pk)
    if not forms.objects.filter(is_default=True).exists():
        forms.objects.create(
            name="Default form",
            display_name="A question or a problem",
            is_default=True,
            ticket_field_ids=ids,
            created_at=now,
            updated_at=now,
        )


class Migration(migrations.Migration):
    dependencies = [("fields", "0001_initial")]
    operations = [migrations.RunPython(furnish, migrations.RunPython.noop)]
