from django.db import migrations

from adjoin.desk_settings import editions


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_told_in_the_readers_language"), ("desk_settings", "0005_editions")]

    operations = [editions.of_tables("webhooks", "webhooks_webhook", columns="is_active, events")]
