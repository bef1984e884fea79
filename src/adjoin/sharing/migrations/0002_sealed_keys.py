from __future__ import annotations

from typing import Any

from django.db import migrations

import adjoin.kernel.sealing


def seal(apps: Any, schema_editor: Any) -> None:
    """Keys that were kept as they are, written again: the field seals them."""
    for row in apps.get_model("sharing", "SharingAgreement").objects.only("access_key").order_by("pk"):
        row.save(update_fields=["access_key"])


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="sharingagreement", name="access_key", field=adjoin.kernel.sealing.SealedField()
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
