"""What people take back: words and files for good, single comments, whole agreements."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from adjoin.sharing.agreements import actions as agreements
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as sharing
from adjoin.sharing.terms import AgreementStatus, CommentsTerm, OnUnshare, Terms
from adjoin.testing.cast import WEB
from adjoin.tickets import redacting
from adjoin.tickets.models import Comment

if TYPE_CHECKING:
    from adjoin.sharing.tests.simulation.life import Life
    from adjoin.sharing.tests.simulation.world import Desk


def random_terms(chance: random.Random) -> Terms:
    """Some terms or other."""
    comments = chance.choice(list(CommentsTerm))
    return Terms(
        comments=comments,
        syncs_status=comments != CommentsTerm.PRIVATE and chance.random() < 0.8,
        syncs_tags=chance.random() < 0.7,
        syncs_custom_fields=chance.random() < 0.6,
        shares_attachments=chance.random() < 0.8,
        on_unshare=chance.choice([*OnUnshare, OnUnshare.RECALL]),
    )


def redact(life: Life, desk: Desk, ticket_id: int) -> None:
    """Somebody takes the secret out of something said at this desk, or a file."""
    words, comment = _own(life, desk)
    file = comment.attachments.filter(redacted_at=None).first()
    secret, now = comment.body.split(" ", 1)[0], life.clocks.here()
    if file is None:
        gone = secret
        happened = life.do(
            f"{desk.name} redacts {words}",
            lambda: redacting.redact_words(
                actor=desk.agent,
                ticket_id=ticket_id,
                comment_id=comment.pk,
                words=[secret],
                via=WEB,
                now=now,
                even_closed=False,
            ),
        )
    else:
        gone = file.sha256
        happened = life.do(
            f"{desk.name} redacts {file.file_name}",
            lambda: redacting.redact_file(
                actor=desk.agent,
                ticket_id=ticket_id,
                comment_id=comment.pk,
                attachment_id=file.pk,
                via=WEB,
                now=now,
            ),
        )
    if happened:
        in_force = SharingAgreement.objects.filter(status=AgreementStatus.ACCEPTED).values_list("uuid", flat=True)
        life.memory.redacted[gone] = desk.name, words, frozenset(in_force)


def recall(life: Life, desk: Desk, ticket_id: int) -> None:
    """Somebody takes a single comment back from a partner."""
    words, comment = _own(life, desk)
    in_force = SharingAgreement.objects.filter(status=AgreementStatus.ACCEPTED)
    under = sorted(in_force.filter(on_unshare=OnUnshare.RECALL).values_list("uuid", "pk"))
    if not under:
        return
    (uuid, agreement_id), now = life.chance.choice(under), life.clocks.here()
    happened = life.do(
        f"{desk.name} recalls {words} under {uuid[:4]}",
        lambda: sharing.recall(
            actor=desk.agent, ticket_id=ticket_id, agreement_id=agreement_id, comment_id=comment.pk, now=now
        ),
    )
    if happened:
        life.memory.recalled.add((desk.name, uuid, words))
        life.memory.held.setdefault((uuid, comment.body), len(life.network.crossed))


def end_or_begin(life: Life, desk: Desk) -> None:
    """Somebody ends an agreement of this desk; most sharers invite the partner anew."""
    pair = life.chance.choice([pair for pair in life.memory.agreements if desk.name in pair])
    row = SharingAgreement.objects.filter(uuid=life.memory.agreements[pair]).first()
    now = life.clocks.here()
    if row is not None and not row.is_over:
        happened = life.do(
            f"{desk.name} ends {'-'.join(pair)}",
            lambda: agreements.deactivate(actor=desk.agent, agreement_id=row.pk, now=now),
        )
        life.memory.has_ended |= happened
    if pair[0] == desk.name and life.chance.random() < 0.8:
        invite(life, desk, pair)


def invite(life: Life, desk: Desk, pair: tuple[str, str]) -> None:
    """The sharer invites its partner, unless they have an agreement."""
    made: list[SharingAgreement] = []
    terms, now = random_terms(life.chance), life.clocks.here()
    happened = life.do(
        f"{desk.name} invites {pair[1]}",
        lambda: made.append(agreements.invite(actor=desk.agent, partner=pair[1], terms=terms, now=now)),
    )
    if happened:
        life.memory.begin_again(pair, made[0].uuid, made[0].pk)


def accept_invitations(life: Life, desk: Desk) -> None:
    """Whoever is invited says yes."""
    waiting = SharingAgreement.objects.filter(direction="inbound", status=AgreementStatus.PENDING)
    for agreement_id in list(waiting.values_list("pk", flat=True)):
        agreements.accept(actor=desk.agent, agreement_id=agreement_id, now=life.clocks.here())


def _own(life: Life, desk: Desk) -> tuple[str, Comment]:
    """Something said at this desk: its words, and the comment."""
    words, comment_id = life.chance.choice(list(life.memory.said[desk.name].items()))
    return words, Comment.objects.get(pk=comment_id)
