from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "adjoin.search"
    label = "search"
