from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "adjoin.people"
    label = "people"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.people.defaults import furnish_people

        furnish(furnish_people)
