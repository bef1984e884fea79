from django.apps import AppConfig


class JobStatusesConfig(AppConfig):
    name = "adjoin.job_statuses"
    label = "job_statuses"

    def ready(self) -> None:
        from adjoin.job_statuses import tasks
        from adjoin.kernel import outbox

        outbox.subscribe("job_status.queued", tasks.on_queued)
