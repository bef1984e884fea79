"""Rating how one was helped: asked for by a rule, given by mail, page and API, and known to rules."""

from __future__ import annotations

import re

from django.core import mail
from django.test import Client

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.people import actions as people
from adjoin.rules import actions as rules
from adjoin.rules import registry
from adjoin.satisfaction import queries
from adjoin.satisfaction.terms import Reason
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

SOLVED = {"all": [{"field": "status", "operator": "is", "value": "solved"}], "any": []}


def test_a_rule_asks_for_a_rating_and_the_requester_gives_it_by_a_mailed_link(cast: Cast, api: Caller) -> None:
    people.update_user(user=cast.users["cyd"], is_verified=True, now=NOW)
    rules.create_trigger(
        actor=cast.actor("ada"),
        title="Ask",
        conditions=SOLVED,
        actions=[{"field": "satisfaction_score", "value": "offered"}],
        now=NOW,
    )
    says = ["requester_and_ccs", "Rate", "{{satisfaction.negative_rating_url}} {{satisfaction.current_rating}}"]
    rules.create_trigger(
        actor=cast.actor("ada"),
        title="Mail",
        conditions=SOLVED,
        actions=[{"field": "notification_user", "value": says}],
        now=NOW,
    )
    people.update_user(user=cast.users["eli"], is_verified=True, now=NOW)
    ticket = cast.ticket(
        requester="cyd", brand_id=cast.home.pk, assignee_id=cast.users["ana"].pk, ccs=[cast.users["eli"].pk]
    )
    path = f"/tickets/{ticket.pk}"
    assert api.as_("ada").get(path).json()["ticket"]["satisfaction_rating"] == {"score": "unoffered"}
    early = api.as_("cyd").post(f"{path}/satisfaction_rating", {"satisfaction_rating": {"score": "good"}})
    assert early.status_code == 422
    cast.update("ana", ticket, status="solved")
    run_jobs()
    told = {one.to[0]: str(one.body) for one in mail.outbox if one.subject == "Rate"}
    assert re.search(r"/hc/en/ratings/\S+/\?score=bad", told["cyd@example.com"])
    assert "/ratings/" not in told["eli@example.com"]  # who was copied does not rate in another's name
    letter = next(one for one in mail.outbox if "How did" in one.subject)
    link = re.search(r"http\S+?(/hc/en/ratings/\S+)", str(letter.body))
    assert (letter.to, link is not None) == (["cyd@example.com"], True)
    assert link is not None
    visitor = Client(headers={"host": HOST})
    assert "How were you helped?" in visitor.get(link[1]).content.decode()
    assert visitor.post(link[1], {"comment": "x"}).status_code == 422
    assert (
        "has your rating" in visitor.post(link[1], {"score": "bad", "reason": "5", "comment": "Slow."}).content.decode()
    )
    rating = queries.of(ticket.pk)
    assert rating is not None
    assert (rating.score, rating.reason, rating.comment) == ("bad", Reason.TOO_LONG, "Slow.")
    assert rating.assignee_id == cast.users["ana"].pk
    shown = api.as_("ada").get(path).json()["ticket"]["satisfaction_rating"]
    assert (shown["score"], shown["comment"], shown["reason_id"]) == ("bad", "Slow.", 5)
    known = api.as_("cyd").get("/satisfaction_reasons").json()["reasons"]
    assert {one["reason_code"] for one in known} == set(Reason.values)
    condition = registry.conditions["satisfaction_score"]
    for operator, value, holds in (
        ("is", "bad", True),
        ("is", "good", False),
        ("is", "bad_with_comment", True),
        ("is_not", "unoffered", True),
        ("less_than", "good", True),
    ):
        assert condition.sql is not None
        found = readable.tickets(Actor.system()).filter(condition.sql(Actor.system(), operator, value))
        assert found.exists() is holds


def test_only_the_requester_rates_and_only_admins_list_ratings(cast: Cast, api: Caller) -> None:
    ticket = cast.ticket(requester="cyd", brand_id=cast.home.pk)
    cast.update("ana", ticket, status="solved")
    asked = {"satisfaction_rating": {"score": "good", "comment": "Quick"}}
    path = f"/tickets/{ticket.pk}/satisfaction_rating"
    assert api.as_("eli").post(path, asked).status_code == 404
    assert api.as_("ana").post(path, asked).status_code in (403, 404)
    page = Client(headers={"host": HOST})
    page.force_login(cast.user("cyd"))
    address = f"/hc/en/requests/{ticket.pk}/"
    assert "How were you helped?" in page.get(address).content.decode()
    assert page.post(f"{address}rate/", {"score": "good"}).status_code == 302
    assert api.as_("cyd").post(path, asked).json()["satisfaction_rating"]["comment"] == "Quick"
    assert api.as_("ana").get("/satisfaction_ratings").status_code == 403
    (one,) = api.as_("ada").get("/satisfaction_ratings?score=good_with_comment").json()["satisfaction_ratings"]
    assert (one["ticket_id"], one["requester_id"]) == (ticket.pk, cast.users["cyd"].pk)
    assert api.as_("ada").get("/satisfaction_ratings/count").json()["count"]["value"] == 1
    ticket.refresh_from_db()
    assert ticket.status == "solved"
