"""Files of shared comments: ours handed out at addresses nobody can guess, theirs fetched in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, Q, QuerySet

from adjoin.access import readable
from adjoin.accounts import current
from adjoin.adapters import http
from adjoin.kernel import outbox, queues
from adjoin.kernel.errors import NotFound
from adjoin.kernel.wording import of_error, say, shortened
from adjoin.sharing.crossing import gathering, outgoing, partners
from adjoin.sharing.crossing.outgoing import Payload
from adjoin.sharing.models import PartnerFile, SharedTicket, SharingAgreement
from adjoin.sharing.terms import FILE_ATTEMPTS_MAX, TOKEN_HEADER, AgreementStatus, FileState, pause_after
from adjoin.tickets import live, uploads

if TYPE_CHECKING:
    from adjoin.tickets.models import Attachment, Comment

log = structlog.get_logger("adjoin.sharing")

LIFETIME = timedelta(days=7)  # of an address we hand out to an Adjoin desk, which shows its key besides
LIFETIME_ALONE = timedelta(days=1)  # where whoever has the address gets the file
FETCH_SECONDS = 120.0
_SALT = "adjoin.sharing.file"


def with_addresses(payload: Payload, shared: SharedTicket, now: datetime) -> Payload:
    """A payload as it leaves: each file with an address that works from now on, for a while."""
    comments = [
        {**comment, "attachments": [_with_address(file, shared, now) for file in comment["attachments"]]}
        for comment in payload.get("comments", ())
    ]
    return {**payload, "comments": comments} if "comments" in payload else payload


def address(shared: SharedTicket, attachment_id: int, now: datetime) -> str:
    """Where the partner gets a file: signed, for this agreement and ticket only, good for a week or a day."""
    expires = int((now + (LIFETIME if shared.agreement.is_adjoin else LIFETIME_ALONE)).timestamp())
    token = signing.dumps([current.schema(), shared.pk, attachment_id, expires], salt=_SALT)
    return f"{shared.agreement.own_url}/attachments/{token}"


def at_address(token: str, asking: SharingAgreement | None, now: datetime) -> Attachment:
    """The file an address of ours stands for. `asking` is the agreement whose key came with the request, if any.

    Raises `NotFound` when it is forged or too old, when an Adjoin desk asks without its key or with another's, or
    when the file no longer crosses: unshared, ended, held back."""
    try:
        schema, shared_id, attachment_id, expires = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    if schema != current.schema() or expires < now.timestamp():
        raise NotFound
    in_force = SharedTicket.objects.active().filter(agreement__status=AgreementStatus.ACCEPTED)
    shared = in_force.select_related("agreement").filter(pk=shared_id).first()
    if shared is None or not _is_for(shared.agreement, asking):
        raise NotFound
    crossing = readable.attachments(partners.actor(shared.agreement)).filter(comment__ticket_id=shared.ticket_id)
    found = crossing.select_related("comment__ticket__requester").filter(pk=attachment_id).first()
    if found is None or found.comment is None or not _crosses(shared, found.comment, found.pk):
        raise NotFound
    log.info("shared_file_fetched", attachment_id=found.pk, agreement_id=shared.agreement_id)
    return found


def fetch_waiting(file_id: int, clock: Callable[[], datetime]) -> None:
    """Fetch this file, and all others that its partner lets us wait for, one after the other.

    Nothing where somebody is at it: a partner whose files come a byte at a time takes one worker, and no more."""
    named = PartnerFile.objects.filter(pk=file_id).values_list("shared_ticket__agreement_id", flat=True).first()
    if named is not None:
        name = f"{current.schema()}:sharing:files:{named}"
        queues.drain(name, lambda: _first_due(named, clock()), lambda file: fetch(file.pk, clock()))


def due(now: datetime) -> QuerySet[PartnerFile]:
    """The files that may be fetched now."""
    at_once = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    return PartnerFile.objects.filter(at_once, state=FileState.WAITING)


def fetch(file_id: int, now: datetime) -> None:
    """Get a partner's file and hang it on its comment. The comment stays whatever happens."""
    if not PartnerFile.objects.filter(pk=file_id, state=FileState.WAITING).update(attempts=F("attempts") + 1):
        return
    file = PartnerFile.objects.select_related("shared_ticket__agreement").get(pk=file_id)
    with SpooledTemporaryFile(max_size=1024 * 1024) as stream:
        try:
            problem, is_lasting = _download(file, stream)
            if not problem:
                _attach(file, stream, now)
                return
        except http.NoAnswer as error:
            problem, is_lasting = of_error(error), not error.should_retry
        except uploads.FileTooLarge as error:
            problem, is_lasting = of_error(error), True
    _fail(file, problem, is_lasting=is_lasting, now=now)


