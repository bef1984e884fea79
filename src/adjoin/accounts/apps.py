from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "adjoin.accounts"
    label = "accounts"
