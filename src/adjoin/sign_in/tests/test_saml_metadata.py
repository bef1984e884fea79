"""A SAML provider's metadata: over, out of reach, with the next certificate beside the old one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from adjoin.adapters import http
from adjoin.help_center.tests.conftest import ACME, Visit, words_of
from adjoin.sign_in import refreshing
from adjoin.sign_in.models import Provider
from adjoin.sign_in.saml import keys
from adjoin.sign_in.tests.saml_provider import SamlProvider
from adjoin.sign_in.tests.test_saml import come, idp, made, provider
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

__all__ = ["idp", "made", "provider"]
PLACE = "https://idp.example/metadata"
Answers = Callable[[Any], None]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, provider: Provider) -> Answers:
    """Says what stands at the address of the metadata: a text, a status, or nothing that answers."""
    monkeypatch.setattr(keys, "ensure", lambda now: None)
    Provider.objects.update(metadata_url=PLACE, metadata_read_at=NOW)
    there: list[Any] = []

    class Fake:
        def send(self, request: http.Request, **how: Any) -> http.Answer:
            if isinstance(there[-1], Exception):
                raise there[-1]
            is_status = isinstance(there[-1], int)
            return http.Answer(there[-1] if is_status else 200, {}, b"" if is_status else there[-1].encode())

    monkeypatch.setattr(http, "client", Fake)
    return there.append


def page(cast: Cast, path: str = "") -> str:
    """What Ada reads of the one provider, or elsewhere in the settings of signing in."""
    ada = Client(headers={"host": ACME})
    ada.force_login(cast.users["ada"])
    return words_of(ada.get(f"/admin/sign-in/{path or f'providers/{Provider.objects.get().pk}/'}"))


def over(metadata: str, on: str = "EntityDescriptor ", until: str = "2020-01-01T00:00:00Z") -> str:
    return metadata.replace(f"<{on}", f'<{on.strip()} validUntil="{until}" ', 1)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (http.NoAnswer("idp.example does not answer.", should_retry=True), "idp.example does not answer."),
        (503, "it answers 503"),
        ("It works!", "It cannot be read."),
        ("<html/>", "It describes no identity provider."),
        (over(SamlProvider().metadata), "It says itself that it is over (validUntil)."),
        (over(SamlProvider().metadata, "IDPSSODescriptor "), "It says itself that it is over (validUntil)."),
    ],
    ids=["down", "broken", "no XML", "another page", "over", "over inside"],
)
def test_metadata_that_is_not_to_be_had_is_told_and_people_still_come_in(
    cast: Cast, visit: Visit, idp: SamlProvider, provider: Provider, answers: Answers, there: Any, words: str
) -> None:
    answers(there)
    refreshing.all_due(NOW)
    assert words in page(cast)
    assert "Metadata not taken" in page(cast, "?")
    assert come(visit(), idp, provider).status_code == 302
    answers(over(idp.metadata, until="2099-01-01T00:00:00Z"))
    refreshing.all_due(NOW)
    assert words not in page(cast)
    assert "Metadata not taken" not in page(cast, "?")


def test_one_who_does_not_answer_can_still_be_changed(cast: Cast, provider: Provider, answers: Answers) -> None:
    answers(503)
    ada = Client(headers={"host": ACME})
    ada.force_login(cast.users["ada"])
    form = {"name": "Example SSO", "metadata_url": PLACE}
    place = f"/admin/sign-in/providers/{provider.pk}/"
    assert ada.post(place, form).status_code == 302
    provider.refresh_from_db()
    assert (provider.is_active, provider.login_url) == (False, "https://idp.example/sso")
    assert ada.post(place, {**form, "metadata_url": f"{PLACE}/new"}).status_code == 422
    answers(SamlProvider().metadata)
    Provider.objects.update(metadata_problem="It was down.")
    assert ada.post(place, {**form, "metadata_url": f"{PLACE}/new"}).status_code == 302
    provider.refresh_from_db()
    assert (provider.metadata_problem, provider.metadata_url) == ("", f"{PLACE}/new")


def test_metadata_that_is_over_is_not_taken_in_the_first_place(cast: Cast) -> None:
    ada = Client(headers={"host": ACME})
    ada.force_login(cast.users["ada"])
    form = {"name": "Example SSO", "metadata": over(SamlProvider().metadata)}
    answer = ada.post("/admin/sign-in/providers/new/saml/", form)
    assert (answer.status_code, "it is over (validUntil)" in answer.content.decode()) == (422, True)


def test_the_next_certificate_stands_beside_the_old_one_until_the_old_one_goes(
    cast: Cast, visit: Visit, idp: SamlProvider, provider: Provider, answers: Answers
) -> None:
    following = SamlProvider()
    following.server = idp.server
    old, new = (one.metadata for one in (idp, following))
    key = "</KeyDescriptor>"
    both = old.replace(key, key + new[new.index("<KeyDescriptor") : new.index(key)] + key)

    def come_with(one: SamlProvider) -> int:
        return int(come(visit(), one, Provider.objects.get(pk=provider.pk)).status_code)

    assert (come_with(idp), come_with(following)) == (302, 403)
    for document, statuses in ((both, (302, 302)), (new, (403, 302))):
        answers(document)
        refreshing.all_due(NOW)
        assert (come_with(idp), come_with(following)) == statuses
    assert "signed with a key that we do not know" in page(cast)


def test_a_certificate_that_has_ended_is_pointed_out_and_still_believed(
    cast: Cast, visit: Visit, idp: SamlProvider, provider: Provider, answers: Answers
) -> None:
    assert "All of its certificates have ended" not in page(cast)
    ended = SamlProvider(days=-1)
    ended.server = idp.server
    answers(ended.metadata)
    refreshing.all_due(NOW)
    assert "All of its certificates have ended" in page(cast)
    assert come(visit(), ended, Provider.objects.get()).status_code == 302
