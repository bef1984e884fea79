"""The words of signing in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Method(TextChoices):
    """How somebody signed in."""

    PASSWORD = "password", _("Password")
    LINK = "link", _("Link by mail")
    PASSKEY = "passkey", _("Passkey")
    OIDC = "oidc", "OpenID Connect"
    SAML = "saml", "SAML"
    JWT = "jwt", _("Signed token")


class SecondFactor(TextChoices):
    """Who has to have a second factor."""

    NOBODY = "", _("Nobody: everybody decides for themselves")
    ADMINS = "admins", _("Admins")
    TEAM = "team", _("Everybody on the team")


class Kind(TextChoices):
    """What a provider speaks."""

    OIDC = "oidc", "OpenID Connect"
    SAML = "saml", "SAML 2.0"
    JWT = "jwt", _("Signed token (JWT)")


class RoleLimit(TextChoices):
    """The most that a provider may make of somebody."""

    END_USER = "end-user", _("End user")
    AGENT = "agent", _("Agent")


class OrganizationReach(TextChoices):
    """Which organizations a provider may put people into. It never makes any."""

    NONE = "none", _("None")
    CHOSEN = "chosen", _("Only the chosen ones")
    ANY = "any", _("Any that is there")
