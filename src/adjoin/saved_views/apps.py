from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    name = "adjoin.saved_views"
    label = "saved_views"
