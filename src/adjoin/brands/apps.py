from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "adjoin.brands"
    label = "brands"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.brands.defaults import dismiss_agent, furnish_brands, welcome_agent, write_brand_ids
        from adjoin.kernel import outbox
        from adjoin.people import hooks

        furnish(furnish_brands)
        outbox.subscribe("user.created", welcome_agent)
        outbox.subscribe("user.became_agent", welcome_agent)
        outbox.subscribe("user.stopped_being_agent", dismiss_agent)
        hooks.write_user_key_with("agent_brand_ids", write_brand_ids)
