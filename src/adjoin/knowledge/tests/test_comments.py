"""What readers say below articles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from adjoin.kernel.errors import DeskError, NotAllowed, TooMany
from adjoin.knowledge import access
from adjoin.knowledge.actions import articles, comments
from adjoin.knowledge.api import schemas
from adjoin.knowledge.models import Article, ReaderComment
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

HOST = {"host": "acme.localhost"}
HC = "/help_center"


def say(cast: Cast, who: str, article: Article, body: str = "It works <b>well</b>", minutes: int = 0) -> ReaderComment:
    how: dict[str, Any] = {
        "article_id": article.pk,
        "body": body,
        "locale": "en",
        "now": NOW + timedelta(minutes=minutes),
    }
    return comments.write_comment(actor=cast.actor(who), brand=cast.home, **how)


def choose(cast: Cast, policy: str) -> None:
    comments.choose_policy(actor=cast.actor("ada"), brand=cast.home, policy=policy, now=NOW)


def seen(cast: Cast, who: str) -> int:
    return access.readable_comments(cast.actor(who), cast.home).count()


def test_a_first_comment_waits_and_the_next_ones_do_not(cast: Cast, books: Books) -> None:
    article = books.article()
    with pytest.raises(NotAllowed):
        say(cast, "cyd", article)
    choose(cast, "new_held")
    first = say(cast, "cyd", article)
    assert [seen(cast, who) for who in ("cyd", "eli", "ana", "ada", "anonymous")] == [1, 0, 0, 1, 0]
    with pytest.raises(NotAllowed):
        comments.moderate(actor=cast.actor("ana"), brand=cast.home, comment_id=first.pk, state="shown", now=NOW)
    comments.moderate(actor=cast.actor("ada"), brand=cast.home, comment_id=first.pk, state="shown", now=NOW)
    say(cast, "cyd", article, minutes=1)
    assert [seen(cast, who) for who in ("eli", "anonymous")] == [2, 2]
    with pytest.raises(NotAllowed):
        comments.delete_comment(actor=cast.actor("eli"), brand=cast.home, comment_id=first.pk)
    comments.moderate(actor=cast.actor("ada"), brand=cast.home, comment_id=first.pk, state="hidden", now=NOW)
    assert [seen(cast, who) for who in ("cyd", "ada")] == [1, 2]
    articles.change_article(actor=cast.actor("ada"), article=article, comments_disabled=True, now=NOW)
    with pytest.raises(NotAllowed):
        say(cast, "cyd", article, minutes=2)
    choose(cast, "off")
    assert seen(cast, "ada") == 0


def test_nobody_floods_an_article(cast: Cast, books: Books) -> None:
    article = books.article()
    choose(cast, "open")
    for minute in range(5):
        say(cast, "cyd", article, minutes=minute)
    with pytest.raises(TooMany):
        say(cast, "cyd", article, minutes=6)
    say(cast, "eli", article, minutes=6)
    say(cast, "cyd", article, minutes=16)
    with pytest.raises(DeskError):
        say(cast, "eli", article, " \n ", minutes=17)


def test_deleting_comments_does_not_allow_more_of_them(cast: Cast, books: Books) -> None:
    article = books.article()
    choose(cast, "open")

    def say_and_delete(minutes: int) -> None:
        row = say(cast, "cyd", article, minutes=minutes)
        comments.delete_comment(actor=cast.actor("cyd"), brand=cast.home, comment_id=row.pk)

    for minute in range(5):
        say_and_delete(minute)
    with pytest.raises(TooMany):
        say_and_delete(5)
    for more in range(1, 36):
        say_and_delete(10 * more)
    with pytest.raises(TooMany):
        say_and_delete(360)


def test_pages_take_show_and_moderate_comments(cast: Cast, books: Books) -> None:
    article = books.article()
    choose(cast, "held")
    cyd, ada = Client(headers=HOST), Client(headers=HOST)
    cyd.force_login(cast.users["cyd"])
    ada.force_login(cast.users["ada"])
    assert cyd.post(f"/hc/en/articles/{article.pk}/comments/", {"body": ""}).status_code == 422
    page = cyd.post(f"/hc/en/articles/{article.pk}/comments/", {"body": "<i>Soak</i> it"}, follow=True)
    assert "Waits for approval" in page.content.decode()
    assert "&lt;i&gt;Soak" in page.content.decode()
    waiting = ada.get("/agent/knowledge/comments/").content.decode()
    assert "Soak" in waiting
    row = ReaderComment.objects.get()
    assert ada.post(f"/agent/knowledge/comments/{row.pk}/", {"do": "shown"}).status_code == 302
    assert "Soak" in Client(headers=HOST).get(f"/hc/en/articles/{article.pk}-x/").content.decode()
    assert cyd.post(f"/hc/en/articles/{article.pk}/comments/{row.pk}/", {"do": "delete"}).status_code == 302
    assert not ReaderComment.objects.exists()


def test_comments_have_their_places_in_the_api(api: Caller, cast: Cast, books: Books) -> None:
    article = books.article()
    choose(cast, "open")
    place = f"{HC}/articles/{article.pk}/comments"
    assert api.post(place, {"comment": {"body": "x"}}).status_code == 401
    made = api.as_("cyd").post(place, {"comment": {"body": "<p>Soak<script>x</script></p>", "locale": "en"}})
    said = made.json()["comment"]
    assert (made.status_code, said["body"], said["state"]) == (201, "<p>Soak</p>", "shown")
    assert set(said) <= set(schemas.CommentJson.model_fields)
    assert api.get(f"{HC}/en/articles/{article.pk}/comments").json()["count"] == 1
    one = f"{place}/{said['id']}"
    assert api.as_("eli").put(one, {"comment": {"body": "Mine"}}).status_code == 403
    assert api.as_("ada").put(one, {"comment": {"state": "hidden"}}).json()["comment"]["state"] == "hidden"
    assert api.as_("cyd").get(one).status_code == 404
    assert api.as_("ada").delete(one).status_code == 204
