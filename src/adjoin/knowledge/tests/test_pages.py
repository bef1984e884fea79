"""Writing articles in the workspace, and who is in a segment, as the settings say it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from adjoin.knowledge import access, membership
from adjoin.knowledge.actions import segments
from adjoin.knowledge.models import Article, Revision, Section, UserSegment
from adjoin.knowledge.tests.conftest import Books
from adjoin.people.models import Organization, User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

HOST = {"host": "acme.localhost"}


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client(headers=HOST)
    client.force_login(cast.users["ada"])
    return client


def said(books: Books, **more: Any) -> dict[str, Any]:
    return {"title": "Clean a pot", "body": "<p>Salt.</p>", "section": books.section.pk, "labels": "pots", **more}


def test_an_article_is_written_published_changed_and_brought_back(ada: Client, books: Books, cast: Cast) -> None:
    refused = ada.post("/agent/knowledge/articles/new/", said(books, do="publish"))
    assert refused.status_code == 422
    assert b"Choose who reads it before it is published." in refused.content
    assert not Article.objects.exists()
    made = ada.post("/agent/knowledge/articles/new/", said(books, do="publish", audience="everybody"))
    article = Article.objects.get()
    assert made["Location"] == f"/agent/knowledge/articles/{article.pk}/en/"
    assert access.readable_articles(cast.actor("anonymous"), cast.home).exists()
    ada.post(made["Location"], said(books, body="<p>Soda.</p>", audience="everybody"))
    page = ada.get(f"{made['Location']}revisions/").content.decode()
    assert "<ins>Soda.</ins>" in page
    assert "<del>Salt.</del>" in page
    ada.post(f"{made['Location']}revisions/1/restore/")
    assert Revision.objects.get(number=3).body == "<p>Salt.</p>"
    assert "Clean a pot" in ada.get("/agent/knowledge/").content.decode()


def test_agents_who_do_not_write_articles_find_those_they_may_read(books: Books, cast: Cast) -> None:
    books.article()
    draft = books.article("Secret plans", is_draft=True)
    ana = Client(headers=HOST)
    ana.force_login(cast.users["ana"])
    page = ana.get("/agent/knowledge/").content.decode()
    assert "Descale your kettle" in page
    assert "Secret plans" not in page
    assert ana.get(f"/agent/knowledge/articles/{draft.pk}/en/").status_code == 404
    assert ana.get("/agent/knowledge/articles/new/").status_code == 404


def test_the_picker_says_what_the_requester_cannot_read(ada: Client, books: Books, cast: Cast) -> None:
    club = segments.create_segment(
        actor=books.ada, name="Eli", user_type="signed_in_users", added_user_ids=[cast.users["eli"].pk], now=NOW
    )
    books.article("Kettle for all")
    books.article("Kettle for Eli", segment_ids=[club.pk])
    ticket = cast.ticket("cyd", subject="My kettle")
    page = ada.get("/agent/knowledge/picker/", {"ticket": ticket.pk}).content.decode()
    assert page.count("data-insert=") == 2
    assert page.count("Not for the requester") == 1 + page.count('title="Not for the requester"')


def test_a_segment_says_who_comes_and_goes_before_it_changes(ada: Client, books: Books, cast: Cast) -> None:
    how = {"name": "Club", "user_type": "signed_in_users", "organizations": "Kettle Club"}
    ada.post("/admin/segments/new/", how)
    club = UserSegment.objects.get(name="Club")
    asked = ada.post(f"/admin/segments/{club.pk}/", {**how, "organizations": "", "people": "eli@example.com"})
    assert b"1 person comes in, 2 go" in asked.content
    assert b"In: Eli Example" in asked.content
    ada.post(f"/admin/segments/{club.pk}/", {**how, "organizations": "", "people": "eli@example.com", "sure": "1"})
    assert set(membership.people_in(UserSegment.objects.get(pk=club.pk))) == {cast.users["eli"]}


def test_who_is_in_a_segment_is_who_its_articles_let_in(books: Books, cast: Cast) -> None:
    Organization.objects.filter(pk=cast.organizations["Kettle Club"].pk).update(tags=["b2b"])
    User.objects.filter(pk__in=[cast.users["cyd"].pk, cast.users["eli"].pk]).update(tags=["gold", "eu"])
    User.objects.filter(pk=cast.users["ana"].pk).update(tags=["gold"])
    kettles, ana = cast.organizations["Kettle Club"].pk, cast.users["ana"].pk
    kinds: list[dict[str, Any]] = [
        {"tags": ["gold", "b2b"]},
        {"or_tags": ["b2b", "eu"]},
        {"tags": ["gold"], "organization_ids": [kettles]},
        {"tags": ["nobody's"], "added_user_ids": [ana]},
        {"user_type": "staff", "tags": ["gold"]},
        {"user_type": "staff", "group_ids": [cast.support.pk]},
    ]
    for number, how in enumerate(kinds):
        given: dict[str, Any] = {"user_type": "signed_in_users", "name": f"Segment {number}", **how}
        row = segments.create_segment(actor=books.ada, now=NOW, **given)
        counted = set(membership.people_in(row).values_list("pk", flat=True))
        assert counted == {user.pk for user in cast.users.values() if membership.is_in(row, user.pk)}, how


def test_who_comes_to_read_an_article_and_who_no_more_is_said_before_it_is_saved(
    ada: Client, books: Books, cast: Cast
) -> None:
    article, everybody = books.article(), cast.actor("anonymous")
    page = f"/agent/knowledge/articles/{article.pk}/en/"
    kept = said(books, audience="segments", segments=[books.staff_segment_id()], do="")
    asked = ada.post(page, kept).content.decode()
    assert "Nor does anybody who has not signed in." in asked
    assert "Cyd" in asked.partition("no more.")[2][:300]
    assert access.readable_articles(everybody, cast.home).exists()  # nothing is saved yet
    assert ada.post(page, {**kept, "sure": "1"}).status_code == 302
    assert not access.readable_articles(cast.actor("cyd"), cast.home).exists()
    shelf = f"/agent/knowledge/sections/{books.section.pk}/"
    kept = {"name": "Kettles", "segment": books.staff_segment_id(), "position": 0}
    assert "sure" in ada.post(shelf, kept).content.decode()
    assert Section.objects.get(pk=books.section.pk).segment is None
    assert ada.post(shelf, {**kept, "sure": "1"}).status_code == 302
    assert Section.objects.get(pk=books.section.pk).segment_id == books.staff_segment_id()


def test_a_moment_is_told_in_the_readers_language(ada: Client, books: Books) -> None:
    later = {"do": "schedule", "publish_at": "2099-12-24T10:00", "audience": "everybody"}
    made = ada.post("/agent/knowledge/articles/new/", said(books, **later), headers={"accept-language": "fr"})
    page = ada.get(made["Location"], headers={"accept-language": "fr"}).content.decode()
    assert "Publication automatique le 24 déc. 2099, 10:00 UTC." in page


def test_strangers_alone_are_told_of_in_a_whole_sentence(ada: Client, books: Books) -> None:
    signed_in = UserSegment.objects.get(is_built_in=True, user_type="signed_in_users").pk
    article = books.article()
    kept = said(books, audience="segments", segments=[signed_in], do="")
    asked = ada.post(f"/agent/knowledge/articles/{article.pk}/en/", kept).content.decode()
    assert "Nobody reads it any more who has not signed in." in asked
    assert "Nor does anybody" not in asked
