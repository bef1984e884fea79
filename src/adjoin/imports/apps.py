from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "adjoin.imports"
    label = "imports"

    def ready(self) -> None:
        from adjoin.imports import tasks
        from adjoin.kernel import outbox

        outbox.subscribe("import.queued", tasks.on_queued)
