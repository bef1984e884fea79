from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "adjoin.administration"
    label = "administration"

    def ready(self) -> None:
        from adjoin.administration.view_as import tasks
        from adjoin.kernel import outbox

        outbox.subscribe("view_as.begun", tasks.on_begun)
