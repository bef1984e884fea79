"""Two desks that talk to each other inside one test, over the real protocol but without a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import IO, Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django_tenants.utils import tenant_context

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts.models import Account
from adjoin.adapters import http
from adjoin.adapters.http import Answer, Request
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.sharing.agreements import actions, closing
from adjoin.sharing.crossing import files
from adjoin.sharing.delivery import rounds, sending
from adjoin.sharing.models import PartnerFile, SharedTicket, SharingAgreement
from adjoin.sharing.terms import FileState, Terms
from adjoin.testing.accounts import NOW
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel

ROUNDS_MAX = 20
MIA = "mia@maker.example"


@dataclass
class Network:
    """The port `HttpClient`, leading to Django's handler of the account whose host is asked."""

    log: list[Request] = field(default_factory=list)
    down: set[str] = field(default_factory=set)  # hosts that take no connections
    answers: dict[str, Answer] = field(default_factory=dict)  # hosts that always answer the same
    lost_answers: int = 0  # that many requests arrive, and their answers do not
    now: datetime = NOW  # what the clocks of all desks say while they answer
    has_agreement: bool = False  # Acme and Maker have one that nobody has asked for yet

    def send(self, request: Request, *, into: IO[bytes] | None = None) -> Answer:
        host = urlsplit(request.url).hostname or ""
        self.log.append(request)
        if host in self.down:
            raise http.NoAnswer(f"{host} takes no connections.", should_retry=True, may_have_left=False)
        answer = self.answers.get(host) or self._ask(request)
        if self.lost_answers:
            self.lost_answers -= 1
            raise http.NoAnswer(f"The connection to {host} broke off.", should_retry=True)
        if into is None:
            return answer
        into.write(answer.body)
        return Answer(answer.status, answer.headers)

    def bodies(self, host: str) -> str:
        """Everything ever sent to a host, as one text."""
        return "\n".join(
            f"{request.method} {request.url} {request.body.decode()}"
            for request in self.log
            if urlsplit(request.url).hostname == host
        )

    def run(self, now: datetime = NOW) -> None:
        """Let both desks do what waits in the background, until nothing is due."""
        self.now = now
        for _ in range(ROUNDS_MAX):
            worked = [_work(account, now) for account in Account.objects.order_by("pk")]
            if not any(worked):
                return
        raise AssertionError("The two desks do not come to rest.")

    def _ask(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        content_type = request.headers.get("Content-Type", "application/octet-stream")
        rest = {name: value for name, value in request.headers.items() if name != "Content-Type"}
        with _other_desk(), mock.patch("django.utils.timezone.now", return_value=self.now):
            response = Client(raise_request_exception=False).generic(
                request.method, parts.path, request.body, content_type, headers={**rest, "Host": parts.netloc}
            )
            body = b"".join(response) if getattr(response, "streaming", False) else response.content
            headers = {name.lower(): value for name, value in response.items()}
        return Answer(response.status_code, headers, body)


@contextmanager
def _other_desk() -> Iterator[None]:
    """A request enters another account; afterwards we are where we were."""
    here: Any = connection
    tenant = here.tenant
    try:
        yield
    finally:
        here.set_tenant(tenant)


def _work(account: Account, now: datetime) -> bool:
    """One round of background work in one account; whether there was any."""
    with tenant_context(account):
        partners = sending.due_partners(now)
        for agreement_id in partners:
            rounds.send_waiting(agreement_id, lambda: now)
        waiting = PartnerFile.objects.filter(state=FileState.WAITING).exclude(next_attempt_at__gt=now)
        for agreement_id in closing.unfinished():
            closing.close_some(agreement_id, now)
        file_ids = list(waiting.values_list("pk", flat=True))
        for file_id in file_ids:
            files.fetch(file_id, now)
        return bool(partners or file_ids)


@pytest.fixture
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    """A network on which every account of this database can be reached."""
    with on_network() as network:
        network.has_agreement = "agreed" in request.fixturenames
        yield network


@contextmanager
def on_network() -> Iterator[Network]:
    """A network in use for a while."""
    fake = Network()
    before = http.use(fake)
    try:
        yield fake
    finally:
        http.use(before)


@pytest.fixture
def agreed(acme: Account, maker: Account) -> None:
    """Acme and Maker are at work and have agreed already: the first `agree` gives back that agreement.

    For tests of what comes after; it takes no time."""


def agree(network: Network, receiver: Account, terms: Terms | None = None, now: datetime = NOW) -> SharingAgreement:
    """An accepted agreement under which the account in use shares with `receiver`: invited and answered for real."""
    if network.has_agreement:
        network.has_agreement = False
        return _agreed(receiver, terms or Terms())
    agreement = actions.invite(actor=Actor.system(), partner=receiver.subdomain, terms=terms or Terms(), now=now)
    network.run(now)
    with tenant_context(receiver):
        theirs = SharingAgreement.objects.get(uuid=agreement.uuid)
        actions.accept(actor=Actor.system(), agreement_id=theirs.pk, now=now)
    network.run(now)
    agreement.refresh_from_db()
    assert agreement.is_accepted, agreement.failure
    return agreement


def _agreed(receiver: Account, terms: Terms) -> SharingAgreement:
    """The one agreement there is, under these terms."""
    kept = asdict(terms) | {"syncs_status": terms.syncs_status and terms.allows_public_comments}
    SharingAgreement.objects.update(**kept)
    with tenant_context(receiver):
        SharingAgreement.objects.update(**{name: kept[name] for name in kept.keys() - set(actions.OWN_TERMS)})
    return SharingAgreement.objects.get()


def build(maker: Account) -> None:
    """Maker at work, and an agreement under which the account in use shares with it."""
    with tenant_context(maker):
        people.create_user(name="Mia Maker", email=MIA, role=Role.ADMIN, now=NOW)
    with on_network() as network:
        agree(network, maker)


@dataclass
class PartnersDesk:
    """The other side: one agent who answers."""

    account: Account
    agent_id: int

    @contextmanager
    def open(self) -> Iterator[PartnersDesk]:
        """Work there for a while."""
        with tenant_context(self.account):
            yield self

    @property
    def shared(self) -> SharedTicket:
        """The one ticket that is shared with this desk."""
        with self.open():
            return SharedTicket.objects.select_related("agreement").get()

    @property
    def ticket(self) -> Ticket:
        """Its copy here."""
        with self.open():
            return Ticket.objects.get(pk=self.shared.ticket_id)

    def said(self) -> list[tuple[str, bool]]:
        """What stands on the copy: words, and whether they are public."""
        with self.open():
            rows = self.ticket.comments.order_by("created_at", "pk")
            return [(comment.body, comment.is_public) for comment in rows]

    def says(self, body: str = "", *, is_public: bool = True, at: datetime = NOW, **fields: Any) -> Ticket:
        """The agent writes on the copy, or changes it."""
        with self.open():
            return tickets.update(
                actor=actors.load(self.agent_id),
                ticket_id=self.ticket.pk,
                now=at,
                via=Via(Channel.WEB),
                comment=NewComment(body=body, is_public=is_public) if body else None,
                **fields,
            ).ticket


@pytest.fixture
def makers_desk(maker: Account) -> PartnersDesk:
    """Maker at work: mia answers."""
    with tenant_context(maker):
        mia = User.objects.filter(email=MIA).first()
        mia = mia or people.create_user(name="Mia Maker", email=MIA, role=Role.ADMIN, now=NOW)
    return PartnersDesk(maker, mia.pk)
