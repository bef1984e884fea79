from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    name = "adjoin.saved_views"
    label = "saved_views"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.kernel import outbox
        from adjoin.saved_views import tasks
        from adjoin.saved_views.defaults import furnish_views

        furnish(furnish_views)
        outbox.subscribe("view.uncounted", tasks.on_uncounted)
