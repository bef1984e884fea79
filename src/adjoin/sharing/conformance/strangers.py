"""What a peer must do for those it has no agreement with, and how it takes an invitation."""

from __future__ import annotations

import time
from typing import Any

from adjoin.kernel import ids
from adjoin.sharing.conformance.peer import Peer
from adjoin.sharing.conformance.report import Outcome

NAME = "Adjoin conformance check"
REFUSED = {401, 403}
NOT_HERE = "It answers 404 to everything. Is the address whole, with its path?"


def try_doors(peer: Peer) -> bool:
    """Ask without a key, and with a wrong one. False when there is nobody at all, or nobody who shares."""
    uuid = ids.new_secret()
    shown = peer.ask("GET", f"/agreements/{uuid}", token="")
    if shown.status == 0:
        peer.report.add("Somebody answers at the address", Outcome.BROKEN, shown.words)
        return False
    peer.report.add("Somebody answers at the address", Outcome.WORKS)
    wrong = f"{uuid}:{ids.new_secret()}"
    updated = peer.ask("PUT", f"/tickets/{ids.new_secret()}", {"status": "open"}, token=wrong)
    shared = peer.ask("POST", f"/tickets/{ids.new_secret()}", {"subject": NAME}, token="")
    if {shown.status, updated.status, shared.status} == {404}:
        peer.report.add("It is the address of a help desk that shares", Outcome.BROKEN, NOT_HERE)
        return False
    peer.expect("An agreement is not shown without a key", shown, {401}, bearable={403, 404})
    peer.expect("A wrong key is refused", updated, REFUSED, bearable={404})
    peer.expect("A ticket without a key is refused", shared, {401}, bearable={403, 404, 422})
    return True


def try_bad_invitations(peer: Peer, sender_url: str) -> None:
    """Invitations nobody should take. A peer that refuses them keeps nothing."""
    uuid = ids.new_secret()
    heard = peer.ask("POST", f"/agreements/{uuid}", b"{", token="")
    peer.expect("A body that is no JSON is refused", heard, {422}, bearable={404, 500})
    other = _invitation(peer.url, sender_url, ids.new_secret(), ids.new_secret())
    heard = peer.ask("POST", f"/agreements/{uuid}", other, token="")
    peer.expect("An invitation whose uuid is not the one in its address is refused", heard, {422}, bearable={403, 404})


def invite(peer: Peer, sender_url: str) -> str:
    """Invite the peer, as Zendesk's client does it; gives back the token, or "" when it was not taken."""
    uuid, key = ids.new_secret(), ids.new_secret()
    body = _invitation(peer.url, sender_url, uuid, key)
    heard = peer.ask("POST", f"/agreements/{uuid}", body, token="", version=None)
    if heard.status in (401, 412):  # a peer by the letter of the RFC
        with_token = peer.ask("POST", f"/agreements/{uuid}", body, token=f"{uuid}:{key}")
        if with_token.status in (200, 201):
            why = f"It asks for token and version, which Zendesk's client does not send ({heard.status})"
            peer.report.add("An invitation is taken", Outcome.ODD, why)
            return f"{uuid}:{key}"
    if not peer.expect("An invitation is taken", heard, {201}, bearable={200, 202, 204}):
        return ""
    heard = peer.ask("POST", f"/agreements/{uuid}", body, token=f"{uuid}:{key}")
    peer.expect("The same invitation again changes nothing", heard, {200, 201}, bearable={422})
    return f"{uuid}:{key}"


def try_before_answer(peer: Peer, token: str) -> None:
    """Before the invitation is accepted no ticket may pass."""
    uuid = ids.new_secret()
    heard = peer.ask("POST", f"/tickets/{uuid}", {"uuid": uuid, "subject": NAME, "comments": []}, token=token)
    peer.expect("No ticket passes before the invitation is accepted", heard, {403}, bearable={401, 404, 422})


def wait_for_answer(peer: Peer, token: str, seconds: float) -> bool:
    """Whether an admin of the peer accepts within that time, as far as the peer tells who asks it."""
    path = f"/agreements/{token.partition(':')[0]}"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = peer.ask("GET", path, token=token).data or {}
        if found.get("status") == "accepted":
            return True
        time.sleep(1)
    return False


def end(peer: Peer, token: str) -> None:
    """Take the invitation back, so that nothing of ours stays open there."""
    body = {"uuid": token.partition(":")[0], "status": "inactive", "deactivated_by": "sender"}
    heard = peer.ask("PUT", f"/agreements/{body['uuid']}", body, token=token)
    peer.expect("An agreement can be ended", heard, {200}, bearable={201, 204})
    heard = peer.ask("PUT", f"/agreements/{body['uuid']}", {**body, "status": "accepted"}, token=token)
    peer.expect("An ended agreement stays ended", heard, {422}, bearable={401, 403, 404, 410})


def _invitation(receiver_url: str, sender_url: str, uuid: str, key: str) -> dict[str, Any]:
    return {
        "receiver_url": receiver_url,
        "sender_url": sender_url,
        "status": "pending",
        "uuid": uuid,
        "access_key": key,
        "name": NAME,
        "current_actor": {"uuid": ids.new_secret(), "name": NAME, "role": "agent"},
        "sync_tags": True,
        "sync_custom_fields": False,
        "allows_public_comments": True,
    }
