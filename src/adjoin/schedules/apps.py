from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    name = "adjoin.schedules"
    label = "schedules"
