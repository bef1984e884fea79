from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "adjoin.rules"
    label = "rules"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.rules import (  # noqa: F401  (the worker learns of its jobs here)
            bulk,
            conditions,
            custom_fields,
            custom_statuses,
            lookup_filters,
            macro_actions,
            macro_files,
            macro_uses,
            macros,
            people_actions,
            people_fields,
            reply_actions,
            satisfaction,
            tasks,
            ticket_actions,
            ticket_forms,
            watching,
        )
        from adjoin.rules.defaults import furnish_macros
        from adjoin.rules.engine import run_triggers
        from adjoin.tickets.hooks import run_rules_with

        conditions.register()
        ticket_actions.register()
        custom_fields.register()
        lookup_filters.register()
        people_fields.register()
        people_actions.register()
        reply_actions.register()
        macro_actions.register()
        custom_statuses.register()
        ticket_forms.register()
        satisfaction.register()
        macros.register()
        macro_uses.register()
        macro_files.register()
        bulk.register()
        watching.register()
        run_rules_with(run_triggers)
        furnish(furnish_macros)
