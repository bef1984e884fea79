"""Sharing that is switched off, and membership that ends, end everywhere at once (abuse tests 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings

from adjoin.access import actors
from adjoin.accounts import current
from adjoin.brands import actions as brand_actions
from adjoin.channels.models import OutgoingMail
from adjoin.help_center.tests.conftest import Visit, Visitor
from adjoin.notifications.tasks import notify
from adjoin.people import actions
from adjoin.people.models import Membership, Organization
from adjoin.people.terms import Role, TicketRestriction
from adjoin.project import live_readers
from adjoin.saved_views import queries as saved_views
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Event, Ticket

Step = Callable[[Cast], object]


def _club(cast: Cast) -> Organization:
    return Organization.objects.get(name="Kettle Club")


def _stop_sharing(cast: Cast) -> None:
    actions.update_organization(organization=_club(cast), shared_tickets=False, shared_comments=False, now=NOW)


def _remove(cast: Cast) -> None:
    actions.leave_organization(membership=Membership.objects.get(user=cast.users["dee"]), now=NOW)


def _merge_away(cast: Cast) -> None:
    other = actions.create_organization(name="Own Only Ltd", now=NOW)
    actions.merge_organizations(loser=_club(cast), winner=other, now=NOW)


def _delete(cast: Cast) -> None:
    actions.delete_organization(organization=_club(cast), now=NOW)


def doors(cast: Cast, api: Caller, dee: Visitor, ticket: Ticket) -> dict[str, bool]:
    """Through which doors dee finds the ticket that her colleague asked for."""
    api_of_dee = api.as_("dee")
    listed = api_of_dee.get(f"/organizations/{ticket.organization_id}/requests").json().get("requests", [])
    cookies = f"{settings.SESSION_COOKIE_NAME}={dee.client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with mock.patch.object(live_readers, "close_old_connections"):  # the test's own connection stays open
        heard = live_readers.readable_ids(current.schema(), cookies, [ticket.pk]) or set()
    OutgoingMail.objects.all().delete()
    audit = ticket.audits.earliest("pk").pk
    notify(audit_id=audit, trigger_id=0, user_ids=[cast.users["dee"].pk], subject="{{ticket.title}}", body="x")
    return {
        "list": ticket.subject in dee.get("/hc/en/requests/organizations/").content.decode(),
        "link": dee.get(f"/hc/en/requests/{ticket.pk}/").status_code == 200,
        "API list": bool(listed),
        "API": api_of_dee.get(f"/requests/{ticket.pk}").status_code == 200,
        "API comments": api_of_dee.get(f"/requests/{ticket.pk}/comments").status_code == 200,
        "feed": ticket.pk in heard,
        "mail": OutgoingMail.objects.filter(user=cast.users["dee"]).exists(),
    }


@pytest.mark.parametrize("step", [_stop_sharing, _remove, _merge_away, _delete], ids=lambda step: step.__name__[1:])
def test_colleagues_lose_list_link_feed_and_mail_the_moment_sharing_ends(
    cast: Cast, api: Caller, visit: Visit, step: Step
) -> None:
    actions.update_organization(organization=_club(cast), shared_tickets=True, shared_comments=True, now=NOW)
    ticket, dee = cast.ticket("cyd"), visit("dee")
    before = doors(cast, api, dee, ticket)
    assert [name for name, is_open in before.items() if not is_open] == []
    step(cast)
    assert not any(doors(cast, api, dee, ticket).values())
    run_jobs()
    ticket.refresh_from_db()
    assert not any(doors(cast, api, dee, ticket).values())


def test_who_is_removed_is_copied_on_the_organizations_tickets_no_more(cast: Cast, api: Caller, visit: Visit) -> None:
    dee_id, eli_id = cast.users["dee"].pk, cast.users["eli"].pk
    theirs = cast.ticket("cyd", ccs=[dee_id, eli_id])
    own, elsewhere = cast.ticket("dee"), cast.ticket("eli", ccs=[dee_id])
    dee = visit("dee")
    assert dee.get(f"/hc/en/requests/{theirs.pk}/").status_code == 200
    _remove(cast)
    assert not any(doors(cast, api, dee, theirs).values())
    assert [dee.get(f"/hc/en/requests/{one.pk}/").status_code for one in (own, elsewhere)] == [200, 200]
    assert set(theirs.copied.values_list("user_id", flat=True)) == {eli_id}
    assert "tickets.record_end_of_copies" in run_jobs()
    told: dict[str, Any] = Event.objects.filter(audit__ticket=theirs, type="EmailCcChange").latest("pk").data
    assert (told["previous_email_ccs"], told["current_email_ccs"]) == ([dee_id, eli_id], [eli_id])


def test_an_agent_of_an_organization_who_leaves_it_loses_its_tickets_and_views(
    cast: Cast, api: Caller, visit: Visit
) -> None:
    ora = cast.add("ora", Role.AGENT, ticket_restriction=TicketRestriction.ORGANIZATION)
    brand_actions.set_brands_of(user=ora, brands=[cast.home], now=NOW)
    cast.join("ora", "Kettle Club")
    ticket = cast.ticket("cyd")

    def found() -> list[bool]:
        actor = actors.load(ora.pk)
        views = [ticket in saved_views.tickets(actor, view) for view in saved_views.views_for(actor)]
        return [
            any(views),
            any(saved_views.counts(actor, saved_views.views_for(actor)).values()),
            api.as_("ora").get(f"/tickets/{ticket.pk}").status_code == 200,
            bool(api.as_("ora").get("/search", query="Broken").json()["results"]),
        ]

    assert found() == [True] * 4
    actions.leave_organization(membership=Membership.objects.get(user=ora), now=NOW)
    assert found() == [False] * 4
