"""What the sign-in page offers."""

from __future__ import annotations

from dataclasses import dataclass

from adjoin.sign_in import policy
from adjoin.sign_in.models import Provider
from adjoin.sign_in.terms import Kind, Method


@dataclass(frozen=True)
class Ways:
    """The ways that are open to anybody here. Providers of signed tokens have a button where they have a page."""

    password: bool
    link: bool
    passkey: bool
    providers: list[Provider]


def offered() -> Ways:
    """The ways in of this account. Two queries."""
    row = policy.current()
    return Ways(
        password=policy.is_offered(row, Method.PASSWORD),
        link=policy.is_offered(row, Method.LINK),
        passkey=policy.is_offered(row, Method.PASSKEY),
        providers=[one for one in Provider.objects.filter(is_active=True).order_by("name", "pk") if _has_button(one)],
    )


def closed_sides() -> set[str]:
    """`team` and `end_user`, each where nothing of ours is open to them and no provider signs them in. Two queries."""
    row, rows = policy.current(), list(Provider.objects.filter(is_active=True))
    is_open = {"team": any(one.for_team for one in rows), "end_user": any(one.for_end_users for one in rows)}
    methods = (Method.PASSWORD, Method.LINK, Method.PASSKEY)
    return {
        side
        for side, has_provider in is_open.items()
        if not has_provider and not any(getattr(row, f"{side}_{method}") for method in methods)
    }


def _has_button(provider: Provider) -> bool:
    return (provider.for_team or provider.for_end_users) and (provider.kind != Kind.JWT or bool(provider.login_url))
