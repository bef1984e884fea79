"""How Acme and Maker became partners: invitation, answer and some shared tickets, over real HTTP."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from importlib.resources import files

from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from adjoin.access import actors, readable
from adjoin.access.actors import Actor
from adjoin.accounts.models import Account
from adjoin.brands.actions import default_brand
from adjoin.people.models import Group, User
from adjoin.rules import actions as rules
from adjoin.sharing import addresses
from adjoin.sharing.agreements import actions as sharing
from adjoin.sharing.models import Delivery, PartnerPerson, SharedTicket, SharingAgreement
from adjoin.sharing.terms import AgreementStatus, CommentsTerm, DeliveryState, Terms
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.terms import Channel, TicketStatus

SHARED = 15  # tickets
WAIT_SECONDS = 60
WEB = Via(Channel.WEB)
TERMS = Terms(comments=CommentsTerm.PUBLIC, syncs_status=True, syncs_tags=True, shares_attachments=True)
KETTLE_WORDS = "kettle kettles"


def become_partners() -> None:
    """Agree, share some tickets, and let Maker answer a few. Comes back when every delivery has arrived.

    Raises `TimeoutError`."""
    acme, maker = (Account.objects.get(subdomain=name) for name in ("acme", "maker"))
    agreement_id = _agree(acme, maker)
    with tenant_context(acme):
        _share_kettle_claims(agreement_id)
        _share_what_maker_made(agreement_id)
    _wait_until_all_has_arrived()
    with tenant_context(maker):
        _answer()
    _wait_until_all_has_arrived()


def follow_address(account: Account, former_url: str) -> None:
    """Both companies live on this machine: when it is served at another port, their agreements follow."""
    with tenant_context(account):
        own = addresses.own_url()
        if former_url in ("", own.removesuffix("/sharing")):
            return
        port = own.removesuffix("/sharing").partition(f"{account.subdomain}.")[2]
        former_port = former_url.partition(f"{account.subdomain}.")[2]
        for agreement in SharingAgreement.objects.filter(partner_url__contains=former_port + "/"):
            partner_url = agreement.partner_url.replace(former_port + "/", port + "/")
            PartnerPerson.objects.filter(partner_url=agreement.partner_url).update(partner_url=partner_url)
            agreement.partner_url, agreement.own_url = partner_url, own
            agreement.save(update_fields=["partner_url", "own_url"])


def _agree(acme: Account, maker: Account) -> int:
    """The id of Acme's agreement, in force on both sides."""
    with tenant_context(acme):
        agreement = sharing.invite(
            actor=_actor("ada@acme.example"),
            partner=maker.subdomain,
            partner_name=maker.name,
            terms=TERMS,
            now=timezone.now(),
        )
    with tenant_context(maker):
        _wait(SharingAgreement.objects.filter(uuid=agreement.uuid).exists)
        copy = SharingAgreement.objects.get(uuid=agreement.uuid)
        sharing.accept(actor=_actor("mira@maker.example"), agreement_id=copy.pk, now=timezone.now())
    with tenant_context(acme):
        accepted = SharingAgreement.objects.filter(pk=agreement.pk, status=AgreementStatus.ACCEPTED)
        _wait(accepted.exists)
    return int(agreement.pk)


def _share_kettle_claims(agreement_id: int) -> None:
    """From now on, new requests about kettles at Acme Home go to Maker by themselves."""
    rules.create_trigger(
        actor=_actor("ada@acme.example"),
        title="Kettles: warranty claims go to Maker",
        description="Maker makes our kettles and answers for them.",
        conditions={
            "all": [
                {"field": "update_type", "operator": "is", "value": "Create"},
                {"field": "brand_id", "operator": "is", "value": str(default_brand().pk)},
            ],
            "any": [
                {"field": "subject_includes_word", "operator": "includes", "value": KETTLE_WORDS},
                {"field": "comment_includes_word", "operator": "includes", "value": KETTLE_WORDS},
            ],
        },
        actions=[
            {"field": "current_tags", "value": "warranty_claim"},
            {"field": "share_ticket", "value": str(agreement_id)},
        ],
        now=timezone.now(),
    )


def _share_what_maker_made(agreement_id: int) -> None:
    """Share the newest tickets about kettles and toasters, those still open first."""
    made_by_maker = readable.tickets(Actor.system()).filter(
        tags__overlap=["kettle", "toaster"], brand=default_brand(), is_confidential=False
    )
    unclosed = made_by_maker.exclude(status=TicketStatus.CLOSED).exclude(assignee=None).newest_first()
    chosen = [*unclosed.unsolved()[:SHARED], *unclosed.filter(status=TicketStatus.SOLVED)[:SHARED]][:SHARED]
    for ticket in reversed(chosen):
        tickets.update(
            actor=_actor("ana@acme.example"),
            ticket_id=ticket.pk,
            now=timezone.now(),
            via=WEB,
            tags=[*ticket.tags, "warranty_claim"],
            sharing_agreement_ids=[agreement_id],
        )


def _answer() -> None:
    """What Maker says on the newest of them, as `texts/answers.toml` has it."""
    text = files("adjoin.project.demo").joinpath("texts", "answers.toml").read_text(encoding="utf-8")
    received = SharedTicket.objects.active().received().values_list("ticket_id", flat=True)
    unsolved = readable.tickets(Actor.system()).unsolved().filter(pk__in=list(received)).order_by("-pk")
    repairs = Group.objects.get(name="Repairs")
    for ticket, answer in zip(unsolved, tomllib.loads(text)["answer"], strict=False):
        agent, note = _actor(answer["agent"]), answer.get("note")
        tickets.update(
            actor=agent,
            ticket_id=ticket.pk,
            now=timezone.now(),
            via=WEB,
            comment=NewComment(body=answer["words"]),
            more_comments=[NewComment(body=note, is_public=False)] if note else [],
            status=answer["status"],
            group_id=repairs.pk,
            assignee_id=agent.user_id,
        )


def _actor(email: str) -> Actor:
    return actors.load(User.objects.with_email(email).get().pk)


def _wait_until_all_has_arrived() -> None:
    """Nothing is on its way between the two, and no job is left to do."""
    for account in Account.objects.all():
        with tenant_context(account):
            _wait(lambda: not Delivery.objects.filter(state=DeliveryState.WAITING).exists())
    _wait(lambda: not _has_jobs())


def _has_jobs() -> bool:
    with schema_context("public"), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))")
        return bool(cursor.fetchone()[0])


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"The example companies did not hear from each other within {WAIT_SECONDS} s.")
        time.sleep(0.1)
