from django.apps import AppConfig


class HelpCenterConfig(AppConfig):
    name = "adjoin.help_center"
    label = "help_center"
