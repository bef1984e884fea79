"""Somebody in very many organizations: a page offers some, and finds the others by their names."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adjoin.help_center import choosing
from adjoin.help_center.tests.conftest import Visit, Visitor
from adjoin.people.models import Membership, Organization
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket

MANY = 25
NEW, THEIRS = "/hc/en/requests/new/", "/hc/en/requests/organizations/"


@pytest.fixture
def dee(cast: Cast, visit: Visit) -> Visitor:
    """Somebody in 26 organizations, who reads the requests of 25."""
    for number in range(MANY):
        cast.join("dee", f"Shop {number:02}", sees_tickets=True)
    Organization.objects.create(name="Shop of others", created_at=NOW, updated_at=NOW)
    return visit("dee")


def offered(answer: Any) -> list[str]:
    page = answer.content.decode()
    return re.findall(
        r"<option[^>]*>\s*([^<]+?)\s*</option>", page.partition('name="organization"')[2].partition("</select>")[0]
    )


def test_a_page_offers_twenty_and_finds_the_others_by_name(dee: Visitor) -> None:
    assert offered(dee.get(THEIRS)) == [f"Shop {number:02}" for number in range(choosing.OFFERED)]
    assert offered(dee.get(NEW))[:2] == ["Kettle Club", "Shop 00"]
    for path in (NEW, THEIRS):
        assert len(offered(dee.get(path))) == choosing.OFFERED
        assert offered(dee.get(path, data={"organization_words": "SHOP 2"})) == [f"Shop 2{at}" for at in range(5)]
        assert "Shop of others" not in offered(dee.get(path, data={"organization_words": "of others"}))
        assert "None of your organizations has that in its name." in dee.words(f"{path}?organization_words=of+others")
        assert offered(dee.get(path, data={"organization_words": "\x00%_'"})) == offered(dee.get(path))


def test_one_that_was_chosen_is_offered_wherever_it_stands_and_no_other_is(cast: Cast, dee: Visitor) -> None:
    last = cast.organizations["Shop 24"]
    others = Organization.objects.get(name="Shop of others")
    assert offered(dee.get(THEIRS, data={"organization": last.pk}))[0] == "Shop 24"
    assert "Shop 24" in re.findall(r"selected>([^<]*)<", dee.get(f"{THEIRS}?organization={last.pk}").content.decode())
    for asked in (others.pk, "x", "9" * 30, "²"):
        assert offered(dee.get(THEIRS, data={"organization": asked})) == offered(dee.get(THEIRS))


def test_a_search_shows_the_requests_of_the_first_that_fits(cast: Cast, dee: Visitor) -> None:
    cast.join("eli", "Shop 23")
    cast.ticket("eli", subject="Till is broken", organization_id=cast.organizations["Shop 23"].pk)
    page = dee.get(THEIRS, data={"organization_words": "shop 23", "organization": cast.organizations["Shop 01"].pk})
    assert "Till is broken" in page.content.decode()
    assert f"/organizations/{cast.organizations['Shop 23'].pk}/follow/" in page.content.decode()


def test_without_script_a_request_is_filed_for_one_that_is_found_and_for_no_other(cast: Cast, dee: Visitor) -> None:
    first, last = cast.organizations["Kettle Club"], cast.organizations["Shop 24"]
    asked: dict[str, Any] = {"organization": first.pk, "organization_words": "24"}
    answer = dee.file(**asked)
    assert (answer.status_code, Ticket.objects.count()) == (422, 0)
    assert "Choose one of these." in answer.content.decode()
    assert offered(answer) == ["Shop 24"]
    assert dee.file(**{**asked, "organization": last.pk}).status_code == 302
    assert Ticket.objects.get().organization == last
    nothing = dee.file(organization=first.pk, organization_words="nowhere")
    assert "None of your organizations has that in its name." in nothing.content.decode()
    others = Organization.objects.get(name="Shop of others")
    assert dee.file(organization=others.pk).status_code == 422
    assert dee.file(organization=others.pk, organization_words="others").status_code == 422
    assert Ticket.objects.count() == 1


def test_who_sees_a_new_request_is_told_of_the_organization_that_is_chosen(cast: Cast, dee: Visitor) -> None:
    cast.join("eli", "Shop 24", sees_tickets=True)
    assert "1 person at Shop 24" not in dee.words(NEW)
    assert "1 person at Shop 24" in dee.words(f"{NEW}?organization_words=24")


def test_few_organizations_are_all_offered_and_need_no_search(cast: Cast, visit: Visit) -> None:
    cast.join("dee", "Tent Friends", sees_tickets=True)
    Membership.objects.filter(user=cast.user("dee")).update(sees_tickets=True)
    dee = visit("dee")
    assert len(offered(dee.get(THEIRS))) == 2
    for path in (NEW, THEIRS):
        assert "organization_words" not in dee.get(path).content.decode()
