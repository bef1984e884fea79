"""No index of these tables does what another does already: each costs every write."""

from __future__ import annotations

import pytest
from django.db import connection

# Whole indexes on plain columns whose columns another whole index of the table begins with, in the same order.
DOUBLES = """
SELECT one.indexrelid::regclass::text, other.indexrelid::regclass::text
  FROM pg_index one
  JOIN pg_index other ON other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
  JOIN pg_class held ON held.oid = one.indrelid
 WHERE held.relnamespace = current_schema()::regnamespace AND held.relname LIKE 'sharing\\_%%'
   AND NOT one.indisunique AND one.indpred IS NULL AND other.indpred IS NULL
   AND one.indexprs IS NULL AND other.indexprs IS NULL
   AND other.indkey::text || ' ' LIKE one.indkey::text || ' %%'
   AND other.indclass::text || ' ' LIKE one.indclass::text || ' %%'
"""


@pytest.mark.usefixtures("acme")
def test_no_index_of_sharing_begins_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(DOUBLES, [])
        assert cursor.fetchall() == []


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("agreementevent", "agreement_id"),
        ("delivery", "shared_ticket_id"),
        ("heldback", "agreement_id"),
        ("partnerfile", "comment_id"),
        ("partnerperson", "user_id"),
        ("receivedrequest", "agreement_id"),
        ("receivedrequest", "shared_ticket_id"),
        ("sharedcomment", "comment_id"),
        ("sharedcomment", "shared_ticket_id"),
        ("sharedticket", "agreement_id"),
        ("sharedticket", "ticket_id"),
    ],
)
def test_whoever_deletes_what_a_row_belongs_to_finds_it_by_an_index(table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT 1 FROM sharing_{table} WHERE {column} = 1")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Index Cond: ({column} = 1)" in plan
