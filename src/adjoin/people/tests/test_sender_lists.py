"""The allowlist and the blocklist, by the words that admins write."""

from __future__ import annotations

import pytest

from adjoin.brands import admission
from adjoin.brands.models import Admission
from adjoin.kernel.errors import Invalid
from adjoin.people import actions, sender_lists
from adjoin.people.sender_lists import Verdict
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

TAKEN, SUSPENDED, REJECTED = Verdict.TAKEN, Verdict.SUSPENDED, Verdict.REJECTED


@pytest.mark.parametrize(
    ("allowlist", "blocklist", "email", "verdict"),
    [
        ("", "", "eve@spam.example", TAKEN),
        ("", "spam.example", "eve@spam.example", SUSPENDED),
        ("", "spam.example", "eve@mail.spam.example", TAKEN),  # a domain is itself, not what is under it
        ("", "spam.example", "eve@notspam.example", TAKEN),
        ("", "reject:spam.example", "eve@spam.example", REJECTED),
        ("", "REJECT:Eve@Spam.example", "eve@spam.example", REJECTED),
        ("", "reject:eve@spam.example", "eva@spam.example", TAKEN),
        ("", "reject:spam.example suspend:eve@spam.example", "eve@spam.example", SUSPENDED),
        ("", "reject:*", "anybody@gmail.com", REJECTED),
        ("good.example", "*", "ann@good.example", TAKEN),
        ("good.example", "reject:good.example", "ann@good.example", TAKEN),
        ("gmail.com", "*", "ann@outlook.com", SUSPENDED),
        ("müller.example", "*", "ann@xn--mller-kva.example", TAKEN),
        ("", "*", "ann@harbour.example", TAKEN),  # the domain of an organization
    ],
)
def test_the_lists_say_who_is_taken(cast: Cast, allowlist: str, blocklist: str, email: str, verdict: Verdict) -> None:
    actions.update_organization(
        organization=cast.organizations["Kettle Club"], now=NOW, domain_names=["harbour.example"]
    )
    assert sender_lists.read(allowlist, blocklist).ruling(email).verdict is verdict


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("spam", "neither a domain"),
        ("a@b@c.example", "is no address"),
        ("reject:", "no blank"),
        ("10.0.0.1", "neither"),
    ],
)
def test_a_word_that_is_wrong_is_named(word: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        sender_lists.read("*", f"good.example {word}")
    problems = {name: sentence for name, [(_, sentence)] in refused.value.details.items()}
    assert told in problems["blocklist"]
    assert word in problems["blocklist"]
    assert problems["allowlist"] == "*: only the blocklist takes *"


def test_a_list_takes_ten_thousand_characters() -> None:
    assert len(sender_lists.read("", "a.example " * 1000).blocked) == 1000
    with pytest.raises(Invalid):
        sender_lists.read("", "a.example " * 1001)


def test_a_restricted_brand_takes_whom_its_own_list_names_and_nobody_else(cast: Cast) -> None:
    brand = cast.outdoor
    assert admission.ruling(brand, "ann@good.example").verdict is SUSPENDED  # closed, as every new brand is
    brand.admission = Admission.RESTRICTED
    assert admission.ruling(brand, "ann@good.example").verdict is SUSPENDED
    sender_lists.change(allowlist="good.example", blocklist="reject:bad.example", now=NOW)
    assert admission.ruling(brand, "ann@good.example").verdict is TAKEN
    brand.allowlist = "partner.example"
    assert admission.ruling(brand, "pia@partner.example").verdict is TAKEN
    assert admission.ruling(brand, "ann@good.example").verdict is SUSPENDED
    assert admission.ruling(brand, "bob@bad.example").verdict is REJECTED
