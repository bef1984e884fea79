from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk_settings", "0002_end_users_make_tokens")]

    operations = [
        migrations.AlterField(
            model_name="desksettings",
            name="end_users_make_tokens",
            field=models.BooleanField(default=False),
        ),
    ]
