from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "adjoin.access"
    label = "access"
