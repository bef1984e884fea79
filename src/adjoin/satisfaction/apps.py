from django.apps import AppConfig


class SatisfactionConfig(AppConfig):
    name = "adjoin.satisfaction"
    label = "satisfaction"

    def ready(self) -> None:
        from adjoin.satisfaction import actions, marks, offers, serialize  # noqa: F401  (the worker learns of its job here)
        from adjoin.tickets import hooks

        hooks.write_field_with(actions.FIELD, actions.write, is_edit=False)
        hooks.read_more_with(serialize.of_tickets)
        hooks.mark_pages_with(marks.marks)
