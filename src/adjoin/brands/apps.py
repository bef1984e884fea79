from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "adjoin.brands"
    label = "brands"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.brands import defaults
        from adjoin.kernel import outbox
        from adjoin.people import hooks

        furnish(defaults.furnish_brands)
        outbox.subscribe("user.created", defaults.welcome_agent)
        outbox.subscribe("user.became_agent", defaults.welcome_upgraded)
        outbox.subscribe("user.stopped_being_admin", defaults.welcome_former_admin)
        outbox.subscribe("user.stopped_being_agent", defaults.dismiss_agent)
        hooks.write_user_key_with("agent_brand_ids", defaults.write_brand_ids)
