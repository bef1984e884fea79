from django.db import migrations, models

from adjoin.kernel.structure import Structure

STAMP = """
CREATE FUNCTION knowledge_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.knowledge_edition (id, stamp) VALUES (1, gen_random_uuid())'
                   ' ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
CREATE TRIGGER knowledge_new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON knowledge_passage
    FOR EACH STATEMENT EXECUTE FUNCTION knowledge_new_edition();
CREATE TRIGGER knowledge_new_edition AFTER UPDATE OF understood_by ON knowledge_translation
    FOR EACH ROW WHEN (OLD.understood_by IS DISTINCT FROM NEW.understood_by) EXECUTE FUNCTION knowledge_new_edition();
"""
NO_STAMP = """
DROP TRIGGER knowledge_new_edition ON knowledge_passage;
DROP TRIGGER knowledge_new_edition ON knowledge_translation;
DROP FUNCTION knowledge_new_edition();
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0009_search_counts")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("stamp", models.UUIDField()),
            ],
        ),
        Structure(STAMP, NO_STAMP),
    ]
