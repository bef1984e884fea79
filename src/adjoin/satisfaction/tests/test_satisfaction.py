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
    assert letter.from_email == f"{cast.home.name} <{cast.home.support_address}>"
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
    cast.update("ada", ticket, status="closed")
    assert (visitor.get(link[1]).status_code, queries.of(ticket.pk)) == (410, rating)
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


def test_reasons_are_the_accounts_own_and_ratings_keep_the_words_they_were_given_in(cast: Cast, api: Caller) -> None:
    ticket = cast.ticket(requester="cyd", brand_id=cast.home.pk)
    cast.update("ana", ticket, status="solved")
    ada, cyd = (Client(headers={"host": HOST}) for _ in range(2))
    ada.force_login(cast.user("ada"))
    cyd.force_login(cast.user("cyd"))
    page, request = "/admin/ratings/", f"/hc/en/requests/{ticket.pk}/"
    kept = {"reason-5": "It took too long", "reason-100": "Something else"}
    assert ada.post(page, {**kept, "new-1": "Too dear"}).status_code == 302
    assert ada.post(page, {**kept, "new-1": "something else"}).status_code == 422
    offered = api.as_("cyd").get("/satisfaction_reasons").json()["reasons"]
    assert [(one["reason_code"], one["value"]) for one in offered[1:]] == [
        (5, "It took too long"),
        (100, "Something else"),
        (1000, "Too dear"),
    ]
    rated = {"satisfaction_rating": {"score": "bad", "reason_code": 6}}
    assert api.as_("cyd").post(f"/tickets/{ticket.pk}/satisfaction_rating", rated).status_code == 422
    assert cyd.post(f"{request}rate/", {"score": "bad", "reason": "1000"}).status_code == 302
    assert ada.post(page, {"reason-5": "Slow", "reason-1000": "Costs too much"}).status_code == 302
    assert api.as_("ada").get("/satisfaction_ratings").json()["satisfaction_ratings"][0]["reason"] == "Too dear"
    assert ada.post(page, {}).status_code == 302
    assert "There are none" in ada.get(page).content.decode()
    assert 'name="reason"' in cyd.get(request).content.decode()  # which is the rating's own
    assert cyd.post(f"{request}rate/", {"score": "good"}).status_code == 302
    assert 'name="reason"' not in cyd.get(request).content.decode()
    assert api.as_("cyd").get("/satisfaction_reasons/1000").json()["reason"]["deleted_at"] is not None
    ana = Client(headers={"host": HOST})
    ana.force_login(cast.user("ana"))
    assert ana.get(page).status_code == 404


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
