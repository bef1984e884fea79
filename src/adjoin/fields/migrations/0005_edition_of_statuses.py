from django.db import migrations

from adjoin.desk_settings import editions


class Migration(migrations.Migration):
    dependencies = [("fields", "0004_statuses_of_every_category"), ("desk_settings", "0005_editions")]

    operations = [editions.of_tables("statuses", "fields_customstatus")]
