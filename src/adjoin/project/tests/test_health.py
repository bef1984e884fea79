from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from adjoin.project import schemas


@pytest.mark.parametrize("host", ["localhost", "acme.localhost", "elsewhere.example"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_whoever_watches_is_answered_on_every_host(host: str, path: str, db: None, client: Client) -> None:
    assert client.get(path, headers={"host": host}).status_code == 200


def test_without_its_database_the_desk_lives_but_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[str]:
        raise OperationalError("connection refused")

    monkeypatch.setattr(schemas, "missing_migrations", fail)
    assert client.get("/healthz", headers={"host": "acme.localhost"}).status_code == 200
    answer = client.get("/readyz", headers={"host": "acme.localhost"})
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "reason": "The database does not answer."}


def test_a_database_that_is_behind_is_not_ready(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_on_disk", lambda: frozenset({"tickets.9999_from_the_future"}))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "1 migrations are missing: run adjoin migrate.")


def test_requests_are_counted_by_route_not_by_address(db: None, client: Client) -> None:
    client.get("/healthz")
    client.generic("BREW", "/healthz")
    text = client.get("/metrics").text
    assert 'adjoin_requests_total{method="GET",route="healthz",status="200"}' in text
    assert 'method="other"' in text
    assert 'adjoin_jobs{state="todo"}' in text


def test_the_database_of_tests_has_every_migration(db: None) -> None:
    assert schemas.missing_migrations() == []
    assert schemas.missing_migrations("desk_acme") == []
