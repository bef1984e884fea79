from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adjoin.kernel.sealing import SealedField
from adjoin.kernel.wording import SentenceField
from adjoin.people.models import User
from adjoin.sign_in.terms import Kind, Method, OrganizationReach, RoleLimit, SecondFactor


class SignInPolicy(models.Model):
    """What an account has decided about signing in: one row, made when somebody first changes it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    second_factor = models.CharField(max_length=10, choices=SecondFactor, default="", blank=True)
    team_password = models.BooleanField(default=True)
    team_link = models.BooleanField(default=False)
    team_passkey = models.BooleanField(default=True)
    end_user_password = models.BooleanField(default=True)
    end_user_link = models.BooleanField(default=True)
    end_user_passkey = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sign_in_policy_one_row")]


class Device(models.Model):
    """One browser in which somebody is signed in. It ends with its session."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    host = models.CharField(max_length=255)
    method = models.CharField(max_length=10, choices=Method)
    agent = models.CharField(max_length=300, default="", blank=True)  # what the browser calls itself
    address = models.CharField(max_length=45, default="", blank=True)
    name_id = models.CharField(max_length=500, default="", blank=True)  # whom a SAML provider signs out
    session_index = models.CharField(max_length=255, default="", blank=True)
    provider = models.ForeignKey("sign_in.Provider", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()  # within some minutes


class SignInLink(models.Model):
    """A link mailed to somebody, with which they sign in once. Only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    browser_digest = models.CharField(max_length=64)  # of the browser that asked
    standing = models.CharField(max_length=64)  # of the person when it was made: changed since, it opens nothing
    next = models.CharField(max_length=2000, default="", blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Provider(models.Model):
    """Somebody who vouches for people: an OpenID Connect provider, a SAML identity provider, one's own site."""

    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=100)  # on the button
    is_active = models.BooleanField(default=True)
    for_team = models.BooleanField(default=False)
    for_end_users = models.BooleanField(default=False)
    issuer = models.CharField(max_length=1000, default="", blank=True)  # OIDC: its address; SAML: its entity id
    client_id = models.CharField(max_length=500, default="", blank=True)
    secret = SealedField(default="", blank=True)  # of our client; of signed tokens
    login_url = models.CharField(max_length=1000, default="", blank=True)  # SAML and JWT
    logout_url = models.CharField(max_length=1000, default="", blank=True)
    certificates = models.TextField(default="", blank=True)  # SAML: PEM, one after the other
    metadata_url = models.CharField(max_length=1000, default="", blank=True)
    metadata_read_at = models.DateTimeField(null=True)  # when what is there was last taken
    metadata_problem = SentenceField(default="", blank=True)  # why it was not, the last time
    signs_requests = models.BooleanField(default=False)  # SAML: what we ask it is signed with our key
    domains = ArrayField(models.CharField(max_length=255), default=list, blank=True)  # whose addresses it speaks for
    trusts_addresses = models.BooleanField(default=False)  # also those it does not call verified
    makes_people = models.BooleanField(default=False)
    role_limit = models.CharField(max_length=10, choices=RoleLimit, default=RoleLimit.END_USER)
    organization_reach = models.CharField(max_length=10, choices=OrganizationReach, default=OrganizationReach.NONE)
    organization_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    sets_tags = models.BooleanField(default=False)
    sets_fields = models.BooleanField(default=False, db_default=False)  # those an account adds to its people
    claims = models.JSONField(default=dict, blank=True)  # what it calls our fields, where that differs
    does_second_factor = models.BooleanField(default=False)  # ours is not asked for after it
    allows_unasked = models.BooleanField(default=False)  # SAML: may begin on the provider's side
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(trusts_addresses=False) | ~Q(domains=[]), name="provider_trusted_only_for_domains"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Refusal(models.Model):
    """Somebody who came with a provider was turned away, so many `times` for the same reason."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="refusals")
    at = models.DateTimeField()  # the last time
    why = SentenceField()
    email = models.CharField(max_length=254, default="", blank=True)  # whom the provider named, where it surely did
    times = models.PositiveIntegerField(default=1)


class SamlKey(models.Model):
    """Our own key for SAML, and the certificate that names it in our metadata."""

    secret = SealedField()  # PEM
    certificate = models.TextField()  # PEM
    signs_from = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()


class ProviderIdentity(models.Model):
    """Who somebody is at a provider: `subject` never changes there, unlike an address."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="identities")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="provider_identity_subject_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="provider_identity_user_once"),
        ]


class Attempt(models.Model):
    """Somebody on the way to a provider and back. It is good once, in the browser and at the host where it began."""

    digest = models.CharField(max_length=64, unique=True)  # of the state that comes back
    browser_digest = models.CharField(max_length=64)
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="+")
    host = models.CharField(max_length=255)
    next = models.CharField(max_length=2000, default="", blank=True)
    connects = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")  # a signed-in person adds it
    nonce = models.CharField(max_length=64)  # OIDC: the nonce; SAML: the id of the request
    verifier = models.CharField(max_length=128, default="", blank=True)  # OIDC: of the code (PKCE)
    found = models.JSONField(null=True)  # SAML: what was vouched for, until the browser comes for it
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SpentToken(models.Model):
    """An assertion or signed token that has been used: nobody uses it again."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)  # from then on it would be refused for its age


class ScimToken(models.Model):
    """With this a directory keeps people and groups up to date. Only its digest is kept."""

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=10)
    makes_agents = models.BooleanField(default=False)  # of people whose `userType` is agent
    domains = ArrayField(models.CharField(max_length=255), default=list)  # whose people it keeps
    organization_ids = ArrayField(models.BigIntegerField(), default=list)  # its groups: it makes none
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
