from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk_settings", "0004_sender_lists")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("stamp", models.UUIDField()),
            ],
        ),
    ]
