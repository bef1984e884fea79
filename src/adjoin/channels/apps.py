from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "adjoin.channels"
    label = "channels"
