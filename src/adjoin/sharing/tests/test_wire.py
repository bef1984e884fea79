"""What partners of every make can rely on: the protocol as Zendesk's library, RT and others speak it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from adjoin.access.actors import Actor
from adjoin.people.models import User
from adjoin.sharing import addresses
from adjoin.sharing.agreements import actions, moves
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.terms import Terms
from adjoin.sharing.wire import floods
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network
from adjoin.tickets import actions as tickets
from adjoin.tickets.models import Audit, Comment, Ticket

UUID = "2353" + "a" * 36
KEY = "08a4" + "d" * 36
TICKET = "8c0c" + "b" * 36
ZENDESK = "application/json"
RT = 'text/x-json; charset="UTF-8"'
ALLOWED = {200, 201, 204, 401, 403, 404, 405, 408, 410, 422, 500, 503}

# A whole ticket as Zendesk's library puts it on the wire: every key, in its order, null for what it does not say.
COMMENT: dict[str, Any] = {
    "uuid": "c" * 40,
    "author": {"uuid": "e" * 40, "name": "Zoë Zendesk", "role": "agent"},
    "body": "Hällo",
    "html_body": None,
    "authored_at": "2010-11-24 14:13:54 -0800",
    "public": True,
    "attachments": None,
    "custom_fields": None,
}
WHOLE: dict[str, Any] = {
    "uuid": TICKET,
    "subject": "Broken",
    "requested_at": "2010-11-24 14:13:54 -0800",
    "status": "open",
    "requester": {"uuid": "f" * 40, "name": "Rita", "role": None},
    "comments": [COMMENT],
    "current_actor": None,
    "tags": None,
    "original_id": "17",
    "custom_fields": None,
    "custom_status": None,
}
NOTHING: dict[str, Any] = {**dict.fromkeys(WHOLE), "uuid": TICKET, "comments": []}


@dataclass
class Peer:
    """Somebody else's help desk, which speaks to Acme."""

    headers: dict[str, str] = field(default_factory=lambda: {"X-Ticket-Sharing-Token": f"{UUID}:{KEY}"})
    content_type: str = ZENDESK

    def send(self, method: str, path: str, body: Any = None, *, token: bool = True, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {**(self.headers if token else {}), **{key.replace("_", "-"): value for key, value in headers.items()}}
        client = Client(HTTP_HOST="acme.localhost", raise_request_exception=False)
        response = client.generic(method, f"/sharing{path}", raw, self.content_type, headers=sent)
        assert response.status_code in ALLOWED, response.content
        if response.status_code >= 400:
            assert set(json.loads(response.content)["error"]) == {"code", "message"}
        return response

    def invite(self, **changed: Any) -> Any:
        body = {
            "receiver_url": "http://acme.localhost:8000/sharing",
            "sender_url": "https://peer.example.com/sharing/",
            "status": "pending",
            "uuid": UUID,
            "access_key": KEY,
            "name": "Peer @ Zendesk",
            "current_actor": {"uuid": "a" * 40, "name": "Ada Admin", "role": "agent"},
            "sync_tags": True,
            "sync_custom_fields": True,
            "allows_public_comments": True,
            **changed,
        }
        return self.send("POST", f"/agreements/{UUID}", body, token=False)

    def share(self, **changed: Any) -> Any:
        return self.send("POST", f"/tickets/{TICKET}", {**WHOLE, **changed})

    def update(self, **changed: Any) -> Any:
        return self.send("PUT", f"/tickets/{TICKET}", {**NOTHING, **changed})


@pytest.fixture
def peer(cast: Cast, network: Network) -> Iterator[Peer]:
    """A Zendesk whose invitation Acme has accepted."""
    cache.clear()
    peer = Peer()
    assert peer.invite().status_code == 201
    actions.accept(actor=cast.actor("ada"), agreement_id=SharingAgreement.objects.get().pk, now=NOW)
    yield peer
    cache.clear()


def ours() -> Ticket:
    return Ticket.objects.get(pk=SharedTicket.objects.get().ticket_id)


def test_uuids_follow_the_recipe_of_the_walkthrough() -> None:
    uuid = addresses.uuid_for("http://mycompany.net/sharing", "tickets", 1)
    assert uuid == "ed46838bfb41461e4f3b16ba471162c8e2764260"


def test_an_invitation_of_zendesks_library_is_taken_and_waits_for_an_admin(cast: Cast) -> None:
    assert Peer().invite().status_code == 201
    found = SharingAgreement.objects.get()
    assert (found.status, found.direction, found.partner_name) == ("pending", "inbound", "Peer @ Zendesk")
    assert (found.partner_url, found.comments, found.syncs_tags) == ("https://peer.example.com/sharing", "both", True)
    assert found.partner_version is None
    assert Peer().invite().status_code == 200  # again: nothing new
    assert SharingAgreement.objects.count() == 1


def test_an_invitation_of_rt_is_taken(cast: Cast) -> None:
    body = {
        "sender_url": "https://rt.example.com/NoAuth/NHD/1.0",
        "uuid": UUID,
        "deactivated_by": None,
        "access_key": KEY,
        "name": "RT",
        "status": "pending",
        "receiver_url": "http://acme.localhost/sharing",
    }
    peer = Peer(content_type=RT)
    assert peer.send("POST", f"/agreements/{UUID}", body, X_Ticket_Sharing_Version="1").status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"uuid": "0" * 40},
        {"uuid": 7},
        {"status": "accepted"},
        {"access_key": None},
        {"access_key": "short"},
        {"receiver_url": "https://somebody.else/sharing"},
        {"sender_url": "ftp://peer.example.com/"},
        {"sender_url": "http://peer.example.com/sharing"},
        {"sender_url": "https://user:secret@peer.example.com/sharing"},
        {"sender_url": "http://acme.localhost:8000/sharing"},
        {"sender_url": ["x"]},
        {"allows_public_comments": "perhaps"},
    ],
    ids=str,
)
def test_an_invitation_that_does_not_fit_is_refused_and_leaves_nothing(cast: Cast, wrong: dict[str, Any]) -> None:
    assert Peer().invite(**wrong).status_code == 422
    assert not SharingAgreement.objects.exists()


