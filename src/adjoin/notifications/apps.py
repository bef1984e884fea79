from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "adjoin.notifications"
    label = "notifications"

    def ready(self) -> None:
        from adjoin.accounts.actions import furnish
        from adjoin.kernel import outbox
        from adjoin.notifications import article_news, organization_news, rule_actions
        from adjoin.notifications.defaults import furnish_notifications
        from adjoin.tickets import chronicle, hooks

        rule_actions.register()
        furnish(furnish_notifications)
        hooks.ask_ahead_with(chronicle.copied_ids.asking)  # whom most triggers tell
        outbox.subscribe("ticket.audited", organization_news.tell)
        outbox.subscribe("article.published", article_news.on_published)
        outbox.subscribe("article.changed", article_news.on_changed)
        outbox.subscribe("article.commented", article_news.on_commented)
