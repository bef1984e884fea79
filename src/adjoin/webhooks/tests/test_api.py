"""Webhooks over the API, in Zendesk's shapes."""

from __future__ import annotations

from typing import Any

from adjoin.adapters import http
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.webhooks import actions
from adjoin.webhooks.models import Webhook
from adjoin.webhooks.schemas import AttemptJson, CallJson
from adjoin.webhooks.terms import event
from adjoin.webhooks.tests.test_webhooks import Receiver

GIVEN: dict[str, Any] = {
    "name": "Kettles",
    "endpoint": "https://hooks.example/in",
    "http_method": "POST",
    "request_format": "json",
    "status": "active",
    "subscriptions": [event("created")],
    "authentication": {
        "type": "basic_auth",
        "data": {"username": "me", "password": "sesame"},
        "add_position": "header",
    },
}


def test_a_webhook_is_made_called_looked_at_changed_and_goes(api: Caller, cast: Cast) -> None:
    receiver, ada = Receiver(), api.as_("ada")
    before = http.use(receiver)
    made = ada.post("/webhooks", {"webhook": GIVEN})
    assert made.status_code == 201
    shown = made.json()["webhook"]
    address = f"/webhooks/{shown['id']}"
    assert shown["authentication"]["data"] == {"username": "me"}
    assert "sesame" not in ada.get(address).content.decode()
    secret = ada.get(f"{address}/signing_secret").json()["signing_secret"]
    assert ada.post(f"{address}/signing_secret").json()["signing_secret"]["secret"] != secret["secret"]
    cast.ticket()
    run_jobs()
    (call,) = ada.get(f"{address}/invocations").json()["invocations"]
    assert (list(call), call["status"]) == (list(CallJson.model_fields), "succeeded")
    (attempt,) = ada.get(f"{address}/invocations/{call['id']}/attempts").json()["attempts"]
    assert list(attempt) == list(AttemptJson.model_fields)
    assert {"key": "Authorization", "value": "•••"} in attempt["request"]["headers"]
    tried = ada.post(f"/webhooks/test?webhook_id={shown['id']}", {"request": {"payload": "{}"}})
    assert tried.json()["response"] == {"status": 200, "headers": [], "payload": "thanks"}
    elsewhere = {"request": {"endpoint": "https://x.example"}}
    assert ada.post(f"/webhooks/test?webhook_id={shown['id']}", elsewhere).status_code == 422
    http.use(before)
    assert ada.put(address, {"webhook": {**GIVEN, "name": "Pots", "authentication": None}}).status_code == 204
    row = Webhook.objects.get()
    assert (row.name, row.auth_type, row.auth_data) == ("Pots", "", "")
    assert ada.delete(address).status_code == 204
    assert (ada.get(address).status_code, api.as_("ana").get("/webhooks").status_code) == (404, 403)


def test_a_key_that_is_not_sent_again_stays(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    made = ada.post("/webhooks", {"webhook": {**GIVEN, "custom_headers": {"X-Key": "open"}}}).json()["webhook"]
    assert made["custom_headers"] == {"X-Key": "•••"}
    sent = {"name": "Pots", "custom_headers": made["custom_headers"], "authentication": made["authentication"]}
    actions.update(actor=cast.actor("ada"), ulid=made["id"], now=NOW, name="Pans")
    assert ada.client.patch(
        f"/api/v2/webhooks/{made['id']}", {"webhook": sent}, content_type="application/json", headers=ada.headers
    ).status_code == 204  # fmt: skip
    row = Webhook.objects.get()
    assert ("open" in row.custom_headers, "sesame" in row.auth_data, row.name) == (True, True, "Pots")
