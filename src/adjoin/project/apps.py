from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "adjoin.project"
    label = "project"
