from django.apps import AppConfig


class DeskSettingsConfig(AppConfig):
    name = "adjoin.desk_settings"
    label = "desk_settings"
