"""What an account is named in that begins in another language than the first."""

from __future__ import annotations

from typing import Any

import pytest
from django_tenants.utils import tenant_context

from adjoin.accounts.actions import create_account
from adjoin.brands.actions import default_brand
from adjoin.knowledge.models import ArticleTemplate
from adjoin.notifications.defaults import RECEIVED
from adjoin.rules.models import Automation, Macro, Trigger, TriggerCategory
from adjoin.saved_views.models import View
from adjoin.testing.accounts import NOW


def _titles(model: Any, name: str = "title") -> set[str]:
    return set(model.objects.values_list(name, flat=True))


@pytest.mark.django_db
def test_an_account_begins_in_its_language() -> None:
    account = create_account(subdomain="maison", name="Maison", now=NOW, language="fr")
    with tenant_context(account):
        assert default_brand().locale == "fr"
        assert all(title.startswith(("Prévenir", "Attribuer")) for title in _titles(Trigger))
        assert "Clore le ticket 4 jours après sa résolution" in _titles(Automation)
        assert "Vos tickets non résolus" in _titles(View)
        assert _titles(TriggerCategory, "name") == {"Notifications"}
        assert not any("Hello" in str(one.actions) for one in Macro.objects.all())
        assert "Problème connu" in _titles(ArticleTemplate, "name")
        # What is written to people is kept in the first language, and told to each in their own.
        received = Trigger.objects.get(title__startswith="Prévenir le demandeur et les personnes en copie de la")
        assert RECEIVED in str(received.actions[0]["value"]).replace("\\n", "\n")
