from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django_tenants.utils import tenant_context

from adjoin.testing import desk_built
from adjoin.testing.desk import Desk


@pytest.fixture(scope="package")
def standing_desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    """The desk of `testing.desk`, built once for all tests of this folder and undone after them."""
    from adjoin.accounts.models import Account

    with django_db_blocker.unblock():
        account = Account.objects.get(subdomain="acme")
        with transaction.atomic(), tenant_context(account):
            desk = desk_built.build()
            yield desk
            transaction.set_rollback(True)


@pytest.fixture
def desk(standing_desk: Desk, db: None) -> Iterator[Desk]:
    """The desk as it was built: what a test does to it is undone."""
    with tenant_context(standing_desk.account):
        yield standing_desk
