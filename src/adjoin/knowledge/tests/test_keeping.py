"""Keeping articles: what they begin with, whether they are still true, how often they are read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adjoin.channels.models import OutgoingMail
from adjoin.kernel.errors import Invalid
from adjoin.knowledge import counting, verifying_news
from adjoin.knowledge.actions import verifying
from adjoin.knowledge.models import Article, ArticleReading, ArticleReadings, ArticleTemplate
from adjoin.knowledge.tests.conftest import Books
from adjoin.notifications import article_news
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

HOST = {"host": "acme.localhost"}
BROWSER = "Mozilla/5.0 (Linux; Android 14; CUBOT) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
ROBOTS = ("", "curl/8.5.0", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client(headers=HOST)
    client.force_login(cast.users["ada"])
    return client


def test_an_article_begins_with_a_template_of_ones_own(ada: Client, books: Books) -> None:
    assert ArticleTemplate.objects.count() == 3
    ada.post("/agent/knowledge/templates/new/", {"name": "Notice", "body": "<h2>What</h2><script>x</script>"})
    row = ArticleTemplate.objects.get(name="Notice")
    assert row.body == "<h2>What</h2>"
    assert ada.post("/agent/knowledge/templates/new/", {"name": "notice"}).status_code == 422
    page = ada.get("/agent/knowledge/articles/new/", {"template": row.pk}).content.decode()
    assert "&lt;h2&gt;What&lt;/h2&gt;" in page
    ada.post(f"/agent/knowledge/templates/{row.pk}/delete/")
    assert "Notice" not in ada.get("/agent/knowledge/templates/").content.decode()


def test_owners_are_told_once_of_what_is_to_be_looked_at_again(ada: Client, books: Books, cast: Cast) -> None:
    article, actor = books.article(), cast.actor("ada")
    with pytest.raises(Invalid):  # ana writes no articles
        verifying.choose(actor=actor, article=article, owner_id=cast.users["ana"].pk, every_months=6, now=NOW)
    row = verifying.choose(actor=actor, article=article, owner_id=actor.user_id, every_months=6, now=NOW)
    assert row.verify_on is not None
    later = NOW + timedelta(days=200)
    assert [rows[0].title for _, rows in verifying_news.due(later)] == ["Descale your kettle"]
    Article.objects.update(verify_on=date(2026, 1, 1))
    article_news.remind_owners()
    article_news.remind_owners()
    assert "Descale your kettle" in OutgoingMail.objects.get(message_id__contains=".verify-").text_body
    assert "Descale your kettle" in ada.get("/agent/knowledge/", {"state": "due"}).content.decode()
    ada.post(f"/agent/knowledge/articles/{article.pk}/verify/")
    assert "Descale your kettle" not in ada.get("/agent/knowledge/", {"state": "due"}).content.decode()
    row = Article.objects.get()
    assert (row.verified_by_id, row.reminded_at) == (actor.user_id, None)
    assert row.verify_on is not None
    assert row.verify_on > date(2026, 1, 1)


def test_the_thirty_first_of_august_and_six_months_are_the_end_of_february(books: Books, cast: Cast) -> None:
    article = books.article()
    Article.objects.filter(pk=article.pk).update(verified_at=NOW.replace(year=2026, month=8, day=31))
    row = verifying.choose(actor=cast.actor("ada"), article=article, owner_id=None, every_months=6, now=NOW)
    assert row.verify_on == date(2027, 2, 28)


def test_readings_are_counted_by_day_without_anybody_in_them(ada: Client, books: Books) -> None:
    article = books.article()
    page = f"/hc/en/articles/{article.pk}-descale-your-kettle/"
    for program in (BROWSER, BROWSER, *ROBOTS):
        Client(headers={**HOST, "user-agent": program}).get(page)
    ada.get(page, headers={"user-agent": BROWSER})  # an agent
    assert ArticleReading.objects.count() == 2
    today = ArticleReading.objects.values_list("read_on", flat=True)[0]
    ArticleReading.objects.create(article_id=987654321, read_on=today)  # gone since
    counting.gather(NOW)
    ArticleReading.objects.create(article_id=article.pk, read_on=today)
    counting.gather(NOW)
    assert list(ArticleReadings.objects.values_list("read_on", "times")) == [(today, 3)]
    assert not ArticleReading.objects.exists()
    assert counting.lately(article.pk, today) == 3
    books.article("Nobody reads it")
    ArticleReadings.objects.update(read_on=timezone.now().date())  # as the list of the page below reckons
    listed = ada.get("/agent/knowledge/", {"sort": "read"}).content.decode()
    assert listed.index("Descale your kettle") < listed.index("Nobody reads it")


def test_what_keeps_articles_true_is_in_the_api_for_those_who_look_after_them(ada: Client, books: Books) -> None:
    article = books.article()
    ArticleReadings.objects.create(article=article, read_on=timezone.now().date(), times=3)
    path = f"/api/v2/help_center/articles/{article.pk}"

    def put(**asked: object) -> dict[str, object]:
        answer = ada.put(path, {"article": asked}, content_type="application/json")
        return dict(answer.json()["article"])

    said = put(owner_id=books.ada.user_id, verify_every_months=6)
    assert (said["owner_id"], said["verify_every_months"], said["times_read_lately"]) == (books.ada.user_id, 6, 3)
    assert put(verified=True)["verified_by_id"] == books.ada.user_id
    assert put(verify_every_months=None, promoted=True)["verify_on"] is None
    assert ada.put(path, {"article": {"owner_id": "x"}}, content_type="application/json").status_code == 422
    assert "owner_id" not in Client(headers=HOST).get(path).json()["article"]
