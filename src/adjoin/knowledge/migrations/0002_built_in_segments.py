from django.db import migrations

# Accounts that are made from now on get these two from `segments.furnish`.
MAKE = """
INSERT INTO knowledge_usersegment
    (name, user_type, tags, or_tags, organization_ids, group_ids, added_user_ids, is_built_in, created_at, updated_at)
SELECT name, user_type, '{}', '{}', '{}', '{}', '{}', true, now(), now()
FROM (VALUES ('Signed-in users', 'signed_in_users'), ('Agents and admins', 'staff')) AS new(name, user_type)
WHERE NOT EXISTS (SELECT FROM knowledge_usersegment WHERE is_built_in)
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
