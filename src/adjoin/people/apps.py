from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "adjoin.people"
    label = "people"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.people import actions, reset  # noqa: F401  (the worker learns of their jobs here)
        from adjoin.people.api import bulk, group_jobs, user_jobs
        from adjoin.people.defaults import furnish_people

        furnish(furnish_people)
        bulk.register()
        group_jobs.register()
        user_jobs.register()
