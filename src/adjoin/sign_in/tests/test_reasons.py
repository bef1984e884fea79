"""Admins read why a provider was not believed; who was turned away does not."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from django.test import Client

from adjoin.help_center.tests.conftest import ACME, Visit
from adjoin.sign_in import reasons
from adjoin.sign_in.models import Provider
from adjoin.sign_in.tests.test_signed_tokens import post, provider, signed
from adjoin.testing.cast import Cast

__all__ = ["provider"]
NAMES = {"Refused", "NotBelieved"}


def said() -> set[str]:
    """Every reason that is written in the code."""
    found = set()
    for file in Path(reasons.__file__).parent.rglob("*.py"):
        if "tests" not in file.parts:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
                    has_words = any(keyword.arg == "words" for keyword in node.keywords)
                    if isinstance(node.args[0], ast.Constant) and not has_words:
                        found.add(str(node.args[0].value))
    return found


def test_every_reason_has_words() -> None:
    assert len(said()) > 40
    assert [reason for reason in said() if reasons.told(reason) == reason] == []
    assert reasons.told("saml: not signed") == reasons.told("not signed") != "not signed"
    assert "access_denied" in reasons.told("provider says access_denied")


def test_an_admin_reads_why_somebody_was_turned_away(cast: Cast, visit: Visit, provider: Provider) -> None:
    Provider.objects.update(makes_people=False)
    answer: Any = post(signed(email="nobody@elsewhere.example"))[0]
    assert "makes no people" not in answer.content.decode()
    assert "makes no people" in page(cast, provider)
    assert "crée personne" in page(cast, provider, "fr")
    assert "nobody@elsewhere.example" in page(cast, provider)
    post(signed("t" * 64))
    newest, _, older = page(cast, provider).partition("makes no people")
    assert "is not signed with the secret" in newest
    assert "is not signed with the secret" not in older
    assert "<details>" not in older
    for number in range(4):
        post(signed(email=f"{number}@elsewhere.example"))
    shown, _, folded = page(cast, provider).partition("3 more</summary>")
    assert [f"{number}@elsewhere" in shown for number in range(4)] == [False, True, True, True]
    assert [f"{number}@elsewhere" in folded for number in range(4)] == [True, False, False, False]


def page(cast: Cast, provider: Provider, language: str = "en") -> str:
    """What Ada reads on the provider's page."""
    client = Client(headers={"host": ACME, "accept-language": language})
    client.force_login(cast.users["ada"])
    answer: Any = client.get(f"/admin/sign-in/providers/{provider.pk}/")
    return str(answer.content.decode())
