from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "adjoin.kernel"
    label = "kernel"
