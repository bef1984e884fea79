from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "adjoin.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from adjoin.kernel import outbox, record
        from adjoin.webhooks import events, other_events, redactions, rule_actions, tasks

        rule_actions.register()
        outbox.subscribe("ticket.audited", events.follow)
        outbox.subscribe("ticket.deleted", events.follow_deletion)
        outbox.subscribe("user.created", other_events.follow_new_user)
        outbox.subscribe("user.changed", other_events.follow_user)
        outbox.subscribe(record.TOPIC, other_events.follow_record)
        outbox.subscribe("article.draft_changed", other_events.follow_article)
        outbox.subscribe("webhook.queued", tasks.on_queued)
        outbox.subscribe("comment.redacted", redactions.forget_words)
        outbox.subscribe("ticket.blanked", redactions.forget_ticket)
