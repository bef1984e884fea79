from django.db import migrations

from adjoin.desk_settings import editions

# What says which words are published; votes, views and what is looked after change articles all day.
COLUMNS = {
    "knowledge_translation": "article_id, locale, title, is_draft",
    "knowledge_article": "brand_id, source_locale, archived_at",
}
TABLES = (*COLUMNS, "knowledge_label", "knowledge_article_labels")


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0012_section_segment"), ("desk_settings", "0005_editions")]

    operations = [editions.of_tables("words", *TABLES, columns=COLUMNS)]
