from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "adjoin.notifications"
    label = "notifications"
