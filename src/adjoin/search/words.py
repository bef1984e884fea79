"""Text as PostgreSQL looks for it: whole words or their beginnings, in any case."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery

from adjoin.search.grammar import Term


def query(term: Term) -> SearchQuery | None:
    """What to look for; None when there is nothing in it to look for (only dashes and such)."""
    value = term.value.rstrip("*")
    if not any(character.isalnum() for character in value):
        return None
    if term.is_phrase:
        return SearchQuery(value, config="simple", search_type="phrase")
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return SearchQuery(f"'{escaped}':*", config="simple", search_type="raw")
