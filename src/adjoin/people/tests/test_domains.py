"""Which people a mail domain brings into an organization, and which it never does."""

from __future__ import annotations

import pytest

from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel.errors import Invalid
from adjoin.people import actions, domains
from adjoin.people.actions import mapping
from adjoin.people.models import Membership, Organization, User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs


def person(email: str, *, verified: bool = True) -> User:
    return actions.create_user(name="Somebody", email=email, now=NOW, is_verified=verified)


def places(user: User) -> list[str]:
    return list(user.memberships.order_by("organization__name").values_list("organization__name", flat=True))


@pytest.fixture
def acme_ltd(cast: Cast) -> Organization:
    return actions.create_organization(name="Acme Ltd", domain_names=["acme.com", "Müller.example"], now=NOW)


# Abuse test 50.
@pytest.mark.parametrize(
    ("email", "is_theirs"),
    [
        ("rosa@acme.com", True),
        ("Rosa@ACME.com", True),
        ("rosa+orders@acme.com", True),
        ("rosa@müller.example", True),
        ("rosa@xn--mller-kva.example", True),
        ("rosa@evil-acme.com", False),
        ("rosa@acme.com.evil.org", False),
        ("rosa@mail.acme.com", False),
        ("rosa@acme.co", False),
        ("rosa@аcme.com", False),  # noqa: RUF001  (the first letter is Cyrillic)
        ("rosa@ａcme.com", False),  # noqa: RUF001  (a wide letter, which is no letter of a domain)
        ("rosa@muller.example", False),
        ("acme.com@evil.org", False),
    ],
)
def test_look_alike_plus_idn_case_and_unverified_addresses_never_join_by_domain(
    acme_ltd: Organization, email: str, is_theirs: bool
) -> None:
    stranger = person(email, verified=False)
    assert places(stranger) == []
    actions.update_user(user=stranger, now=NOW, is_verified=True)
    assert places(stranger) == (["Acme Ltd"] if is_theirs else [])


@pytest.mark.parametrize(
    "name",
    [
        *("gmail.com", "Yahoo.co.uk", "web.de", "mailinator.com", "co.uk", "com", "github.io", "10.0.0.1", "a b.com"),
        *("http://acme.com", "acme", "-acme.com", "rosa@acme.com", "acme..com", "acme.com/x", "a_b.com"),
    ],
)
def test_only_a_companys_own_domain_is_taken(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_organization(name="Somebody Ltd", domain_names=["acme.com", name], now=NOW)
    assert list(refused.value.details) == ["domain_names"]
    assert not Organization.objects.filter(name="Somebody Ltd").exists()


def test_a_domain_is_kept_as_it_goes_over_the_wire() -> None:
    assert domains.clean(" @ACME.com. ") == "acme.com"
    assert domains.clean("Müller.example") == "xn--mller-kva.example"
    assert domains.clean("outlook.acme.com") == "outlook.acme.com"


def test_a_new_person_joins_the_first_organization_by_name(acme_ltd: Organization) -> None:
    actions.create_organization(name="Aardvark", domain_names=["acme.com"], now=NOW)
    assert places(person("rosa@acme.com")) == ["Aardvark"]


def test_a_domain_added_later_brings_the_people_who_are_here_already(cast: Cast, acme_ltd: Organization) -> None:
    rosa, unverified = person("rosa@acme.com"), person("uwe@acme.com", verified=False)
    other = actions.create_organization(name="Other", now=NOW)
    actions.update_organization(organization=other, domain_names=["acme.com"], now=NOW)
    assert places(rosa) == ["Acme Ltd", "Other"]
    assert places(unverified) == []
    assert rosa.memberships.get(organization=other).by_domain
    assert rosa.memberships.get(is_default=True).organization == acme_ltd


def test_many_people_are_added_in_the_background(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "AT_ONCE_MAX", 2)
    people = [person(f"rosa{number}@acme.com") for number in range(3)]
    other = actions.create_organization(name="Other", domain_names=["acme.com"], now=NOW)
    assert [places(one) for one in people] == [[], [], []]
    assert "people.add_people_of_domains" in run_jobs()
    assert Membership.objects.filter(organization=other, by_domain=True).count() == 3


def test_a_domain_taken_away_ends_the_memberships_it_made_and_no_others(acme_ltd: Organization) -> None:
    rosa, uwe = person("rosa@acme.com"), person("uwe@müller.example")
    invited = person("ida@acme.com", verified=False)
    actions.join_organization(user=invited, organization=acme_ltd, now=NOW)
    actions.update_user(user=invited, now=NOW, is_verified=True)
    actions.update_organization(organization=acme_ltd, domain_names=["xn--mller-kva.example"], now=NOW)
    assert [places(one) for one in (rosa, uwe, invited)] == [[], ["Acme Ltd"], ["Acme Ltd"]]


def test_where_people_belong_to_one_organization_a_domain_moves_nobody(cast: Cast, acme_ltd: Organization) -> None:
    desk_settings.change(multiple_organizations=False, now=NOW)
    rosa = person("rosa@acme.com")
    actions.create_organization(name="Other", domain_names=["acme.com"], now=NOW)
    assert places(rosa) == ["Acme Ltd"]
    cyd = cast.users["cyd"]
    actions.update_user(user=cyd, now=NOW, email="cyd@acme.com", is_verified=True)
    assert places(cyd) == ["Kettle Club"]
