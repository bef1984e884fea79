"""Files of shared comments."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client

from adjoin.access import actors
from adjoin.accounts import current
from adjoin.adapters import http
from adjoin.adapters.http import Answer
from adjoin.people.models import User
from adjoin.sharing.crossing import files
from adjoin.sharing.delivery import sending, tasks
from adjoin.sharing.models import Delivery, PartnerFile, SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.shares import queries
from adjoin.sharing.terms import TOKEN_HEADER, CommentsTerm, Terms
from adjoin.sharing.tests.test_terms import shared
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets import actions as tickets
from adjoin.tickets import uploads
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Attachment, Ticket

pytestmark = pytest.mark.usefixtures("agreed")

PHOTO = b"not really a photo"


def with_photo(cast: Cast, *, is_public: bool = True) -> Ticket:
    """A ticket whose comment has a file."""
    upload = uploads.receive(actor=cast.actor("ana"), stream=io.BytesIO(PHOTO), file_name="kettle.jpg", now=NOW)
    ticket = cast.ticket()
    comment = NewComment(body="See.", is_public=is_public, upload_tokens=(upload.token,))
    tickets.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=comment)
    return ticket


def share(
    cast: Cast, network: Network, desk: PartnersDesk, ticket: Ticket, terms: Terms | None = None
) -> SharingAgreement:
    agreement = agree(network, desk.account, terms)
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    return agreement


def two_files_at_makers(cast: Cast, network: Network, desk: PartnersDesk) -> None:
    """Of two tickets."""
    agreement = share(cast, network, desk, with_photo(cast))
    other = with_photo(cast)
    shares.share(actor=cast.actor("ana"), ticket_id=other.pk, agreement_id=agreement.pk, now=NOW)
    network.run()


def sent_address(network: Network) -> str:
    """The address of the file in the last share."""
    bodies = [json.loads(request.body) for request in network.log if request.method == "POST"]
    return str(bodies[-1]["comments"][-1]["attachments"][0]["url"])


def get(network: Network, url: str, at: datetime = NOW, headers: Mapping[str, str] | None = None) -> Answer:
    """What the world outside gets there."""
    network.now = at
    return network.send(http.Request("GET", url, headers or {}))


def test_a_file_is_fetched_and_hangs_on_its_comment(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    share(cast, network, makers_desk, with_photo(cast))
    with makers_desk.open():
        file = Attachment.objects.get()
        assert (file.file_name, file.size_bytes, file.comment.body if file.comment else "") == (
            "kettle.jpg",
            len(PHOTO),
            "See.",
        )
        assert PartnerFile.objects.get().state == "fetched"


def test_a_files_address_ends_with_the_sharing_and_is_a_download(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket = with_photo(cast)
    agreement = share(cast, network, makers_desk, ticket)
    url, key = sent_address(network), {TOKEN_HEADER: agreement.token}
    answer = get(network, url, headers=key)
    assert (answer.status, answer.body) == (200, PHOTO)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert get(network, url[:-3] + "abc", headers=key).status == 404
    assert get(network, url.replace("acme.localhost", "maker.localhost"), headers=key).status in (403, 404)
    assert get(network, url, at=NOW + timedelta(days=8), headers=key).status == 404
    shares.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    assert get(network, url, headers=key).status == 404


def test_a_files_address_taken_out_of_a_payload_is_worth_nothing_to_others(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket = with_photo(cast)
    share(cast, network, makers_desk, ticket)
    url = sent_address(network)
    other = SharingAgreement.objects.create(
        uuid="other",
        access_key="other-key",
        direction="outbound",
        status="accepted",
        partner_name="Other",
        own_url="http://acme.localhost:8000/sharing",
        partner_url="https://other.example/sharing",
        created_at=NOW,
        updated_at=NOW,
    )
    assert get(network, url).status == 404
    assert get(network, url, headers={TOKEN_HEADER: other.token}).status == 404
    assert get(network, url, headers={TOKEN_HEADER: "other:wrong"}).status == 403
    # A plain peer fetches without a key: the address alone, for a day and while the ticket is shared.
    SharedTicket.objects.update(agreement=other)
    shared = SharedTicket.objects.select_related("agreement").get()
    plain = files.address(shared, Attachment.objects.get().pk, NOW)
    assert get(network, plain).status == 200
    assert get(network, plain, at=NOW + timedelta(days=2)).status == 404
    SharedTicket.objects.update(state="unshared")
    assert get(network, plain).status == 404


def test_a_file_of_a_note_never_leaves_a_public_only_agreement(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    share(cast, network, makers_desk, with_photo(cast, is_public=False), Terms(comments=CommentsTerm.PUBLIC))
    assert "kettle.jpg" not in network.bodies("maker.localhost")


def test_files_stay_where_the_agreement_says_so(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    share(cast, network, makers_desk, with_photo(cast), Terms(shares_attachments=False))
    assert "kettle.jpg" not in network.bodies("maker.localhost")


def test_a_file_that_cannot_be_had_leaves_the_comment_and_says_so(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket = with_photo(cast)
    real = network.send

    def send(request: http.Request, *, into: object = None) -> Answer:
        if "/attachments/" in request.url:
            raise http.NoAnswer("files.example leads to a private address.", should_retry=False)
        return real(request)

    network.send = send  # type: ignore[method-assign]
    share(cast, network, makers_desk, ticket)
    assert ("See.", True) in makers_desk.said()

    with makers_desk.open():
        shown = queries.panel(actors.load(makers_desk.agent_id), makers_desk.ticket).missing_files
        page = Client(HTTP_HOST="maker.localhost")
        page.force_login(User.objects.get(pk=makers_desk.agent_id))
        address = f"/agent/tickets/{makers_desk.ticket.pk}/"
    assert [(file.file_name, file.failure) for file in shown] == [
        ("kettle.jpg", "files.example leads to a private address.")
    ]
    told = page.get(address).content.decode()
    assert "kettle.jpg could not be fetched. files.example leads to a private address." in told
    assert "Try again" in told


def test_fetching_is_tried_again_for_hours_then_given_up(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket = with_photo(cast)
    real = network.send

    def send(request: http.Request, *, into: object = None) -> Answer:
        return Answer(503, {}) if "/attachments/" in request.url else real(request)

    network.send = send  # type: ignore[method-assign]
    share(cast, network, makers_desk, ticket)
    for hours in range(1, 12):
        network.run(NOW + timedelta(hours=hours))
    with makers_desk.open():
        file = PartnerFile.objects.get()
        assert (file.state, file.attempts) == ("failed", 8)
        network.send = real  # type: ignore[method-assign]
        shares.fetch_again(
            actor=actors.load(makers_desk.agent_id),
            file_id=file.pk,
            now=NOW,
        )
    network.run(NOW + timedelta(hours=20))
    with makers_desk.open():
        assert Attachment.objects.count() == 1


def test_a_file_of_a_partner_who_was_away_is_fetched_once_it_is_back(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    real = network.send

    def send(request: http.Request, *, into: object = None) -> Answer:
        if "/attachments/" in request.url:
            raise http.NoAnswer("acme.localhost takes no connections.", should_retry=True)
        return real(request)

    with patch.object(network, "send", send):
        share(cast, network, makers_desk, with_photo(cast))
    later = NOW + timedelta(seconds=2)
    with makers_desk.open():
        agreement = SharingAgreement.objects.get()
        PartnerFile.objects.update(attempts=6, next_attempt_at=NOW + timedelta(minutes=20))
        sending.heard_from(agreement, later)
        assert PartnerFile.objects.get().attempts == 6  # it was not away: the file itself may be the trouble
        SharingAgreement.objects.update(unanswered_since=NOW)
        agreement.refresh_from_db()
        sending.heard_from(agreement, later)
        due = PartnerFile.objects.get()
        assert (due.attempts, due.next_attempt_at) == (0, later)
    network.run(later)
    with makers_desk.open():
        assert PartnerFile.objects.get().state == "fetched"


def test_a_partners_files_are_fetched_one_at_a_time_so_that_slow_ones_hold_up_one_worker(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    two_files_at_makers(cast, network, makers_desk)
    with makers_desk.open():
        PartnerFile.objects.update(state="waiting", next_attempt_at=NOW)
        first = PartnerFile.objects.order_by("pk")[0]
        with patch.object(tasks.fetch_file, "defer") as defer:
            tasks.start_what_is_due(NOW)
        assert [call.kwargs for call in defer.call_args_list] == [{"file_id": first.pk}]
        name = f"{current.schema()}:sharing:files:{first.shared_ticket.agreement_id}"
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
            files.fetch_waiting(first.pk, lambda: NOW)
            assert PartnerFile.objects.filter(state="waiting").count() == 2
        finally:
            other.close()
        files.fetch_waiting(first.pk, lambda: NOW)
        assert PartnerFile.objects.filter(state="fetched").count() == 2


def test_a_file_that_never_comes_keeps_no_other_from_coming(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    two_files_at_makers(cast, network, makers_desk)
    network.down.add("acme.localhost")
    with makers_desk.open():
        PartnerFile.objects.update(state="waiting", next_attempt_at=NOW)
        slow, other = PartnerFile.objects.order_by("pk")
        network.log.clear()
        # The clock goes on by minutes while each is tried.
        moments = (NOW + timedelta(minutes=number) for number in itertools.count())
        files.fetch_waiting(slow.pk, lambda: next(moments))
        attempts = list(PartnerFile.objects.order_by("pk").values_list("attempts", flat=True))
    assert [request.url for request in network.log[:3]] == [slow.url, other.url, slow.url]
    assert min(attempts) >= 1


def test_fetching_twice_attaches_once(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    share(cast, network, makers_desk, with_photo(cast))
    with makers_desk.open():
        PartnerFile.objects.update(state="waiting")
        Attachment.objects.all().delete()
    network.run()
    network.run()
    with makers_desk.open():
        assert Attachment.objects.count() == 1


def test_a_file_that_is_fetched_after_its_comment_was_passed_on_follows_it(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms())
    file = uploads.receive(actor=cast.actor("ana"), stream=io.BytesIO(b"photo"), file_name="photo.txt", now=NOW)
    with makers_desk.open():
        third = SharingAgreement.objects.create(
            uuid="3" * 40,
            access_key="4" * 40,
            direction="outbound",
            status="accepted",
            partner_name="Third",
            own_url="http://maker.localhost:8000/sharing",
            partner_url="https://third.example.com/sharing",
            created_at=NOW,
            updated_at=NOW,
        )
        mia, pk = actors.load(makers_desk.agent_id), makers_desk.ticket.pk
        shares.share(actor=mia, ticket_id=pk, agreement_id=third.pk, now=NOW)
    said = NewComment(body="Look.", upload_tokens=(file.token,))
    tickets.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=said)
    network.down.add("third.example.com")
    network.run()
    with makers_desk.open():
        payloads = [one.payload or {} for one in Delivery.objects.filter(agreement=third).order_by("pk")]
    said_there = [one for payload in payloads for one in payload["comments"]]
    files_there = [(one["body"], [file["filename"] for file in one["attachments"]]) for one in said_there]
    assert files_there[-2:] == [("Look.", []), ("photo.txt", ["photo.txt"])]
