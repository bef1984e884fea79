from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "adjoin.brands"
    label = "brands"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.brands.defaults import furnish_brands, welcome_agent
        from adjoin.kernel import outbox

        furnish(furnish_brands)
        outbox.subscribe("user.created", welcome_agent)
