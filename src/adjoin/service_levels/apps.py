from django.apps import AppConfig


class ServiceLevelsConfig(AppConfig):
    name = "adjoin.service_levels"
    label = "service_levels"

    def ready(self) -> None:
        from adjoin.kernel import outbox
        from adjoin.rules import watching as rules
        from adjoin.schedules.actions import TOPIC as SCHEDULES
        from adjoin.service_levels import counting, marks, metric_events, metric_sets, serialize, tasks, watching
        from adjoin.service_levels.actions import TOPIC
        from adjoin.tickets import hooks

        hooks.settle_with(counting.settle)
        hooks.ask_ahead_with(counting.asking)
        hooks.mark_pages_with(marks.marks)
        rules.look_too(watching.look_again)
        hooks.sideload_with("slas", serialize.slas)
        hooks.sideload_with("metric_events", metric_events.of_tickets)
        hooks.sideload_with("metric_sets", metric_sets.beside, key="metric_set")
        outbox.subscribe(TOPIC, tasks.on_changed)
        outbox.subscribe(SCHEDULES, tasks.on_changed)
