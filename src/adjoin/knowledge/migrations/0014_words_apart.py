from django.db import migrations

# As `knowledge/parsing.py` had them when this was written: what sets words apart, and signs that are words themselves.
APART = (
    r"[\u00a0\u00a1\u00ab\u00b7\u00bb\u00bf\u060c\u061b\u061f\u2000-\u206f"
    r"\u3000-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff5f-\uff65"
    r"\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f]"
)

# Only of texts that have any of these: of what else is written, nothing changes.
WORDS = rf"""
UPDATE knowledge_translation AS t SET search_vector =
    setweight(to_tsvector(said.config, regexp_replace(t.title, '({APART})', E'\x01\\1\x01', 'g')), 'A')
    || setweight(to_tsvector(said.config, regexp_replace(said.labels, '({APART})', E'\x01\\1\x01', 'g')), 'B')
    || setweight(to_tsvector(said.config, regexp_replace(t.body_text, '({APART})', E'\x01\\1\x01', 'g')), 'C')
FROM (
    SELECT one.id,
        coalesce((
            SELECT l.config FROM (VALUES
                ('ar', 'arabic'::regconfig), ('da', 'danish'), ('de', 'german'), ('en', 'english'), ('es', 'spanish'),
                ('fi', 'finnish'), ('fr', 'french'), ('hu', 'hungarian'), ('it', 'italian'), ('nl', 'dutch'),
                ('no', 'norwegian'), ('pt', 'portuguese'), ('ro', 'romanian'), ('ru', 'russian'), ('sv', 'swedish'),
                ('tr', 'turkish')
            ) AS l (locale, config) WHERE l.locale = split_part(one.locale, '-', 1)
        ), 'simple'::regconfig) AS config,
        coalesce((
            SELECT string_agg(label.name, ' ' ORDER BY label.name) FROM knowledge_article_labels AS has
            JOIN knowledge_label AS label ON label.id = has.label_id WHERE has.article_id = one.article_id
        ), '') AS labels
    FROM knowledge_translation AS one WHERE one.article_id IS NOT NULL
) AS said
WHERE t.id = said.id AND t.title || ' ' || t.body_text || ' ' || said.labels ~ '{APART}'
"""  # noqa: S608 (of our own text)


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0013_edition_of_words")]

    operations = [migrations.RunSQL(WORDS, migrations.RunSQL.noop)]
