"""The table behind Django's cache, which all processes share: login throttling counts in it."""

from django.db import migrations

FORWARD = """
CREATE TABLE IF NOT EXISTS kernel_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE IF EXISTS kernel_cache")]
