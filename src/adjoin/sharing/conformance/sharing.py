"""What a peer must do with tickets under an agreement that is in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adjoin.kernel import ids
from adjoin.sharing.conformance.peer import Heard, Peer
from adjoin.sharing.conformance.report import Outcome
from adjoin.sharing.conformance.strangers import NAME

SUBJECT = "Adjoin conformance check: please ignore this ticket"
WORDS = "Written by a program that checks the sharing address. Größe und Façade: ✓"
RT = 'text/x-json; charset="UTF-8"'
NULLS = dict.fromkeys(
    ("subject", "requested_at", "status", "requester", "current_actor", "tags", "original_id", "custom_fields")
)


class Trial:
    """One test ticket at the peer, from its share to its end."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.uuid = ids.new_secret()
        self.person = {"uuid": ids.new_secret(), "name": NAME, "role": "agent"}
        self.said = [self._comment(WORDS)]

    def run(self) -> None:
        """Try everything; whatever happens, the ticket is taken back at the end."""
        if not self._share():
            return
        try:
            for step in self._steps():
                step()
        finally:
            self._unshare()

    def _steps(self) -> list[Callable[[], None]]:
        return [
            self._share_again,
            self._update_with_nulls,
            self._update_sparsely,
            self._other_content_types,
            self._doubled_slash,
            self._comment_twice,
            self._read_back,
            self._unknown_ticket,
            self._other_key,
        ]

    def _share(self) -> bool:
        heard = self._send("POST", self._ticket())
        return self.peer.expect("A ticket can be shared", heard, {201}, bearable={200, 202, 204})

    def _share_again(self) -> None:
        heard = self._send("POST", self._ticket())
        self.peer.expect("The same share again does no harm", heard, {200, 201}, bearable={204, 422})

    def _update_with_nulls(self) -> None:
        body: dict[str, Any] = {**NULLS, "uuid": self.uuid, "status": "pending", "comments": []}
        heard = self._send("PUT", body)
        self.peer.expect("An update with null for what it does not say is taken", heard, {200}, bearable={201, 204})

    def _update_sparsely(self) -> None:
        heard = self._send("PUT", {"status": "open"})
        self.peer.expect("An update with the changed key alone is taken", heard, {200}, bearable={201, 204})

    def _other_content_types(self) -> None:
        for content_type in ("application/json; charset=utf-8", RT):
            heard = self._send("PUT", {"uuid": self.uuid, "status": "open"}, content_type=content_type)
            self.peer.expect(f"An update as {content_type} is taken", heard, {200}, bearable={201, 204})

    def _doubled_slash(self) -> None:
        heard = self.peer.ask("PUT", f"//tickets/{self.uuid}", {"uuid": self.uuid, "status": "open"})
        self.peer.expect("A doubled slash in the address finds the ticket", heard, {200}, bearable={201, 204, 404})

    def _comment_twice(self) -> None:
        self.said.append(self._comment("The second comment, sent twice."))
        body = {"uuid": self.uuid, "comments": [self.said[-1]]}
        heard = [self._send("PUT", body), self._send("PUT", body)][-1]
        self.peer.expect("A comment that is sent twice is taken", heard, {200}, bearable={201, 204})

    def _read_back(self) -> None:
        what = "The ticket reads back as it was sent"
        heard = self._send("GET", None)
        found = heard.data
        if heard.status in (404, 405, 501) or found is None:
            why = f"The peer does not show tickets to those who ask ({heard.status})"
            self.peer.report.add(what, Outcome.SKIPPED, why)
            return
        wrong = self._differences(found)
        self.peer.report.add(what, Outcome.BROKEN if wrong else Outcome.WORKS, "; ".join(wrong))

    def _differences(self, found: dict[str, Any]) -> list[str]:
        wrong = [] if found.get("subject") == SUBJECT else ["the subject is another, or null has emptied it"]
        comments = found.get("comments")
        if not isinstance(comments, list):
            return wrong
        uuids = [one.get("uuid") for one in comments if isinstance(one, dict)]
        if any(uuids.count(one["uuid"]) > 1 for one in self.said):
            wrong.append("a comment that was sent twice stands there twice")
        if any(one["uuid"] not in uuids for one in self.said):
            wrong.append("a comment is missing")
        bodies = [one.get("body") for one in comments if isinstance(one, dict)]
        if self.said[0]["uuid"] in uuids and WORDS not in bodies:
            wrong.append("letters beyond ASCII came back changed")
        return wrong

    def _unknown_ticket(self) -> None:
        uuid = ids.new_secret()
        heard = self.peer.ask("PUT", f"/tickets/{uuid}", {"uuid": uuid, "status": "open"})
        self.peer.expect("An update of a ticket that was never shared is refused", heard, {404}, bearable={403, 410})

    def _other_key(self) -> None:
        token = f"{self.peer.token.partition(':')[0]}:{ids.new_secret()}"
        heard = self.peer.ask("PUT", f"/tickets/{self.uuid}", {"status": "solved"}, token=token)
        self.peer.expect("The agreement with another key opens nothing", heard, {401, 403})

    def _unshare(self) -> None:
        heard = self._send("DELETE", None)
        self.peer.expect("A ticket can be taken back, with an empty body", heard, {200}, bearable={204, 202})
        heard = self._send("PUT", {"uuid": self.uuid, "status": "open"})
        self.peer.expect("A ticket that was taken back takes no more updates", heard, {410}, bearable={403, 404, 422})
        heard = self._send("DELETE", None)
        self.peer.expect("Taking it back again does no harm", heard, {200, 410}, bearable={204, 404})

    def _send(self, method: str, body: Any, **more: Any) -> Heard:
        return self.peer.ask(method, f"/tickets/{self.uuid}", body, **more)

    def _ticket(self) -> dict[str, Any]:
        return {
            "uuid": self.uuid,
            "subject": SUBJECT,
            "requested_at": "2026-03-04 10:00:00 +0000",
            "status": "open",
            "requester": {**self.person, "role": "user"},
            "comments": self.said[:1],
            "current_actor": self.person,
            "tags": None,
            "original_id": "1",
            "custom_fields": None,
            "custom_status": None,
        }

    def _comment(self, body: str) -> dict[str, Any]:
        return {
            "uuid": ids.new_secret(),
            "author": self.person,
            "body": body,
            "html_body": None,
            "authored_at": "2026-03-04 10:00:00 +0000",
            "public": False,  # nobody's customer is to hear of it
            "attachments": None,
            "custom_fields": None,
        }