def test_nobody_is_asked_anything_before_an_admin_accepts(cast: Cast, network: Network) -> None:
    Peer().invite()
    network.run()
    assert network.log == []


def test_another_key_for_a_known_invitation_is_refused(cast: Cast) -> None:
    Peer().invite()
    assert Peer().invite(access_key="1" * 40).status_code == 422
    assert SharingAgreement.objects.get().access_key == KEY


def test_invitations_are_limited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(floods, "INVITATIONS_MAX", 2)
    codes = [Peer().invite().status_code for _ in range(4)]
    assert codes == [201, 200, 503, 503]
    cache.clear()


@pytest.mark.parametrize("content_type", [ZENDESK, "application/json; charset=utf-8", RT, "", "text/plain"])
def test_a_ticket_comes_in_whatever_its_content_type(peer: Peer, content_type: str) -> None:
    peer.content_type = content_type
    assert peer.share().status_code == 201
    ticket = ours()
    assert (ticket.subject, ticket.status, ticket.channel) == ("Broken", "open", "ticket_sharing")
    assert (ticket.requester.name, ticket.requester.email) == ("Rita", None)
    comment = ticket.comments.get()
    assert (comment.body, comment.author.name, comment.author.is_partner_agent) == ("Hällo", "Zoë Zendesk", True)
    assert comment.created_at.isoformat() == "2010-11-24T22:13:54+00:00"
    assert SharedTicket.objects.get().original_id == "17"


def test_null_means_not_given_never_empty(peer: Peer) -> None:
    peer.share()
    audits = Audit.objects.count()
    assert peer.update().status_code == 200
    ticket = ours()
    assert (ticket.subject, ticket.status) == ("Broken", "open")
    assert Audit.objects.count() == audits


def test_rts_sparse_update_is_understood(peer: Peer) -> None:
    peer.share()
    peer.content_type = RT
    assert peer.send("PUT", f"/tickets/{TICKET}", {"status": "solved"}).status_code == 200
    assert (ours().status, ours().assignee) == ("solved", None)


def test_a_note_of_zendesks_stays_private(peer: Peer) -> None:
    peer.share()
    note = {**COMMENT, "uuid": "d" * 40, "author": None, "body": "psst", "public": False}
    peer.update(status="pending", comments=[note])
    said = ours().comments.latest("pk")
    assert (ours().status, said.body, said.is_public, said.author.partner_name) == (
        "pending",
        "psst",
        False,
        "Peer @ Zendesk",
    )


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "1970-01-01 00:00:00 +0000", "", 17, None])
def test_what_was_said_before_there_were_help_desks_was_said_just_now(peer: Peer, moment: Any) -> None:
    peer.share()
    peer.update(comments=[{**COMMENT, "uuid": "d" * 40, "body": "Later", "authored_at": moment}])
    assert [said.body for said in ours().comments.order_by("created_at", "pk")] == ["Hällo", "Later"]


@pytest.mark.parametrize(
    ("public", "is_public"), [(..., True), (None, False), (True, True), (False, False), ("false", False), (1, False)]
)
def test_in_doubt_a_comment_is_private(peer: Peer, public: Any, is_public: bool) -> None:
    comment = {key: value for key, value in COMMENT.items() if key != "public"}
    peer.share(comments=[comment if public is ... else {**comment, "public": public}])
    assert ours().comments.get().is_public is is_public


