"""How people hear of tickets: a list of their own, digests, muted tickets, and no more mails than anybody can read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from adjoin.brands import actions as brand_actions
from adjoin.channels.models import OutgoingMail
from adjoin.knowledge.actions import comments
from adjoin.knowledge.tests.conftest import Books
from adjoin.notifications import actions, queries, tasks
from adjoin.notifications.models import Digest, News
from adjoin.notifications.tests.test_notifications import mails_to
from adjoin.people import actions as people
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Ticket


@pytest.fixture
def anas(cast: Cast) -> Ticket:
    """A ticket of ana's, of which she has heard nothing yet."""
    ticket = cast.ticket(assignee_id=cast.users["ana"].pk)
    run_jobs()
    OutgoingMail.objects.all().delete()
    News.objects.all().delete()
    return ticket


def test_an_agent_finds_what_a_rule_told_in_a_list_until_it_is_read(cast: Cast, anas: Ticket) -> None:
    cast.update("cyd", anas, say="Any news?")
    run_jobs()
    ana = cast.actor("ana")
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user("ana"))
    page = client.get("/agent/notifications/").content.decode()
    assert (anas.subject in page, "(1 unread)" in page, "Notify assignee of comment update" in page) == (True,) * 3
    one = queries.news(ana).get()
    assert client.get(f"/agent/notifications/{one.pk}/").headers["Location"] == f"/agent/tickets/{anas.pk}/"
    assert queries.unread_count(ana) == 0
    assert len(mails_to("ana")) == 1
    brand_actions.set_brands_of(user=cast.users["ana"], brands=[cast.outdoor], now=NOW)
    assert anas.subject not in client.get("/agent/notifications/").content.decode()
    assert client.get(f"/agent/notifications/{one.pk}/").status_code == 404


def test_a_muted_ticket_is_silent_until_it_is_not(cast: Cast, anas: Ticket) -> None:
    actions.mute(actor=cast.actor("ana"), ticket_id=anas.pk, now=NOW)
    cast.update("cyd", anas, say="Any news?")
    run_jobs()
    assert (mails_to("ana"), News.objects.count()) == ([], 0)
    actions.unmute(actor=cast.actor("ana"), ticket_id=anas.pk)
    cast.update("cyd", anas, say="Hello?")
    run_jobs()
    assert len(mails_to("ana")) == 1


def test_a_digest_says_once_what_would_have_been_many_mails_and_only_what_may_be_read(cast: Cast, anas: Ticket) -> None:
    ana = cast.actor("ana")
    actions.choose_digest(actor=ana, digest=Digest.DAILY, now=NOW)
    hidden = cast.ticket(assignee_id=cast.users["ana"].pk, subject="A kettle of somebody else's")
    run_jobs()
    for words in ("First question.", "Second question."):
        cast.update("cyd", anas, say=words)
    run_jobs()
    assert mails_to("ana") == []
    cast.update("ada", hidden, assignee_id=None, brand_id=cast.outdoor.pk)
    brand_actions.set_brands_of(user=cast.users["ana"], brands=[cast.home], now=NOW)
    morning = NOW.replace(hour=tasks.MORNING) + timedelta(days=1)
    tasks.gather_due(morning - timedelta(hours=1))
    assert mails_to("ana") == []
    tasks.gather_due(morning)
    tasks.gather_due(morning + timedelta(minutes=1))
    [mail] = mails_to("ana")
    assert [words for words in ("First question.", "Second question.") if words not in mail.text_body] == []
    assert "somebody else's" not in mail.text_body + mail.html_body


