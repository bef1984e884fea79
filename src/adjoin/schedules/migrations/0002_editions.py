from django.db import migrations

from adjoin.desk_settings import editions


class Migration(migrations.Migration):
    dependencies = [("schedules", "0001_initial"), ("desk_settings", "0005_editions")]

    operations = [
        editions.of_tables(
            "schedules",
            *("schedules_schedule", "schedules_holiday", "schedules_groupschedule", "schedules_brandschedule"),
        )
    ]
