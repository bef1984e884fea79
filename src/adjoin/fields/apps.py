from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "adjoin.fields"
    label = "fields"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.fields.defaults import furnish_fields, furnish_statuses

        furnish(furnish_fields)
        furnish(furnish_statuses)
