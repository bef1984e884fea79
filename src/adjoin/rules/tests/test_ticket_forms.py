"""Rules that ask for the form of a ticket and give it one."""

from __future__ import annotations

from adjoin.access.actors import Actor
from adjoin.fields import actions as fields
from adjoin.fields.models import TicketForm
from adjoin.rules import registry
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.tickets.changes import Change
from adjoin.tickets.models import Ticket


def test_a_ticket_without_a_form_of_its_own_has_the_default_one_in_memory_and_in_sql(cast: Cast) -> None:
    tents = fields.create_form(name="Tents", now=NOW)
    default = TicketForm.objects.get(is_default=True)
    known = [cast.ticket(ticket_form_id=tents.pk).pk, cast.ticket().pk, cast.ticket().pk]
    Ticket.objects.filter(pk=known[2]).update(ticket_form=None)
    condition, rows = registry.conditions["ticket_form_id"], Ticket.objects.filter(pk__in=known)
    assert condition.sql is not None
    for operator in condition.filter_operators:
        for form, expected in ((tents, known[:1]), (default, known[1:])):
            value = condition.check(form.pk)
            by_sql = set(rows.filter(condition.sql(Actor.system(), operator, value)).values_list("pk", flat=True))
            changes = (Change(ticket=row, actor=Actor.system(), now=NOW, via=WEB, is_create=False) for row in rows)
            assert by_sql == {one.ticket.pk for one in changes if condition.matches(one, operator, value)}
            assert (by_sql == set(expected)) is (operator == "is")


def test_a_trigger_gives_a_form_until_that_is_gone(api: Caller, cast: Cast) -> None:
    tents = fields.create_form(name="Tents", now=NOW)
    to_tents = {
        "title": "Tents",
        "conditions": {"all": [{"field": "current_tags", "operator": "includes", "value": "tent"}]},
        "actions": [{"field": "ticket_form_id", "value": str(tents.pk)}],
    }
    heard = {
        "title": "Heard",
        "conditions": {"all": [{"field": "ticket_form_id", "operator": "value", "value": str(tents.pk)}]},
        "actions": [{"field": "current_tags", "value": "formed"}],
    }
    for body in (to_tents, heard):
        assert api.as_("ada").post("/triggers", {"trigger": body}).status_code == 201
    ticket = cast.update("ana", cast.ticket(), tags=["tent"])
    assert (ticket.ticket_form_id, ticket.tags) == (tents.pk, ["formed", "tent"])
    fields.delete_form(form=tents, now=NOW)
    assert not Trigger.objects.filter(title__in=("Tents", "Heard"), is_active=True).exists()
    macro = {"title": "Back", "actions": [{"field": "ticket_form_id", "value": "default_ticket_form"}]}
    made = api.as_("ada").post("/macros", {"macro": macro}).json()["macro"]
    result = api.as_("ana").get(f"/macros/{made['id']}/apply").json()["result"]["ticket"]
    assert result["ticket_form_id"] == TicketForm.objects.get(is_default=True).pk
