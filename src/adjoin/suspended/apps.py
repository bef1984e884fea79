from django.apps import AppConfig


class SuspendedConfig(AppConfig):
    name = "adjoin.suspended"
    label = "suspended"

    def ready(self) -> None:
        from adjoin.suspended import files, tasks  # noqa: F401  (the worker learns of its jobs here)

        files.register()
