from django.db import migrations, models
from django.db.models import deletion

KEEP = """
    INSERT INTO sign_in_refusal (provider_id, at, why, email, times)
    SELECT id, refused_at, refused_why, '', 1 FROM sign_in_provider WHERE refused_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sign_in", "0005_provider_sets_fields"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("why", models.TextField()),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "provider",
                    models.ForeignKey(on_delete=deletion.CASCADE, related_name="refusals", to="sign_in.provider"),
                ),
            ],
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="provider", name="refused_at"),
        migrations.RemoveField(model_name="provider", name="refused_why"),
    ]
