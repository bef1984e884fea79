"""Reading the metadata of identity providers anew: their certificates change, and nobody should have to paste them."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.utils.translation import gettext_noop

from adjoin.kernel import wording
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.sign_in import providers, reasons
from adjoin.sign_in.models import Provider
from adjoin.sign_in.saml import requests
from adjoin.sign_in.saml.xml import NotBelieved
from adjoin.sign_in.terms import Kind

OTHER = gettext_noop("The document there speaks for another identity provider.")
log = structlog.get_logger("adjoin.sign_in")


def all_due(now: datetime) -> None:
    """Read the metadata of every SAML provider in use that has an address for it."""
    for provider in Provider.objects.filter(kind=Kind.SAML, is_active=True).exclude(metadata_url="").order_by("pk"):
        refresh(provider, now)


def refresh(provider: Provider, now: datetime) -> str:
    """What kept us from taking what the provider says of itself now; "" when it was taken.

    Nothing changes then, so that people go on signing in with what was known before."""
    try:
        told = requests.described(providers.fetched(provider.metadata_url), now)
        problem = "" if told["issuer"] == provider.issuer else say(OTHER)
    except NotBelieved as error:
        problem = reasons.told(str(error))
    except Invalid as error:
        problem = wording.of_error(error)
    if problem:
        log.warning("metadata_not_taken", provider=provider.pk, problem=problem)
        Provider.objects.filter(pk=provider.pk).update(metadata_problem=problem)
        return problem
    told.pop("signs_requests", None)  # an admin has decided that
    providers.update(provider=provider, now=now, **told)
    return ""
