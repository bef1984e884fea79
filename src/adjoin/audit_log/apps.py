from django.apps import AppConfig


class AuditLogConfig(AppConfig):
    name = "adjoin.audit_log"
    label = "audit_log"
