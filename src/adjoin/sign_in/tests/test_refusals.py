"""What is kept of those who were turned away at a provider's word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjoin.help_center.tests.conftest import Visit
from adjoin.kernel.wording import say
from adjoin.sign_in import refusals
from adjoin.sign_in.models import Provider, Refusal
from adjoin.sign_in.tests.test_signed_tokens import post, provider, signed
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

__all__ = ["provider"]


def test_the_last_twenty_are_kept_of_each_newest_first(cast: Cast, provider: Provider) -> None:
    other = Provider.objects.create(kind="jwt", name="Other", created_at=NOW, updated_at=NOW)
    refusals.note(other, "first", NOW - timedelta(days=1))
    for number in range(25):
        refusals.note(provider, f"why {number}", NOW + timedelta(minutes=number))
    assert [row.why for row in refusals.recent(provider)] == [f"why {number}" for number in range(24, 4, -1)]
    assert Refusal.objects.count() == 21


def test_the_same_again_counts_with_what_is_there_and_pushes_nothing_out(cast: Cast, provider: Provider) -> None:
    refusals.note(provider, say("This token has been used already."), NOW, email="cyd@example.com")
    for number in range(30):
        refusals.note(provider, say("It is not signed."), NOW + timedelta(minutes=1 + number))
    refusals.note(provider, say("It is not signed."), NOW + timedelta(hours=1), email="dee@example.com")
    told = [(row.why, row.email, row.times) for row in refusals.recent(provider)]
    assert told == [
        ("It is not signed.", "dee@example.com", 1),
        ("It is not signed.", "", 30),
        ("This token has been used already.", "cyd@example.com", 1),
    ]


def test_after_a_month_they_are_forgotten(cast: Cast, provider: Provider) -> None:
    refusals.note(provider, "old", NOW - timedelta(days=31))
    refusals.note(provider, "new", NOW - timedelta(days=29))
    assert refusals.forget_old(NOW) == 1
    assert [row.why for row in refusals.recent(provider)] == ["new"]


@pytest.mark.parametrize(
    ("token", "email"),
    [
        ({"secret": "t" * 64, "email": "evil@example.com"}, ""),
        ({"email": "nobody@elsewhere.example"}, "nobody@elsewhere.example"),
        ({"iat": 1}, "cyd@example.com"),
    ],
    ids=["forged", "turned away", "too late"],
)
def test_61_who_it_was_is_kept_only_as_the_provider_has_signed_it(
    cast: Cast, visit: Visit, provider: Provider, token: dict[str, Any], email: str
) -> None:
    Provider.objects.update(makes_people=False)
    post(signed(**token))
    assert [row.email for row in refusals.recent(provider)] == [email]
