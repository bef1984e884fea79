"""A field that lists people by their addresses, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from adjoin.people.models import User


class PeopleField(forms.CharField):
    """Addresses with commas between, as `<token-field>` sends them."""

    def __init__(self, **how: Any) -> None:
        super().__init__(required=False, max_length=100_000, **how)


def written(people: Iterable[User]) -> str:
    """People as the field shows them; who has no address is not shown, and stays."""
    return ", ".join(sorted(person.email for person in people if person.email))


def addresses(words: str) -> set[str]:
    """The addresses in what was typed."""
    return {word.strip().lower() for word in words.split(",") if word.strip()}


def moved(shown: str, chosen: str) -> tuple[set[str], set[str]]:
    """The addresses that came and those that went, by what was on the screen: nobody else is ever taken away."""
    before, after = addresses(shown), addresses(chosen)
    return after - before, before - after
