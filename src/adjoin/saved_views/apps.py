from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    name = "adjoin.saved_views"
    label = "saved_views"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.kernel import outbox
        from adjoin.rules import watching as rules
        from adjoin.saved_views import tasks, watching
        from adjoin.saved_views.defaults import furnish_views

        furnish(furnish_views)
        rules.look_too(watching.look_again)
        outbox.subscribe("view.uncounted", tasks.on_uncounted)
