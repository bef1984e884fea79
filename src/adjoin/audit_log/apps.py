from django.apps import AppConfig


class AuditLogConfig(AppConfig):
    name = "adjoin.audit_log"
    label = "audit_log"

    def ready(self) -> None:
        from adjoin.audit_log import tasks  # noqa: F401  (the worker learns of its job here)
        from adjoin.audit_log.actions import keep
        from adjoin.kernel import outbox, record

        outbox.subscribe(record.TOPIC, keep)
