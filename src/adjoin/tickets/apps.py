from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "adjoin.tickets"
    label = "tickets"