def test_a_doubled_slash_finds_the_same_ticket(peer: Peer) -> None:
    assert peer.send("POST", f"//tickets/{TICKET}", WHOLE).status_code == 201
    assert peer.send("GET", f"//tickets/{TICKET}").status_code == 200


def test_sharing_again_is_an_update(peer: Peer) -> None:
    assert [peer.share().status_code for _ in range(3)] == [201, 200, 200]
    assert Ticket.objects.count() == 1
    assert Comment.objects.count() == 1


def test_comments_come_once_in_whatever_order_they_are_told(peer: Peer) -> None:
    peer.share(comments=[])
    two = [{**COMMENT, "uuid": str(n) * 40, "body": str(n)} for n in (2, 1)]
    peer.update(comments=two)
    peer.update(comments=[*two, {**COMMENT, "uuid": "3" * 40, "body": "3"}, *two])
    assert sorted(ours().comments.values_list("body", flat=True)) == ["1", "2", "3"]


def test_unsharing_with_an_empty_body_leaves_an_orphan_and_again_is_fine(peer: Peer) -> None:
    peer.share()
    assert peer.send("DELETE", f"/tickets/{TICKET}").status_code == 200
    assert SharedTicket.objects.get().state == "orphan"
    assert peer.send("DELETE", f"/tickets/{TICKET}").status_code == 200
    assert peer.update(status="solved").status_code == 410
    assert peer.send("GET", f"/tickets/{TICKET}").status_code == 410
    assert peer.share().status_code == 200
    assert (SharedTicket.objects.get().state, Ticket.objects.count()) == ("active", 1)


def test_an_unknown_ticket_is_404_and_another_method_405(peer: Peer) -> None:
    assert peer.update().status_code == 404
    assert peer.send("PATCH", f"/tickets/{TICKET}", {}).status_code == 405
    assert peer.send("PATCH", f"/agreements/{UUID}", {}).status_code == 405


def test_a_wrong_key_and_an_unknown_agreement_cannot_be_told_apart(peer: Peer) -> None:
    answers = []
    for token in (f"{UUID}:{'0' * 40}", f"{'0' * 40}:{KEY}"):
        response = peer.send("GET", f"/tickets/{TICKET}", X_Ticket_Sharing_Token=token)
        answers.append((response.status_code, response.content))
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


def test_without_a_token_comes_401(peer: Peer) -> None:
    for token in ("", "nonsense", "ä:ö"):
        response = peer.send("PUT", f"/tickets/{TICKET}", WHOLE, X_Ticket_Sharing_Token=token)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "X-Ticket-Sharing")


def test_another_version_is_refused_and_none_is_fine(peer: Peer) -> None:
    assert peer.send("POST", f"/tickets/{TICKET}", WHOLE, X_Ticket_Sharing_Version="2").status_code == 422
    assert peer.send("POST", f"/tickets/{TICKET}", WHOLE, X_Ticket_Sharing_Version="1").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"",
        b"\xff\xfe",
        b'{"subject": NaN}',
        b'{"custom_fields": {"x": 1e999}}',
        b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b'{"comments": "none"}',
        b'{"comments": [7]}',
        b'{"comments": [{"body": "no uuid"}]}',
        b'{"comments": [{"uuid": "../../x", "body": "x"}]}',
        b'{"requester": "Rita"}',
        b'{"subject": {}}',
        b'{"uuid": "0000000000000000000000000000000000000000"}',
        b'{"subject": "' + b"x" * (5 * 1024 * 1024) + b'"}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_nonsense_is_422_and_changes_nothing(peer: Peer, body: bytes) -> None:
    assert peer.send("POST", f"/tickets/{TICKET}", body).status_code == 422
    assert not Ticket.objects.exists()


def test_what_no_database_keeps_is_taken_out(peer: Peer) -> None:
    raw = json.dumps({**WHOLE, "subject": "a\x00b\ud800c", "custom_fields": {"x\x00": ["\x00"]}}).encode()
    assert peer.send("POST", f"/tickets/{TICKET}", raw).status_code == 201
    assert ours().subject == "abc"


def test_scripts_in_a_comment_are_gone(peer: Peer) -> None:
    peer.share(comments=[{**COMMENT, "html_body": "<p onclick=x>Hi<script>alert(1)</script></p>"}])
    assert ours().comments.get().html_body == "<p>Hi</p>"


