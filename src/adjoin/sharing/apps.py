from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "adjoin.sharing"
    label = "sharing"
