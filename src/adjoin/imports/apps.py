from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "adjoin.imports"
    label = "imports"
