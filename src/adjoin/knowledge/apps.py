from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "adjoin.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.kernel import outbox
        from adjoin.knowledge import tasks
        from adjoin.knowledge.actions import segments, templates
        from adjoin.knowledge.actions.files import is_kept
        from adjoin.knowledge.importing import running
        from adjoin.tickets import uploads

        furnish(segments.furnish)
        furnish(templates.furnish)
        uploads.kept_also_by(is_kept)
        uploads.kept_also_by(running.is_kept)
        outbox.subscribe(running.QUEUED, tasks.on_import_queued)
        outbox.subscribe("article.scheduled", tasks.on_scheduled)
        outbox.subscribe("article.to_be_understood", tasks.on_to_be_understood)
        outbox.subscribe("meaning.chosen", tasks.on_chosen)
