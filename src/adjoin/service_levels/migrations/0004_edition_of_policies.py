from django.db import migrations

from adjoin.desk_settings import editions


class Migration(migrations.Migration):
    dependencies = [("service_levels", "0003_metric_events"), ("desk_settings", "0005_editions")]

    operations = [editions.of_tables("policies", "service_levels_policy")]