def test_dates_of_all_makes_are_read_and_others_do_not_hurt(peer: Peer) -> None:
    dates = ["2010-11-24T22:13:54Z", "2010-11-24 22:13:54.123 +0000", "2010-11-24T22:13:54", "", 5, None, "soon"]
    comments = [{**COMMENT, "uuid": str(n) * 40, "authored_at": at} for n, at in enumerate(dates)]
    peer.share(comments=comments)
    assert ours().comments.filter(created_at__year=2010).count() == 3
    assert ours().comments.count() == len(dates)


def test_a_person_of_the_partner_is_never_one_of_ours(peer: Peer, cast: Cast) -> None:
    ana = addresses.uuid_for("http://acme.localhost:8000/sharing", "users", cast.users["ana"].pk)
    peer.share(comments=[{**COMMENT, "author": {"uuid": ana, "name": "Ana Example", "role": "agent"}}])
    author = ours().comments.get().author
    assert author != cast.users["ana"]
    assert (author.email, author.is_agent, author.partner_name) == (None, False, "Peer @ Zendesk")


def test_a_partners_person_keeps_one_placeholder_with_their_newest_name(peer: Peer) -> None:
    peer.share()
    renamed = {**COMMENT["author"], "name": "Zoë Married"}
    peer.update(comments=[{**COMMENT, "uuid": "1" * 40, "author": renamed}])
    assert [user.name for user in User.objects.filter(is_partner_agent=True)] == ["Zoë Married"]


def test_a_ticket_is_readable_only_under_the_agreement_it_came_by(peer: Peer, cast: Cast) -> None:
    peer.share()
    other = SharingAgreement.objects.get()
    other.pk, other.uuid, other.access_key = None, "9" * 40, "9" * 40
    other.save()
    stranger = Peer(headers={"X-Ticket-Sharing-Token": f"{'9' * 40}:{'9' * 40}"})
    assert stranger.send("GET", f"/tickets/{TICKET}").status_code == 404
    assert stranger.update(status="solved").status_code == 404
    assert stranger.share().status_code == 422  # it is here already: a ring
    assert ours().status == "open"


def test_tickets_need_an_accepted_agreement(cast: Cast) -> None:
    Peer().invite()
    assert Peer().share().status_code == 403
    assert not Ticket.objects.exists()


def test_the_partner_reads_the_agreement_and_ends_it(peer: Peer) -> None:
    shown = json.loads(peer.send("GET", f"/agreements/{UUID}").content)
    assert (shown["status"], shown["access_key"]) == ("accepted", KEY)
    assert (shown["sender_url"], shown["receiver_url"]) == (
        "https://peer.example.com/sharing",
        "http://acme.localhost:8000/sharing",
    )
    assert peer.send("PUT", f"/agreements/{UUID}", {"status": "inactive"}).status_code == 200
    assert peer.share().status_code == 403
    for status in ("accepted", "pending"):
        assert peer.send("PUT", f"/agreements/{UUID}", {"status": status}).status_code == 422
    assert peer.send("PUT", f"/agreements/{UUID}", {"status": "inactive"}).status_code == 200
    assert peer.send("DELETE", f"/agreements/{UUID}").status_code == 200


def test_only_the_receiver_accepts(peer: Peer, cast: Cast, network: Network) -> None:
    agreement = actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)
    ours = Peer(headers={"X-Ticket-Sharing-Token": agreement.token})
    assert ours.send("PUT", f"/agreements/{agreement.uuid}", {"status": "accepted"}).status_code == 200
    agreement.refresh_from_db()
    assert agreement.is_accepted
    assert peer.send("PUT", f"/agreements/{agreement.uuid}", {"status": "inactive"}).status_code == 403
    # The side that receives cannot push tickets of its own under it.
    assert ours.share().status_code == 403


def test_a_new_address_of_the_partner_is_shown_not_followed(peer: Peer) -> None:
    peer.send("PUT", f"/agreements/{UUID}", {"sender_url": "https://evil.example.com/sharing"})
    moves.verify(SharingAgreement.objects.get().pk, NOW)
    found = SharingAgreement.objects.get()
    assert found.partner_url == "https://peer.example.com/sharing"
    assert "evil.example.com" in found.warning


def test_a_flood_of_tickets_is_slowed_down(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "NEW_TICKETS_MAX", 1)
    peer.share()
    response = peer.send("POST", f"/tickets/{'7' * 40}", {**WHOLE, "uuid": "7" * 40})
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert peer.update(status="pending").status_code == 200


def test_a_closed_ticket_takes_no_more(peer: Peer, cast: Cast) -> None:
    peer.share()
    tickets.update(actor=Actor.system(), ticket_id=ours().pk, now=NOW, via=WEB, status="closed")
    response = peer.update(comments=[{**COMMENT, "uuid": "1" * 40}])
    assert response.status_code == 422
    assert "closed" in json.loads(response.content)["error"]["message"]
