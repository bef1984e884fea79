from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "adjoin.sharing"
    label = "sharing"

    def ready(self) -> None:
        from adjoin.sharing import registering

        registering.register()
