from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from procrastinate.testing import InMemoryConnector

from adjoin.help_center.tests.conftest import Visit, visit
from adjoin.sign_in import links

__all__ = ["Visit", "visit"]


@pytest.fixture
def mailed() -> Any:
    """Sends the links that were asked for, and gives back the path in the last mail."""
    from procrastinate.contrib.django import app

    connector = InMemoryConnector()

    def send() -> str:
        for job in connector.jobs.values():
            links.send_link(**{name: value for name, value in job["args"].items() if name != "account"})
        connector.reset()
        found = re.search(r"http://[^/]+(/\S+)", str(mail.outbox[-1].body)) if mail.outbox else None
        return found[1] if found else ""

    with app.replace_connector(connector):
        yield send
