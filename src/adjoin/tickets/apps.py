from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "adjoin.tickets"
    label = "tickets"

    def ready(self) -> None:
        from adjoin.fields import choices
        from adjoin.fields.actions.options import GONE
        from adjoin.kernel import outbox
        from adjoin.tickets import bulk, departures, field_cleanup, live, terms

        outbox.subscribe("membership.ended", departures.leave_organization)
        outbox.subscribe("organization.ending", departures.end_organization)
        outbox.subscribe("group_membership.ended", departures.leave_group)
        outbox.subscribe("user.stopped_being_agent", departures.stop_being_agent)
        outbox.subscribe("sessions.ended", live.look_again)
        outbox.subscribe(GONE, field_cleanup.drop_values)
        for kind, words in (
            ("status", terms.TicketStatus),
            ("tickettype", terms.TicketType),
            ("priority", terms.Priority),
        ):
            choices.give(kind, words.choices)
        bulk.register()
