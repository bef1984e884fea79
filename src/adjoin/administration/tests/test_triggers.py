"""The pages of triggers, without script: adding a line sends the form, mistakes stand beside their line."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from adjoin.audit_log import sentences
from adjoin.audit_log.models import Entry
from adjoin.rules import actions
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket

Page = Any
LINES = {
    "title": "Kettles first",
    "is_active": "on",
    "all-count": "1",
    "all-0-shown": "subject_includes_word",
    "all-0-field": "subject_includes_word",
    "all-0-operator": "includes",
    "all-0-value-0": "kettle",
    "any-count": "0",
    "actions-count": "1",
    "actions-0-shown": "priority",
    "actions-0-field": "priority",
    "actions-0-value-0": "urgent",
}


@pytest.fixture
def ada(cast: Cast) -> Client:
    return _browser(cast, "ada")


def _browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
    return client


def test_a_trigger_is_built_line_by_line_and_acts(cast: Cast, ada: Client) -> None:
    page = ada.post("/admin/triggers/new/", {**LINES, "do": "add-any"})
    assert b'name="any-0-field"' in page.content
    chosen = ada.post("/admin/triggers/new/", {**LINES, "all-0-field": "status", "do": "refresh"}).content.decode()
    assert '<option value="hold">On hold</option>' in chosen  # the values of the field that was chosen
    assert "kettle" not in chosen  # which were another's
    assert not Trigger.objects.filter(title="Kettles first").exists()
    made = ada.post("/admin/triggers/new/", {**LINES, "do": "save"}, follow=True)
    assert "Kettles first is there" in made.content.decode()
    assert cast.ticket().priority == "urgent"
    trigger = Trigger.objects.get(title="Kettles first")
    ada.post(f"/admin/triggers/{trigger.pk}/", {**LINES, "actions-0-value-0": "low", "do": "save"})
    assert cast.ticket().priority == "low"
    first, second = Entry.objects.filter(kind="trigger", subject_id=trigger.pk).order_by("pk")
    assert "Subject text includes at least one of kettle" in " ".join(map(str, sentences.changes(first)))
    assert sentences.did(second).endswith("Priority: Urgent → Priority: Low")


def test_a_mistake_stands_beside_its_line_and_what_was_typed_is_kept(cast: Cast, ada: Client) -> None:
    broken = {**LINES, "actions-0-field": "cc", "actions-0-shown": "cc", "actions-0-value-0": "nobody@x.example"}
    refused = ada.post("/admin/triggers/new/", {**broken, "do": "save"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Action 1: No person is called nobody@x.example" in page
    assert 'id="actions-0-error"' in page
    assert 'value="nobody@x.example"' in page


def test_a_mail_keeps_its_three_parts(cast: Cast, ada: Client) -> None:
    mail = {f"actions-0-value-{at}": words for at, words in enumerate(("requester_id", "Hello", "We {{ticket.id}}"))}
    lines = {**LINES, "actions-0-field": "notification_user", "actions-0-shown": "notification_user", **mail}
    ada.post("/admin/triggers/new/", {**lines, "do": "save"})
    trigger = Trigger.objects.get(title="Kettles first")
    assert trigger.actions == [{"field": "notification_user", "value": ["requester_id", "Hello", "We {{ticket.id}}"]}]
    assert "We {{ticket.id}}" in ada.get(f"/admin/triggers/{trigger.pk}/").content.decode()


def test_the_page_warns_of_a_wall_and_shows_what_fell_back(cast: Cast, ada: Client) -> None:
    ben = str(cast.users["ben"].pk)
    lines = {**LINES, "actions-0-field": "assignee_id", "actions-0-shown": "assignee_id", "actions-0-value-0": ben}
    page = ada.post("/admin/triggers/new/", {**lines, "do": "save"}, follow=True).content.decode()
    assert f"Ben Example does not work for {cast.home.name}" in page
    assert "Could meet a wall" in ada.get("/admin/triggers/").content.decode()
    ticket = cast.ticket()
    page = ada.get(f"/admin/triggers/{Trigger.objects.get(title='Kettles first').pk}/").content.decode()
    assert "What did not go as it says" in page
    assert f'href="/agent/tickets/{ticket.pk}/"' in page


def test_trying_a_rule_tells_what_it_would_do_and_saves_nothing(cast: Cast, ada: Client) -> None:
    ticket = cast.ticket()
    tried = ada.post("/admin/triggers/new/", {**LINES, "do": "try", "ticket": f"#{ticket.pk}", "moment": "filed"})
    page = tried.content.decode()
    assert (tried.status_code, f"It would act on #{ticket.pk}." in page) == (200, True)
    assert "Priority: Urgent" in page
    ticket.refresh_from_db()
    assert ticket.priority is None
    assert not Trigger.objects.filter(title="Kettles first").exists()
    other = ada.post("/admin/triggers/new/", {**LINES, "all-0-value-0": "tent", "do": "try", "ticket": str(ticket.pk)})
    assert f"It would leave #{ticket.pk} alone." in other.content.decode()
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    late = ada.post("/admin/triggers/new/", {**LINES, "do": "try", "ticket": str(ticket.pk), "moment": "now"})
    assert f"#{ticket.pk} is closed: no rule looks at it any more" in late.content.decode()
    missing = ada.post("/admin/triggers/new/", {**LINES, "do": "try", "ticket": "987654"})
    assert "There is no ticket 987654 that you read." in missing.content.decode()


def test_triggers_are_moved_switched_and_deleted(cast: Cast, ada: Client) -> None:
    first, second, *_ = Trigger.objects.in_order()
    ada.post(f"/admin/triggers/{second.pk}/move/", {"to": "earlier"})
    assert list(Trigger.objects.in_order())[:2] == [second, first]
    ada.post(f"/admin/triggers/{first.pk}/switch/")
    assert not Trigger.objects.get(pk=first.pk).is_active
    assert "Delete" in ada.get(f"/admin/triggers/{first.pk}/delete/").content.decode()
    ada.post(f"/admin/triggers/{first.pk}/delete/")
    assert not Trigger.objects.filter(pk=first.pk).exists()


def test_the_trace_says_which_fired_and_which_line_kept_the_others_from_it(cast: Cast, ada: Client) -> None:
    Trigger.objects.all().delete()
    for title, word in (("Fires", "kettle"), ("Does not", "tent")):
        row = {"field": "subject_includes_word", "operator": "includes", "value": word}
        actions.create_trigger(
            actor=cast.actor("ada"),
            title=title,
            conditions={"all": [row]},
            actions=[{"field": "current_tags", "value": "seen"}],
            now=NOW,
        )
    ticket = cast.ticket()
    page = ada.get(f"/agent/tickets/{ticket.pk}/rules/").content.decode()
    assert "Set tags: seen" in page
    assert "condition 1 did not hold: Subject text includes at least one of tent" in page
    assert page.index("Fires") < page.index("1 looked and did nothing") < page.index("Does not")
    assert "What rules did here" in ada.get(f"/agent/tickets/{ticket.pk}/").content.decode()
    assert _browser(cast, "ana").get(f"/agent/tickets/{ticket.pk}/rules/").status_code == 404
    assert _browser(cast, "ana").get("/admin/triggers/").status_code == 404
