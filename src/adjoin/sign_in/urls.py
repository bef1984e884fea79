"""Second factors, passkeys, links and one's own security page. Only the pages of allauth that are wanted."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from adjoin.sign_in import language_views, views

own = [
    path("language/", language_views.choose, name="choose_language"),
    path("link/", views.ask_for_link, name="ask_for_link"),
    path("link/sent/", views.link_sent, name="link_sent"),
    path("link/<slug:one_time_key>/", views.link, name="link"),
    path("security/devices/<int:device_id>/end/", views.end_device, name="end_device"),
    path("security/devices/end/", views.end_everywhere, name="end_everywhere"),
    path("security/connections/<int:connection_id>/end/", views.disconnect, name="disconnect"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "sign_in"))),
    path("security/", views.security, name="mfa_index"),
    path("logout/", views.log_out, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("security/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
]