def _first_due(agreement_id: int, now: datetime) -> PartnerFile | None:
    """The file of an agreement that was tried least: one that never comes keeps none of the others from coming."""
    return due(now).filter(shared_ticket__agreement_id=agreement_id).order_by("attempts", "pk").first()


def _is_for(agreement: SharingAgreement, asking: SharingAgreement | None) -> bool:
    """Adjoin desks show their key. Others fetch without any: for them the address itself is the secret."""
    return not agreement.is_adjoin if asking is None else asking.pk == agreement.pk


def _crosses(shared: SharedTicket, comment: Comment, attachment_id: int) -> bool:
    facts, terms = gathering.one_comment(shared, comment.ticket, comment.pk), shared.agreement.terms
    return any(
        file.id == attachment_id and outgoing.kept(said, terms) is None and outgoing.kept_file(file, terms) is None
        for said in facts.comments
        for file in said.files
    )


def _with_address(file: dict[str, Any], shared: SharedTicket, now: datetime) -> dict[str, Any]:
    rest = {key: value for key, value in file.items() if key != "id"}
    return {"url": address(shared, file["id"], now), **rest}


def _download(file: PartnerFile, stream: IO[bytes]) -> tuple[str, bool]:
    """Why the file could not be had, and whether that will last; no words when it is in `stream`."""
    limit = file.shared_ticket.agreement.terms.attachment_max_bytes
    request = http.Request(
        "GET",
        file.url,
        _key_for(file),
        max_bytes=min(settings.ATTACHMENT_MAX_BYTES, limit or settings.ATTACHMENT_MAX_BYTES),
        seconds=FETCH_SECONDS,
        may_leave_host=True,
    )
    answer = http.client().send(request, into=stream)
    if answer.status == 200:
        stream.seek(0)
        return "", False
    return say("The partner answered %(status)s.") % {"status": answer.status}, answer.status not in (
        408,
        425,
        429,
    ) and answer.status < 500


def _key_for(file: PartnerFile) -> dict[str, str]:
    """Our key, for the partner's own desk only: a file may lie anywhere."""
    agreement = file.shared_ticket.agreement
    is_theirs = file.url.startswith(f"{agreement.partner_url}/")
    return {TOKEN_HEADER: agreement.token} if is_theirs else {}


def _attach(file: PartnerFile, stream: IO[bytes], now: datetime) -> None:
    attachment = uploads.keep(stream=stream, file_name=file.file_name, now=now)
    with transaction.atomic():
        row = PartnerFile.objects.select_for_update().filter(pk=file.pk, state=FileState.WAITING).first()
        if row is None:
            return  # somebody else fetched it too, and was quicker
        attachment.comment_id = row.comment_id
        attachment.save()
        row.state, row.failure = FileState.FETCHED, ""
        row.save(update_fields=["state", "failure"])
        outbox.publish("sharing.file_fetched", attachment=attachment, from_id=file.shared_ticket_id, now=now)
        live.announce(file.shared_ticket.ticket_id)


@transaction.atomic
def _fail(file: PartnerFile, problem: str, *, is_lasting: bool, now: datetime) -> None:
    row = PartnerFile.objects.select_for_update().get(pk=file.pk)
    row.failure = shortened(problem, 500)
    if is_lasting or row.attempts >= FILE_ATTEMPTS_MAX:
        row.state = FileState.FAILED
        live.announce(file.shared_ticket.ticket_id)
    else:
        # Files are not urgent: six times the pause of deliveries, about two hours in all.
        row.next_attempt_at = now + pause_after(row.attempts * 2) * 6
        outbox.publish("sharing.file_named", file_id=row.pk, at=row.next_attempt_at)
    row.save(update_fields=["failure", "state", "next_attempt_at"])
