from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "adjoin.rules"
    label = "rules"
