"""How often something happened in the time that runs: what `kernel.counters` counts in."""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE kernel_counter (
    name varchar(255) NOT NULL PRIMARY KEY,
    ends_at timestamptz NOT NULL,
    times integer NOT NULL
);
CREATE INDEX kernel_counter_ends_at ON kernel_counter (ends_at);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_cache_table")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE kernel_counter")]
