from django.db import migrations

from adjoin.desk_settings import editions
from adjoin.kernel.structure import Structure

NO_OWN = "DROP FUNCTION rules_new_edition() CASCADE"  # and with it the triggers of both tables


class Migration(migrations.Migration):
    dependencies = [("rules", "0008_macro_attachments"), ("desk_settings", "0005_editions")]

    operations = [
        Structure(NO_OWN, Structure.noop),
        migrations.DeleteModel(name="Edition"),
        editions.of_tables("triggers", "rules_trigger", "rules_triggercategory"),
    ]
