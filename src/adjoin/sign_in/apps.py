from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "adjoin.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        from adjoin.kernel import outbox
        from adjoin.people import api_auth
        from adjoin.sign_in import devices, links, policy, resetting, tasks  # noqa: F401  (the worker learns of the job here)

        outbox.subscribe("user.erased", devices.forget)
        api_auth.let_passwords_in_if(policy.api_password_is_enough)
