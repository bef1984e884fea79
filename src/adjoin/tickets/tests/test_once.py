"""What sending a form twice promises."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from adjoin.access.actors import Actor
from adjoin.accounts.models import Account
from adjoin.kernel.errors import Invalid
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets import once
from adjoin.tickets.models import IdempotencyKey


def test_a_form_sent_twice_acts_once(cast: Cast) -> None:
    answers = iter(["42", "43"])
    key = once.new_key()
    sent = [once.act(actor=cast.actor("cyd"), key=key, now=NOW, step=lambda: next(answers)) for _ in range(2)]
    assert sent == ["42", "42"]


def test_keys_of_two_people_never_meet(cast: Cast) -> None:
    for name in ("cyd", "dee"):
        assert once.act(actor=cast.actor(name), key="same", now=NOW, step=str(name).upper) == name.upper()


def test_what_failed_can_be_sent_again(cast: Cast) -> None:
    def fail() -> str:
        raise Invalid.field("subject", "Subject: cannot be blank")

    with pytest.raises(Invalid):
        once.act(actor=cast.actor("cyd"), key="again", now=NOW, step=fail)
    assert once.act(actor=cast.actor("cyd"), key="again", now=NOW, step=lambda: "42") == "42"


def test_of_two_at_the_same_time_the_second_gets_the_answer_of_the_first(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    answers: list[str] = []
    counter = itertools.count(42)
    barrier = threading.Barrier(2)

    def send() -> None:
        with tenant_context(Account.objects.get(subdomain="acme")):
            barrier.wait(5)
            answers.append(once.act(actor=Actor.system(), key="race", now=NOW, step=lambda: str(next(counter))))
        connection.close()

    with django_db_blocker.unblock():  # real transactions, which two threads need
        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        with tenant_context(Account.objects.get(subdomain="acme")):
            IdempotencyKey.objects.filter(key="form:race").delete()
    assert answers == ["42", "42"]
