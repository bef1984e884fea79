"""What the engine promises of many triggers: those that cannot match cost little, and changed ones hold at once."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from adjoin.rules import actions, compiled, traces, writes
from adjoin.rules.kinds import TRIGGER
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Audit

ASKING = [  # of the database, were they asked
    ("description_includes_word", "includes", "refund"),
    ("in_business_hours", "is", "true"),
    ("requester_role", "is", "4"),
]


def trigger(cast: Cast, *lines: tuple[str, str, Any], tag: str = "no") -> Trigger:
    return actions.create_trigger(
        actor=cast.actor("ada"),
        title="Test",
        conditions={"all": [{"field": f, "operator": o, "value": v} for f, o, v in lines], "any": []},
        actions=[{"field": "current_tags", "value": tag}],
        now=NOW,
    )


def statements_of_an_update(cast: Cast, note: str) -> int:
    ticket = cast.ticket()
    with CaptureQueriesContext(connection) as asked:
        cast.update("ana", ticket, note=note)
    return len(asked)


def test_triggers_that_cannot_match_ask_the_database_nothing_and_their_traces_say_why(cast: Cast) -> None:
    statements_of_an_update(cast, "Once, so that what is kept is there.")
    before = statements_of_an_update(cast, "Without them.")
    made = [trigger(cast, line, ("update_type", "is", "Create"), ("priority", "is", "urgent")) for line in ASKING]
    made.append(trigger(cast, ("comment_includes_word", "includes", "refund"), ("type", "is", "problem")))
    statements_of_an_update(cast, "Once, so that they are made ready.")
    assert statements_of_an_update(cast, "With them.") == before
    found = traces.read(Audit.objects.latest("pk").metadata)
    assert [found[one.pk] for one in made] == ["2", "2", "2", "2"]


def test_a_question_to_the_database_is_asked_once_for_all_triggers(cast: Cast) -> None:
    trigger(cast, ("description_includes_word", "includes", "refund"))
    statements_of_an_update(cast, "One asks.")
    one = statements_of_an_update(cast, "One asks.")
    for word in ("return", "label", "kettle"):
        trigger(cast, ("description_includes_word", "not_includes", word), ("update_type", "is", "Change"), tag=word)
    many = [statements_of_an_update(cast, "Four ask.") for _ in range(2)][-1]
    assert many <= one + 2  # the ticket has other tags


def test_what_somebody_changes_of_triggers_holds_for_the_next_update_and_what_is_rolled_back_never(cast: Cast) -> None:
    made = trigger(cast, ("update_type", "is", "Create"), tag="first")
    assert cast.ticket().tags == ["first"]
    with transaction.atomic():
        writes.update(
            TRIGGER,
            actor=cast.actor("ada"),
            rule_id=made.pk,
            now=NOW,
            actions=[{"field": "current_tags", "value": "x"}],
        )
        assert cast.ticket().tags == ["x"]
        transaction.set_rollback(True)
    assert cast.ticket().tags == ["first"]
    Trigger.objects.filter(pk=made.pk).update(actions=[{"field": "current_tags", "value": "second"}])
    assert cast.ticket().tags == ["second"]
    made.delete()
    assert cast.ticket().tags == []


def test_triggers_are_read_again_only_after_a_change_whichever_process_made_it(cast: Cast) -> None:
    trigger(cast, ("update_type", "is", "Create"))
    ready = compiled.triggers()
    assert compiled.triggers() is ready
    with connection.cursor() as cursor:  # as any other process would, past Django
        cursor.execute("UPDATE rules_triggercategory SET position = position + 1")
        assert compiled.triggers() is not ready
        cursor.execute("DELETE FROM desk_settings_edition")  # as in an account that was made by something older
    assert [one.pk for one in compiled.triggers()] == [one.pk for one in ready]
    assert compiled.triggers() is not compiled.triggers()
