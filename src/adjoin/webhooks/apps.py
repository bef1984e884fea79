from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "adjoin.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from adjoin.kernel import outbox
        from adjoin.webhooks import events, redactions, rule_actions, tasks

        rule_actions.register()
        outbox.subscribe("ticket.audited", events.follow)
        outbox.subscribe("ticket.deleted", events.follow_deletion)
        outbox.subscribe("webhook.queued", tasks.on_queued)
        outbox.subscribe("comment.redacted", redactions.forget_words)
        outbox.subscribe("ticket.blanked", redactions.forget_ticket)
