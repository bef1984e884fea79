from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "adjoin.people"
    label = "people"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.people import reset  # noqa: F401  (the worker learns of its job here)
        from adjoin.people.api import group_jobs
        from adjoin.people.defaults import furnish_people

        furnish(furnish_people)
        group_jobs.register()
