from django.apps import AppConfig


class HelpCenterConfig(AppConfig):
    name = "adjoin.help_center"
    label = "help_center"

    def ready(self) -> None:
        from adjoin.brands import logos
        from adjoin.help_center import registration  # noqa: F401  (the worker learns of its job here)
        from adjoin.help_center.looks import logos as of_looks

        logos.register("help_center", of_looks.of)
