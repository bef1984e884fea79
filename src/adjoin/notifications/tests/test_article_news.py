"""Following articles and sections."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from adjoin.channels.models import OutgoingMail
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.knowledge.actions import articles, comments, following, texts
from adjoin.knowledge.models import Article, Subscription
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

HOST = {"host": "acme.localhost"}


@pytest.fixture
def books(cast: Cast) -> Books:
    return Books(cast)


def follow(cast: Cast, who: str, article: Article) -> Subscription:
    return following.follow_article(actor=cast.actor(who), brand=cast.home, article_id=article.pk, now=NOW)


def told() -> list[tuple[str, str]]:
    """Who was told of what since the last time, by mail."""
    run_jobs()
    rows = OutgoingMail.objects.filter(message_id__contains=".article-").order_by("pk")
    found = [(str(row.to_address).partition("@")[0], row.text_body.splitlines()[0]) for row in rows]
    rows.delete()
    return found


def test_followers_hear_of_what_they_may_read_until_they_stop(cast: Cast, books: Books) -> None:
    article, home, ada = books.article(), cast.home, cast.actor("ada")
    told()
    with pytest.raises(NotAllowed):
        follow(cast, "anonymous", article)
    hidden = books.article("Hidden", is_draft=True)
    with pytest.raises(NotFound):
        follow(cast, "cyd", hidden)
    for who in ("cyd", "eli", "ada"):
        follow(cast, who, article)
    texts.write(actor=ada, of=article, locale="en", body="<p>Use citric acid.</p>", now=NOW)
    assert told() == [("cyd", "An article you follow has changed."), ("eli", "An article you follow has changed.")]
    texts.write(actor=ada, of=article, locale="en", body="<p>Use citric acid!</p>", now=NOW)
    assert told() == []  # one mail of changes a day
    comments.choose_policy(actor=ada, brand=home, policy="open", now=NOW)
    say: dict[str, Any] = {"article_id": article.pk, "body": "Thanks", "locale": "en"}
    comments.write_comment(actor=cast.actor("cyd"), brand=home, now=NOW, **say)
    assert [who for who, _ in told()] == ["eli", "ada"]
    assert following.readable(cast.actor("eli"), home).count() == 1
    segment = books.staff_segment_id()
    articles.change_article(actor=ada, article=article, audience="segments", segment_ids=[segment], now=NOW)
    comments.write_comment(actor=cast.actor("ana"), brand=home, now=NOW, **say)
    assert [who for who, _ in told()] == ["ada"]
    assert following.readable(cast.actor("eli"), home).count() == 0


def test_whoever_follows_as_much_as_anybody_can_still_changes_how(
    cast: Cast, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "FOLLOWED_MAX", 1)
    how: dict[str, Any] = {"actor": cast.actor("cyd"), "brand": cast.home, "section_id": books.section.pk, "now": NOW}
    article = books.article()
    assert not following.follow_section(**how).include_comments
    assert following.follow_section(**how, include_comments=True).include_comments
    with pytest.raises(Invalid):
        follow(cast, "cyd", article)


def test_followers_of_a_section_hear_of_each_new_article_once(cast: Cast, books: Books) -> None:
    books.article()
    told()
    cyd, ada = cast.actor("cyd"), cast.actor("ada")
    following.follow_section(actor=cyd, brand=cast.home, section_id=books.section.pk, now=NOW)
    new = books.article("Clean a pot", is_draft=True)
    assert told() == []
    texts.publish(actor=ada, article=new, locale="en", now=NOW)
    assert told() == [("cyd", "There is a new article.")]
    texts.write(actor=ada, of=new, locale="en", is_draft=True, now=NOW)
    texts.publish(actor=ada, article=new, locale="en", now=NOW)
    assert told() == []


def test_a_mail_says_how_to_stop_and_the_list_shows_what_one_follows(cast: Cast, books: Books) -> None:
    article = books.article()
    client = Client(headers=HOST)
    client.force_login(cast.users["cyd"])
    client.post(f"/hc/en/articles/{article.pk}/follow/")
    client.post(f"/hc/en/sections/{books.section.pk}/follow/")
    page = client.get("/hc/en/following/").content.decode()
    assert "Descale your kettle" in page
    assert "Kettles" in page
    row = Subscription.objects.get(article=article)
    signed = f"/hc/unfollow/{following.token(row)}/"
    stranger = Client(headers=HOST)
    assert "Send me no more of them" in stranger.get(signed).content.decode()
    assert Subscription.objects.filter(pk=row.pk).exists()  # opening a link ends nothing
    assert stranger.post(signed).status_code == 200
    assert not Subscription.objects.filter(pk=row.pk).exists()
    assert stranger.get("/hc/unfollow/forged/").status_code == 404
    other = Subscription.objects.get(section=books.section)
    thief = Client(headers=HOST)
    thief.force_login(cast.users["eli"])
    assert thief.post(f"/hc/following/{other.pk}/stop/").status_code == 404
    client.post(f"/hc/following/{other.pk}/stop/")
    assert "You follow nothing yet" in client.get("/hc/en/following/").content.decode()
    texts.write(actor=cast.actor("ada"), of=article, locale="en", body="<p>New</p>", now=NOW)
    follow(cast, "cyd", article)
    run_jobs()
    mail = OutgoingMail.objects.get(message_id__contains=".article-")
    assert re.search(r"/hc/unfollow/[\w:-]+/", mail.text_body)
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_subscriptions_have_their_places_in_the_api(api: Caller, books: Books) -> None:
    article, root = books.article(), "/help_center"
    cyd, place = api.as_("cyd"), f"{root}/articles/{article.pk}/subscriptions"
    made = cyd.post(place, {"subscription": {"locale": "en"}})
    row = made.json()["subscription"]
    assert (made.status_code, row["content_type"], row["content_id"]) == (201, "Article", article.pk)
    section = f"{root}/en/sections/{books.section.pk}/subscriptions"
    assert cyd.post(section, {"subscription": {"include_comments": True}}).json()["subscription"]["include_comments"]
    assert cyd.get(f"{root}/users/me/subscriptions").json()["count"] == 2
    assert api.as_("eli").get(place).json()["count"] == 0
    assert api.as_("eli").delete(f"{place}/{row['id']}").status_code == 404
    assert cyd.delete(f"{place}/{row['id']}").status_code == 204
