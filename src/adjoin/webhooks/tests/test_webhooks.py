"""Webhooks: who is told what, how often, and what is not told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

import pytest
from django.db.models import TextField
from django.db.models.functions import Cast as Cast_

from adjoin.adapters import http
from adjoin.adapters.http import Answer, Request
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.people import actions as people
from adjoin.people.terms import Role
from adjoin.rules import actions as rules
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets import actions as tickets
from adjoin.tickets import redacting
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel
from adjoin.webhooks import actions, calling, queueing
from adjoin.webhooks.models import Attempt, Call, Webhook
from adjoin.webhooks.terms import event

WEB = Via(Channel.WEB)
URL = "https://hooks.example/in"
BODY = (
    '{"id": {{ticket.id}}, "title": "{{ticket.title}}", "said": "{{ticket.latest_comment}}", '
    '"by": "{{ticket.requester}}", "all": "{{ticket.comments_formatted}}"}'
)


@dataclass
class Receiver:
    """The port `HttpClient`, as a program that listens. `answers` are given in turn, then 200."""

    asked: list[Request] = field(default_factory=list)
    answers: list[Answer | http.NoAnswer] = field(default_factory=list)

    def send(self, request: Request, *, into: IO[bytes] | None = None) -> Answer:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else Answer(200, {}, b"thanks")
        if isinstance(answer, http.NoAnswer):
            raise answer
        return answer

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(one.body) for one in self.asked]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    before = http.use(found)
    yield found
    http.use(before)


def hook(cast: Cast, **fields: Any) -> Webhook:
    return actions.create(actor=cast.actor("ada"), now=NOW, **{"name": "Kettles", "endpoint": URL, **fields})


def calls(cast: Cast, webhook: Webhook, body: Any = BODY) -> Trigger:
    every = {"all": [{"field": "status", "operator": "less_than", "value": "closed"}]}
    does = [{"field": "notification_webhook", "value": [webhook.ulid, body]}]
    return rules.create_trigger(actor=cast.actor("ada"), title="Tell", conditions=every, actions=does, now=NOW)


def say(cast: Cast, ticket: Ticket, words: str, *, is_public: bool = True, at: datetime = NOW) -> None:
    comment = NewComment(body=words, is_public=is_public)
    tickets.update(actor=cast.actor("ada"), ticket_id=ticket.pk, now=at, via=WEB, comment=comment)


def test_a_trigger_calls_once_and_signed_with_what_was_typed_in_its_place(cast: Cast, receiver: Receiver) -> None:
    webhook = hook(cast, auth={"type": "bearer_token", "data": {"token": "sesame"}}, custom_headers={"X-Desk": "acme"})
    calls(cast, webhook)
    ticket = cast.ticket(subject='Say "{{ticket.id}}"')
    run_jobs()
    run_jobs()
    (request,) = receiver.asked
    assert receiver.bodies[0]["title"] == 'Say "{{ticket.id}}"'
    headers = request.headers
    signed = headers["X-Zendesk-Webhook-Signature-Timestamp"].encode() + request.body
    digest = hmac.new(webhook.signing_secret.encode(), signed, hashlib.sha256).digest()
    assert headers["X-Zendesk-Webhook-Signature"] == base64.b64encode(digest).decode()
    call = Call.objects.get()
    assert (call.state, call.ticket_id, headers["X-Zendesk-Webhook-Invocation-Id"]) == (
        "succeeded",
        ticket.pk,
        call.ulid,
    )
    assert (headers["Authorization"], headers["X-Desk"]) == ("Bearer sesame", "acme")
    kept = Attempt.objects.get()
    assert (kept.headers["Authorization"], kept.headers["X-Desk"], kept.answer) == ("•••", "•••", "thanks")
    raw = Webhook.objects.values_list(Cast_("auth_data", TextField()), flat=True)[0]
    assert "sesame" not in str(raw)


def test_private_notes_leave_only_where_an_admin_says_so(cast: Cast, receiver: Receiver) -> None:
    quiet, told = hook(cast), hook(cast, carries_notes=True)
    asked = {"events": [event("comment_added")]}
    quiet_events, told_events = hook(cast, **asked), hook(cast, **asked, carries_notes=True)
    ticket = cast.ticket()
    calls(cast, quiet), calls(cast, told)
    say(cast, ticket, "a secret of ours", is_public=False)
    run_jobs()
    heard = {one.headers["X-Zendesk-Webhook-Id"] for one in receiver.asked if b"a secret of ours" in one.body}
    assert heard == {told.ulid, told_events.ulid}
    assert quiet_events.calls.count() == 1  # of what the ticket was filed with
    role = people.create_role(name="Plumber", configuration={"ticket_access": "all", "manage_webhooks": True}, now=NOW)
    cast.add("sam", Role.AGENT, custom_role=role)
    with pytest.raises(NotAllowed, match="Only admins"):
        actions.update(actor=cast.actor("sam"), ulid=quiet.ulid, now=NOW, carries_notes=True)
    with pytest.raises(NotAllowed, match="elsewhere"):
        actions.update(actor=cast.actor("sam"), ulid=told.ulid, now=NOW, endpoint="https://other.example/")


def test_events_say_what_was_and_what_is(cast: Cast, receiver: Receiver) -> None:
    names = ("created", "status_changed", "tags_changed", "soft_deleted")
    webhook = hook(cast, events=[event(name) for name in names])
    ticket = cast.ticket()
    tickets.update(actor=cast.actor("ada"), ticket_id=ticket.pk, now=NOW, via=WEB, status="pending", tags=["kettle"])
    tickets.delete(actor=cast.actor("ada"), ticket_id=ticket.pk, now=NOW)
    run_jobs()
    told = {one["type"].rpartition(".")[2]: one for one in receiver.bodies}
    assert list(told) == list(names)
    assert told["status_changed"]["event"] == {"current": "PENDING", "previous": "NEW"}
    assert told["tags_changed"]["event"] == {"tags_added": ["kettle"], "tags_removed": []}
    assert (told["created"]["subject"], told["created"]["detail"]["id"]) == (f"zen:ticket:{ticket.pk}", str(ticket.pk))
    assert webhook.calls.filter(state="succeeded").count() == 4


def test_what_may_work_later_is_tried_again_in_order_and_under_the_same_id(cast: Cast, receiver: Receiver) -> None:
    hook(cast, events=[event("comment_added")])
    ticket = cast.ticket()
    run_jobs()
    receiver.asked.clear()
    receiver.answers = [Answer(409, {}), http.NoAnswer("It broke off.", should_retry=True)]
    say(cast, ticket, "first")
    say(cast, ticket, "second")
    clock = iter(NOW + timedelta(minutes=number) for number in range(100))
    for _ in range(3):
        calling.drain(Webhook.objects.get().pk, ticket.pk, lambda: next(clock))
    said = [one["event"]["comment"]["body"] for one in receiver.bodies]
    assert said == ["first", "first", "first", "second"]
    assert len({one.headers["X-Zendesk-Webhook-Invocation-Id"] for one in receiver.asked}) == 2
    first = Call.objects.order_by("pk")[1]
    assert (first.state, first.tries, first.attempts.count()) == ("succeeded", 3, 3)


def test_a_refusal_is_not_repeated_and_a_dead_endpoint_is_left_in_peace(cast: Cast, receiver: Receiver) -> None:
    webhook = hook(cast, events=[event("subject_changed")])
    ticket = cast.ticket()
    receiver.answers = [Answer(404, {"retry-after": "1"})] * calling.BREAKS_AFTER
    for number in range(calling.BREAKS_AFTER + 1):
        tickets.update(actor=cast.actor("ada"), ticket_id=ticket.pk, now=NOW, via=WEB, subject=f"Kettle {number}")
    calling.drain(webhook.pk, ticket.pk, lambda: NOW)
    assert len(receiver.asked) == calling.BREAKS_AFTER
    assert calling.due_queues(NOW + timedelta(seconds=59)) == []
    assert calling.due_queues(NOW + timedelta(seconds=60)) == [(webhook.pk, ticket.pk)]
    calling.drain(webhook.pk, ticket.pk, lambda: NOW + timedelta(seconds=60))
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.paused_until) == (0, None)
    assert list(webhook.calls.values_list("state", flat=True)).count("failed") == calling.BREAKS_AFTER


def test_words_taken_out_of_a_ticket_are_taken_out_of_the_log(cast: Cast, receiver: Receiver) -> None:
    hook(cast, events=[event("comment_added")])
    ticket = cast.ticket()
    say(cast, ticket, "my card is 4111")
    run_jobs()
    comment = ticket.comments.get(body__contains="4111")
    where: Any = {"ticket_id": ticket.pk, "comment_id": comment.pk, "words": ["4111"], "even_closed": False}
    redacting.redact_words(actor=cast.actor("ada"), via=WEB, now=NOW, **where)
    assert not Call.objects.filter(payload__contains="4111").exists()


def test_a_webhook_that_answers_itself_is_stopped(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adjoin.webhooks import queueing

    monkeypatch.setattr(queueing, "LOOP_MAX", 3)
    hook(cast, events=[event("comment_added")])
    ticket = cast.ticket()
    for number in range(5):
        say(cast, ticket, f"again {number}")
    run_jobs()
    assert len(receiver.asked) == 3
    assert Call.objects.filter(state="terminated", says__contains="loop").count() == 3


def test_a_rule_is_switched_off_when_its_webhook_goes(cast: Cast, receiver: Receiver) -> None:
    webhook = hook(cast)
    trigger = calls(cast, webhook)
    actions.delete(actor=cast.actor("ada"), ulid=webhook.ulid, now=NOW)
    trigger.refresh_from_db()
    assert (trigger.is_active, "No webhook" in trigger.notice) == (False, True)
    assert cast.ticket().status == "new"


@pytest.mark.parametrize(
    "fields",
    [
        {"endpoint": "http://hooks.example/in"},
        {"endpoint": "https://me:secret@hooks.example/in"},
        {"endpoint": "file:///etc/passwd"},
        {"events": ["zen:event-type:ticket.nonsense"]},
        {"events": [event("created")], "http_method": "GET"},
        {"custom_headers": {"Host": "other"}},
        {"custom_headers": {"X-A": "b\r\nX-C: d"}},
        {"auth": {"type": "basic_auth", "data": {"username": "me"}}},
    ],
    ids=str,
)
def test_what_cannot_work_or_is_not_safe_is_refused(cast: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        hook(cast, **fields)


def test_forms_and_parameters_are_names_with_values(cast: Cast, receiver: Receiver) -> None:
    form, get = hook(cast, request_format="form_encoded"), hook(cast, http_method="GET", endpoint=f"{URL}?a=b")
    calls(cast, form, [["t", "{{ticket.title}}"]]), calls(cast, get, "t={{ticket.title}}")
    cast.ticket(subject="A & B=C")
    run_jobs()
    assert (receiver.asked[0].body, receiver.asked[1].url) == (b"t=A+%26+B%3DC", f"{URL}?a=b&t=A+%26+B%3DC")


def test_people_organizations_and_articles_are_told_of_too_and_a_loop_ends(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [event("created", "user"), event("name_changed", "user"), event("deleted", "user")]
    asked += [event("tags_changed", "organization"), event("published", "article")]
    hook(cast, events=asked), hook(cast, events=[event("created")])
    person = people.create_user(name="Zoe", email="zoe@example.com", now=NOW)
    people.update_user(user=person, name="Zora", phone="1", now=NOW)
    organization = people.create_organization(name="Tent Club", now=NOW)
    people.update_organization(organization=organization, tags=["gold"], now=NOW)
    people.delete_user(user=person, now=NOW)
    run_jobs()
    told = [(one["type"].removeprefix("zen:event-type:"), one["subject"], one["event"]) for one in receiver.bodies]
    assert told == [
        ("user.created", f"zen:user:{person.pk}", {}),
        ("user.name_changed", f"zen:user:{person.pk}", {"current": "Zora", "previous": "Zoe"}),
        (
            "organization.tags_changed",
            f"zen:organization:{organization.pk}",
            {"added": {"tags": ["gold"]}, "removed": {"tags": []}},
        ),
        ("user.deleted", f"zen:user:{person.pk}", {}),
    ]
    monkeypatch.setattr(queueing, "LOOP_MAX", 2)
    other = people.create_user(name="A", email="a@example.com", now=NOW)
    for number in range(3):
        people.update_user(user=other, name=f"A{number}", now=NOW)
    assert Call.objects.filter(state="terminated").count() == 2
