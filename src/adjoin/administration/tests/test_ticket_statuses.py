"""The room for statuses of tickets, and the pages that offer and show them, without any script."""

from __future__ import annotations

from django.test import Client

from adjoin.fields.models import CustomStatus
from adjoin.testing.api import HOST
from adjoin.testing.cast import Cast


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": HOST})
    client.force_login(cast.user(name))
    return client


def labels(category: str) -> list[tuple[str, bool, bool]]:
    rows = CustomStatus.objects.filter(status_category=category).in_order()
    return list(rows.values_list("agent_label", "is_default", "is_active"))


def test_a_status_is_made_moved_made_the_default_and_taken_out_of_use(cast: Cast) -> None:
    ada, room = browser(cast, "ada"), "/admin/ticket-statuses/"
    assert browser(cast, "ana").get(room).status_code == 404
    told = {"status_category": "pending", "agent_label": "Waiting for parts", "end_user_label": "On its way"}
    assert ada.post(f"{room}new/", told).status_code == 302
    refused = ada.post(f"{room}new/", told)
    assert (refused.status_code, b"is already there" in refused.content) == (422, True)
    row = CustomStatus.objects.get(agent_label="Waiting for parts")
    ada.post(f"{room}move/", {"up": row.pk})
    ada.post(f"{room}{row.pk}/default/")
    assert labels("pending") == [("Waiting for parts", True, True), ("Pending", False, True)]
    kept = ada.post(f"{room}{row.pk}/use/", {"active": "no"}, follow=True)
    assert b"A default status stays in use" in kept.content
    standard = CustomStatus.objects.get(agent_label="Pending")
    ada.post(f"{room}{standard.pk}/use/", {"active": "no"})
    assert labels("pending")[1] == ("Pending", False, False)
    assert ada.post(f"{room}{row.pk}/", {"agent_label": "Parts"}).status_code == 302
    page = ada.get(room).content.decode()
    assert ("Not in use" in page, "Parts" in page) == (True, True)


def test_agents_answer_with_a_status_and_read_its_label_where_end_users_read_theirs(cast: Cast) -> None:
    ana, cyd, ticket = browser(cast, "ana"), browser(cast, "cyd"), cast.ticket()
    row = CustomStatus.objects.create(
        status_category="open",
        agent_label="In the lab",
        end_user_label="Being tested",
        created_at=ticket.created_at,
        updated_at=ticket.created_at,
    )
    address = f"/agent/tickets/{ticket.pk}/"
    page = ana.get(address).content.decode()
    assert 'class="menu__heading">Open<' in page
    assert f'name="status" value="{row.pk}"' in page
    ana.post(f"{address}comment/", {"mode": "reply", "body": "We look at it.", "status": str(row.pk)})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.custom_status_id) == ("open", row.pk)
    assert "Send as <span" in (page := ana.get(address).content.decode())
    assert ">In the lab</span>" in page
    assert f'<option value="{row.pk}" selected>In the lab</option>' in page
    listed = ana.get(f"/agent/tickets/?status={row.pk}").content.decode()
    assert "In the lab" in listed
    assert "Broken kettle" not in ana.get("/agent/tickets/?status=999").content.decode()
    seen = cyd.get(f"/hc/en/requests/{ticket.pk}/").content.decode() + cyd.get("/hc/en/requests/").content.decode()
    assert ("Being tested" in seen, "In the lab" in seen) == (True, False)
    # Back to the standard one of the same category, and on by a note that says nothing of it.
    ana.post(f"{address}comment/", {"mode": "note", "body": "Fine.", "status": "open"})
    ana.post(f"{address}comment/", {"mode": "note", "body": "Really.", "status": ""})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.custom_status_id) == ("open", None)
