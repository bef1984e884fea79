from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "adjoin.notifications"
    label = "notifications"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.kernel import outbox
        from adjoin.notifications import organization_news, rule_actions
        from adjoin.notifications.defaults import furnish_notifications

        rule_actions.register()
        furnish(furnish_notifications)
        outbox.subscribe("ticket.audited", organization_news.tell)
