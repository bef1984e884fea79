from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "adjoin.channels"
    label = "channels"

    def ready(self) -> None:
        from adjoin.channels import redactions
        from adjoin.kernel import outbox

        outbox.subscribe("comment.redacted", redactions.forget_words)
        outbox.subscribe("ticket.blanked", redactions.forget_ticket)
