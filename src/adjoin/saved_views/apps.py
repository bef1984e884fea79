from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    name = "adjoin.saved_views"
    label = "saved_views"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.saved_views import tasks  # noqa: F401  (the worker learns of its job here)
        from adjoin.saved_views.defaults import furnish_views

        furnish(furnish_views)
