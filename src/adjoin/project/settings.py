"""Django's settings, from the environment. What a person may turn is in `env.py`; the rest is decided here."""

from __future__ import annotations

from pathlib import Path

from adjoin.project.env import Environment, database_settings, mail_settings
from adjoin.project.spoken import spoken

ENV = Environment.read()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = ENV.secret_key()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # the account middleware answers 404 to any host that is no account's
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# Words stand in `src/adjoin/locale`, and those of whoever runs the desk in a folder of their own, which win.
LOCALE_PATHS = [ENV.home / "locale", BASE_DIR / "locale"]
LANGUAGES = spoken(LOCALE_PATHS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "adjoin.project.urls"
APPEND_SLASH = True

ADJOIN_HOME = ENV.home
ADJOIN_DOMAIN = ENV.domain
ADJOIN_SCHEME = ENV.scheme
ADJOIN_URL_SUFFIX = ENV.public_url_suffix
ADJOIN_IS_DEMO = ENV.is_demo
ADJOIN_PRIVATE_PARTNERS = ENV.allows_private_partners

SHARED_APPS = [
    "django_tenants",
    "adjoin.accounts",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "lucide",
    "django_prose_editor",
    "template_partials",
    "adjoin.kernel",
    "adjoin.project",
]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "adjoin.job_statuses",
    "adjoin.desk_settings",
    "adjoin.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "adjoin.brands",
    "adjoin.fields",
    "adjoin.access",
    "adjoin.schedules",
    "adjoin.sign_in",
    "adjoin.tickets",
    "adjoin.knowledge",
    "adjoin.suspended",
    "adjoin.satisfaction",
    "adjoin.help_center",
    "adjoin.rules",
    "adjoin.search",
    "adjoin.saved_views",
    "adjoin.channels",
    "adjoin.service_levels",
    "adjoin.notifications",
    "adjoin.webhooks",
    "adjoin.sharing",
    "adjoin.audit_log",
    "adjoin.imports",
    "adjoin.administration",
]
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
TENANT_MODEL = "accounts.Account"
TENANT_DOMAIN_MODEL = "accounts.Domain"
TENANT_LIMIT_SET_CALLS = True  # one SET search_path a request, not one a query
PUBLIC_SCHEMA_URLCONF = "adjoin.project.urls_public"

DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        **database_settings(ENV.database_url or "postgresql:///adjoin"),
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["adjoin.people.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "adjoin.sign_in.allauth_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_FORMS = {
    "login": "adjoin.people.forms.LoginForm",
    "reset_password": "adjoin.people.forms.ResetPasswordForm",
    "reset_password_from_key": "adjoin.people.forms.NewPasswordForm",
    "change_password": "adjoin.people.forms.ChangePasswordForm",
    "user_token": "adjoin.people.forms.ResetLinkForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # a key is an address: five wrong passwords, then five minutes
    "change_password": "10/5m/user",
    "reset_password": "20/m/ip,5/5m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/5m/user",
    "sign_in_link": "20/m/ip,5/5m/key",
    "provider_answer": "60/m/ip",
    "stranger": "20/h/ip,20/h/key",  # requests of people who have not signed in
    "register": "20/h/ip,3/d/key",  # each mails somebody
}
MFA_ADAPTER = "adjoin.sign_in.allauth_adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are ours to verify, in `people`; allauth keeps none
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds: clocks of phones differ
# A passkey belongs to a host; over plain HTTP, at home or in a demo, browsers take that for themselves to check.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENV.scheme != "https"
MFA_FORMS = {
    "authenticate": "adjoin.sign_in.forms.CodeForm",
    "reauthenticate": "adjoin.sign_in.forms.CodeAgainForm",
    "activate_totp": "adjoin.sign_in.forms.AppForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.proxies
PASSWORD_RESET_TIMEOUT = 3600  # seconds

SESSION_ENGINE = "adjoin.people.session_store"
SESSION_COOKIE_NAME = "adjoin_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "adjoin_csrf"
CSRF_HEADER_NAME = "HTTP_X_CSRF_TOKEN"  # as Zendesk names it
CSRF_FAILURE_VIEW = "adjoin.project.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if ENV.scheme == "https" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.scheme == "https" else None
X_FRAME_OPTIONS = "DENY"

MIDDLEWARE = [
    "adjoin.project.middleware.requests.request_log",
    "adjoin.project.middleware.requests.secure_headers",
    "django.middleware.security.SecurityMiddleware",
    "adjoin.project.static_files.StaticFiles",
    "adjoin.project.compressing.Compressed",
    "adjoin.project.middleware.accounts.AccountMiddleware",
    "adjoin.project.middleware.requests.json_suffix",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "adjoin.project.middleware.actors.actor",
    "adjoin.project.middleware.languages.language",
    "adjoin.project.middleware.errors.desk_errors",
    "adjoin.tickets.middleware.whole_api_writes",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "adjoin.project.context.desk",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "lucide.templatetags.lucide",
                "adjoin.project.templatetags.desk",
                "django.templatetags.i18n",
                "adjoin.project.templatetags.words",
                "adjoin.project.templatetags.bundles",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = None  # files are served from where they lie: nothing to collect, nothing to forget
STATICFILES_DIRS = [BASE_DIR / "project" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

FILE_ROOT = ENV.home / "files"
MAIL_ROOT = ENV.home / "mail"
ATTACHMENT_MAX_BYTES = 50 * 1024 * 1024  # 52 428 800, as Zendesk's settings.limits.attachment_size
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}
LOGGING_CONFIG = "adjoin.project.logs.configure"
LOGGING = {"level": ENV.log_level}
vars().update(mail_settings(ENV.mail_url))
DEFAULT_FROM_EMAIL = f"support@{ENV.domain}"
PROCRASTINATE_IMPORT_PATHS: list[str] = []
SILENCED_SYSTEM_CHECKS: list[str] = []