def test_comments_that_wait_are_told_to_those_who_approve_them(cast: Cast) -> None:
    ada, cyd = cast.actor("ada"), cast.actor("cyd")
    comments.choose_policy(actor=ada, brand=cast.home, policy="held", now=NOW)
    article = Books(cast).article()
    actions.choose_digest(actor=ada, digest=Digest.HOURLY, now=NOW)
    actions.choose_digest(actor=cast.actor("ana"), digest=Digest.HOURLY, now=NOW)
    later = NOW + timedelta(minutes=1)
    words: dict[str, Any] = {"body": "It worked.", "locale": "en", "now": later}
    row = comments.write_comment(actor=cyd, brand=cast.home, article_id=article.pk, **words)
    assert (queries.unread_count(ada), queries.unread_count(cast.actor("ana"))) == (1, 0)
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.users["ada"])
    assert f"1 comment waits for approval in {cast.home.name}" in client.get("/agent/notifications/").content.decode()
    for hour in (1, 2):  # told once
        tasks.gather_due(NOW + timedelta(hours=hour))
    [mail] = mails_to("ada")
    assert "1 comment waits" in mail.subject
    assert "/agent/knowledge/comments/?brand=" in mail.text_body
    assert mails_to("ana") == []
    comments.moderate(actor=ada, brand=cast.home, comment_id=row.pk, state="shown", now=later)
    assert queries.unread_count(ada) == 0


def test_nobody_gets_more_mails_about_a_ticket_than_they_can_read(
    cast: Cast, anas: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MAILS_MAX", 2)
    for number in range(4):
        cast.update("ana", anas, say=f"Answer {number}")
    run_jobs()
    assert len(mails_to("cyd")) == 2


def test_mails_wear_the_words_of_their_brand_and_the_signature_of_who_wrote(cast: Cast, anas: Ticket) -> None:
    people.update_user(user=cast.users["ana"], now=NOW, signature="Ana, kettles and pots")
    brand_actions.change_brand(
        brand=cast.home, now=NOW, mail_header="Hello from {{brand.name}}", mail_footer="Acme Ltd, Kettle Row 1"
    )
    cast.update("ana", anas, say="Have you tried a tent?")
    run_jobs()
    [mail] = mails_to("cyd")
    assert mail.text_body.startswith(f"Hello from {cast.home.name}\n")
    for words in ("Have you tried a tent?", "Ana, kettles and pots", "Acme Ltd, Kettle Row 1"):
        assert (words in mail.text_body, words in mail.html_body) == (True, True)


def test_end_users_gather_or_silence_what_is_not_theirs_and_hear_of_each_brand_apart(cast: Cast, anas: Ticket) -> None:
    dee = cast.users["dee"]
    own = cast.ticket("dee", brand_id=cast.outdoor.pk, subject="Dees tent")
    copied, lost = (cast.ticket(ccs=[dee.pk], subject=words) for words in ("Cyds kettle", "Lost to dee"))
    run_jobs()
    OutgoingMail.objects.all().delete()
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user("dee"))
    assert "Those you are copied on" in client.get("/hc/en/mail/").content.decode()
    assert client.post("/hc/en/mail/", {"digest": "hourly"}).status_code == 422
    assert client.post("/hc/en/mail/", {"digest": "daily", "others": "daily"}).status_code == 302
    for ticket in (own, copied, lost):
        cast.update("ana", ticket, say=f"Answer to {ticket.subject}")
    cast.update("ana", copied, note="between us")
    run_jobs()
    assert mails_to("dee") == []
    cast.update("ana", lost, ccs=[])
    run_jobs()
    tasks.gather_due(datetime.now(UTC).replace(hour=tasks.MORNING) + timedelta(days=2))
    by_name = {mail.subject[1:].partition("]")[0]: mail.text_body for mail in mails_to("dee")}
    assert set(by_name) == {cast.home.name, cast.outdoor.name}
    assert "Answer to Cyds kettle" in by_name[cast.home.name]
    assert "Answer to Dees tent" in by_name[cast.outdoor.name]
    assert [
        word for word in ("Dees tent", "Lost to dee", "between us", "/agent/") if word in by_name[cast.home.name]
    ] == []
    client.post("/hc/en/mail/", {"digest": "", "others": "none"})
    for ticket in (own, copied):
        cast.update("ana", ticket, say="One more thing")
    run_jobs()
    assert [mail.ticket_id for mail in mails_to("dee") if "One more thing" in mail.text_body] == [own.pk]
