from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "adjoin.administration"
    label = "administration"
