"""Who sees a request in the portal besides whoever asked: their organization, and people copied on it."""

from __future__ import annotations

import pytest

from adjoin.access import readers
from adjoin.help_center import audience
from adjoin.help_center.tests.conftest import Visit, words_of
from adjoin.people.models import Organization, User
from adjoin.testing.cast import Cast
from adjoin.tickets import hooks
from adjoin.tickets.models import Ticket, TicketCc

CANARY = "zqprivatecanary"


def share(cast: Cast, *, comments: bool = False) -> None:
    Organization.objects.filter(name="Kettle Club").update(shared_tickets=True, shared_comments=comments)


def test_colleagues_see_an_organizations_requests_only_when_it_shares_them(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    here, theirs = f"/hc/en/requests/{ticket.pk}/", "/hc/en/requests/organizations/"
    dee = visit("dee")
    assert dee.get(here).status_code == 404
    assert dee.get(theirs).status_code == 404
    share(cast)
    assert "Broken kettle" in dee.words(theirs)
    assert "You can read this request." in dee.words(here)
    refused = dee.send(theirs, {"body": "Me too."}, to=f"{here}reply/")
    assert refused.status_code == 422
    share(cast, comments=True)
    dee.send(here, {"body": "Me too."}, to=f"{here}reply/")
    assert ticket.comments.latest("pk").body == "Me too."
    assert "Only the person who asked" in dee.send(here, to=f"{here}solve/").content.decode()


def test_somebody_in_two_organizations_chooses_for_which_they_ask(cast: Cast, visit: Visit) -> None:
    cast.join("cyd", "Tent Friends")
    club, friends = cast.organizations["Kettle Club"], cast.organizations["Tent Friends"]
    cyd = visit("cyd")
    assert "Tent Friends" in cyd.words("/hc/en/requests/new/")
    cyd.file(organization=friends.pk)
    assert Ticket.objects.get().organization == friends
    others = Organization.objects.create(name="Others", created_at=club.created_at, updated_at=club.created_at)
    assert cyd.file(organization=others.pk).status_code == 422


def test_the_picker_shows_one_shared_organization_at_a_time(cast: Cast, visit: Visit) -> None:
    share(cast)
    cast.join("dee", "Tent Friends", sees_tickets=True)
    cast.join("eli", "Tent Friends")
    cast.ticket("cyd", subject="Kettle matter")
    cast.ticket("eli", subject="Tent matter")
    dee = visit("dee")
    theirs = "/hc/en/requests/organizations/?organization="
    club, friends = (cast.organizations[name].pk for name in ("Kettle Club", "Tent Friends"))
    assert ("Kettle matter" in dee.words(f"{theirs}{club}"), "Tent matter" in dee.words(f"{theirs}{club}")) == (1, 0)
    assert ("Kettle matter" in dee.words(f"{theirs}{friends}"), "Tent matter" in dee.words(f"{theirs}{friends}")) == (
        0,
        1,
    )


def test_before_sending_one_reads_who_will_see_it(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    new, about = "/hc/en/requests/new/", "/hc/en/requests/audience/"
    assert "You and Acme's support team will see this." in cyd.words(new)
    assert "Who may read it?" not in cyd.words(new)
    copied = cyd.words(f"{about}?cc=dee@example.com,eli@example.com")
    assert "You, 1 person copied and Acme's support team will see this." in copied
    share(cast)
    assert "You, 1 person at Kettle Club and Acme's support team will see this." in cyd.words(new)
    assert "You and Acme's support team will see this." in cyd.words(f"{about}?readers=named")


def test_a_request_is_kept_from_the_organization_that_shares_everything(cast: Cast, visit: Visit) -> None:
    share(cast, comments=True)
    cyd = visit("cyd")
    assert "Everybody at Kettle Club who sees its requests Only you and the people you copy" in cyd.words(
        "/hc/en/requests/new/"
    )
    kept = cyd.file(readers="named").url
    told = cyd.words(kept)
    assert "You and Acme's support team will see this." in told
    assert "Kettle Club (not shared with it)" in told
    dee = visit("dee")
    assert dee.get(kept).status_code == 404
    assert dee.get(cyd.file(readers="organization").url).status_code == 200
    assert Ticket.objects.get(pk=int(kept.split("/")[-2])).organization == cast.organizations["Kettle Club"]


def test_a_reseller_chooses_which_customer_may_see_it(cast: Cast, visit: Visit) -> None:
    for number in range(8):
        cast.join("cyd", f"Customer {number}")
    cast.join("eli", "Customer 3")
    Organization.objects.filter(name="Customer 3").update(shared_tickets=True)
    cyd, theirs = visit("cyd"), cast.organizations["Customer 3"].pk
    page = cyd.get("/hc/en/requests/new/").content.decode()
    assert '<select name="organization"' in page  # too many for radio buttons
    told = cyd.words(f"/hc/en/requests/audience/?organization={theirs}")
    assert "You, 1 person at Customer 3 and Acme's support team will see this." in told
    shown, kept = (cyd.file(organization=theirs, readers=readers).url for readers in ("organization", "named"))
    eli = visit("eli")
    assert "You, Cyd Example and Acme's support team will see this." not in eli.words(shown)  # they only read it
    assert "You can read this request." in eli.words(shown)
    assert eli.get(kept).status_code == 404


def test_a_request_says_how_many_can_see_it_and_who_is_right_about_it(cast: Cast, visit: Visit) -> None:
    cast.add("hal")
    cast.join("hal", "Kettle Club", sees_tickets=True)
    ticket = cast.ticket("cyd", ccs=[cast.users["eli"].pk])
    page = visit("cyd").words(f"/hc/en/requests/{ticket.pk}/")
    assert "You, 1 person copied, 1 person at Kettle Club and Acme's support team will see this." in page
    assert "Hal Example" not in page
    everybody = [one for one in readers.of(ticket).people if not one.is_agent]
    assert {one.name for one in everybody} == {"Cyd Example", "Eli Example", "Hal Example"}
    colleague = audience.of(cast.actor("hal").as_end_user(cast.home.pk), ticket)
    told = audience.sentence(colleague, reader_id=cast.users["hal"].pk, brand_name="Acme")
    assert told == "You, Cyd Example, 1 person copied and Acme's support team"
    cast.update("ada", ticket, group_id=cast.returns.pk)
    type(cast.returns).objects.filter(pk=cast.returns.pk).update(is_confidential=True)
    assert "Kettle Club and" not in visit("cyd").words(f"/hc/en/requests/{ticket.pk}/")


def test_partners_are_named_among_those_who_see_it(cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "listener_readers", [lambda actor, ticket: [hooks.Listener("Maker")]])
    page = visit("cyd").words(f"/hc/en/requests/{cast.ticket('cyd').pk}/")
    assert "You, Acme's support team and Maker will see this." in page


def test_a_copied_colleague_reads_and_replies_but_adds_nobody(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    here = f"/hc/en/requests/{ticket.pk}/"
    visit("cyd").send(here, {"email": "DEE@example.com"}, to=f"{here}colleagues/")
    dee = visit("dee")
    assert "Broken kettle" in dee.words("/hc/en/requests/copied/")
    dee.send(here, {"body": "Mine too."}, to=f"{here}reply/")
    assert ticket.comments.latest("pk").author == cast.users["dee"]
    cast.add("hal")
    cast.join("hal", "Kettle Club")
    assert dee.send(here, {"email": "hal@example.com"}, to=f"{here}colleagues/").status_code == 403
    assert TicketCc.objects.filter(ticket=ticket).count() == 1


@pytest.mark.parametrize("email", ["eli@example.com", "ana@example.com", "nobody@example.com"])
def test_nobody_learns_from_copying_who_else_is_known_here(cast: Cast, visit: Visit, email: str) -> None:
    ticket = cast.ticket("cyd")
    here = f"/hc/en/requests/{ticket.pk}/"
    refused = visit("cyd").send(here, {"email": email}, to=f"{here}colleagues/")
    assert refused.status_code == 422
    assert f"{email} is in none of your organizations." in words_of(refused)
    assert not TicketCc.objects.exists()


def test_suspended_colleagues_are_not_copied(cast: Cast, visit: Visit) -> None:
    User.objects.filter(pk=cast.users["dee"].pk).update(is_suspended=True)
    assert visit("cyd").file(cc="dee@example.com").status_code == 422
