"""The Networked Help Desk protocol, as a server. `docs/sharing.md` describes it.

Zendesk's client breaks on any status but these: 200, 201, 401, 403, 404, 405, 408, 410, 422 and 5xx. So malformed JSON
is 422 and too many requests are 503."""

from __future__ import annotations

import functools
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import structlog
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.accounts.models import Domain
from adjoin.adapters import storage
from adjoin.kernel import prepared, statements
from adjoin.kernel.errors import DeskError, NotFound, TooMany
from adjoin.kernel.wording import of_error, say
from adjoin.sharing import addresses
from adjoin.sharing.agreements import messages, partner_actions, partner_fields
from adjoin.sharing.crossing import files, gathering, outgoing, partners, reading
from adjoin.sharing.crossing.reading import Unreadable
from adjoin.sharing.delivery import sending, settling
from adjoin.sharing.journal import arrivals
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.receiving import incoming
from adjoin.sharing.receiving.endings import Ending
from adjoin.sharing.terms import (
    BY_HEADER,
    BY_UUID_HEADER,
    FROZEN_CODE,
    NUMBER_HEADER,
    REASON_HEADER,
    TOGETHER_HEADER,
    TOGETHER_MAX,
    TOKEN_HEADER,
    VERSION,
    VERSION_HEADER,
)
from adjoin.sharing.wire import floods
from adjoin.tickets.actions import TicketIsFrozen

if TYPE_CHECKING:
    from adjoin.tickets.taking_back import Blanked

log = structlog.get_logger("adjoin.sharing")

SAFE_STATUSES = (401, 403, 404, 405, 408, 410, 422, 500, 503)
TOGETHER_SECONDS = 4.0  # an answer has to be back before whoever asks gives up
View = Callable[..., HttpResponseBase]


class NoToken(DeskError):
    """The request names no agreement."""

    code = "no_token"
    status = 401


class WrongToken(DeskError):
    """No such agreement, or another key: the same words for both."""

    code = "wrong_token"
    status = 403


class NotInForce(DeskError):
    """The agreement does not let tickets pass now."""

    code = "not_in_force"
    status = 403


class WrongMethod(DeskError):
    """This address takes other methods."""

    code = "wrong_method"
    status = 405


def _wire(view: View) -> View:
    """Answers failures as peers bear them, and asks for no CSRF token: a partner has its key."""

    @csrf_exempt
    @functools.wraps(view)
    def wrapped(request: HttpRequest, **names: str) -> HttpResponseBase:
        try:
            if request.headers.get(VERSION_HEADER, str(VERSION)).strip() != str(VERSION):
                raise Unreadable(say("We speak version %(version)s.") % {"version": VERSION}, code="bad_version")
            return view(request, **names)
        except DeskError as error:
            return _refusal(error)
        except OperationalError as error:
            log.warning("database_unavailable", error=str(error).splitlines()[0])
            return _refusal(TooMany(say("The database does not answer right now."), retry_after_seconds=1))

    return wrapped


@_wire
def agreement(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """Invitations, answers and endings."""
    if request.method == "POST":
        return _invite(request, uuid)
    found = _authenticated(request)
    if found.uuid != uuid:
        raise _wrong_token()
    if request.method == "GET":
        own_fields = partner_fields.told(found.terms) if found.syncs_custom_fields and found.is_accepted else None
        whole = messages.whole(found, current.account().name, own_fields)
        return JsonResponse({**whole, "access_key": found.access_key})
    if request.method == "PUT":
        found = partner_actions.receive_news(agreement=found, body=_body(request), now=timezone.now())
    elif request.method == "DELETE":
        found = partner_actions.receive_end(agreement=found, now=timezone.now())
    else:
        raise _wrong_method()
    return JsonResponse({"uuid": found.uuid, "status": found.status})


@_wire
def ticket(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """Shares, updates and unshares."""
    found = _in_force(request)
    if not addresses.is_uuid(uuid):
        raise NotFound
    if request.method == "GET":
        return _tell(found, uuid)
    if request.method not in ("POST", "PUT", "DELETE"):
        raise _wrong_method()
    arrival = arrivals.Arrival(found, uuid, request.method, _number(request))
    if request.method == "DELETE":
        answer = _kept(arrival, lambda: _take_unshare(request, arrival))
    else:
        answer = _kept(arrival, lambda: _take(arrival, _body(request)))
    answer.headers[TOGETHER_HEADER] = str(TOGETHER_MAX)
    return answer


@_wire
def together(request: HttpRequest) -> HttpResponseBase:
    """Updates of several tickets in one request, as Adjoin desks send them; each is taken, or not, by itself.

    `answers` has one for each of the first so many. The rest was not looked at: there was no time left."""
    if request.method != "POST":
        raise _wrong_method()
    found = _in_force(request)
    updates = _body(request).get("updates")
    if not isinstance(updates, list) or len(updates) > TOGETHER_MAX:
        raise Unreadable(say("Send a list of at most %(most)s updates.") % {"most": TOGETHER_MAX}, code="bad_updates")
    floods.check_requests(found, timezone.now(), times=max(len(updates) - 1, 0))  # the first was counted already
    deadline = time.monotonic() + TOGETHER_SECONDS
    known = _Known(found, updates)
    answers: list[dict[str, Any]] = []
    for update in updates:
        if answers and time.monotonic() > deadline:
            break
        answers.append(_answer_to(found, update, known))
    return JsonResponse({"answers": answers})


class _Known:
    """What several updates of a partner are about, looked up once for all. Each locks its own and reads it afresh."""

    def __init__(self, found: SharingAgreement, updates: list[Any]) -> None:
        named = (str(update.get("uuid")) for update in updates if isinstance(update, dict))
        uuids = list(filter(addresses.is_uuid, named))
        self.tickets = {row.uuid: row for row in SharedTicket.objects.filter(agreement_id=found.pk, uuid__in=uuids)}
        self.people: partners.Met = {}


def _answer_to(found: SharingAgreement, update: Any, known: _Known) -> dict[str, Any]:
    """What one update would have been answered alone."""
    try:
        response = _take_one(found, update, known)
    except DeskError as error:
        response = _refusal(error)
    except OperationalError:
        raise
    except Exception:
        log.exception("update_failed", agreement_id=found.pk)
        response = JsonResponse({"error": {"code": "failed", "message": "Something went wrong here."}}, status=500)
    wait = response.headers.get("Retry-After")
    told = {"retry_after": int(wait)} if wait else {}
    return {"status": response.status_code, "body": json.loads(response.content), **told}


def _take_one(found: SharingAgreement, update: Any, known: _Known) -> JsonResponse:
    verb, uuid, body = (update.get(name) for name in ("verb", "uuid", "body")) if isinstance(update, dict) else [""] * 3
    if verb not in ("POST", "PUT") or not isinstance(body, dict):
        raise Unreadable(say("An update has verb, uuid and body."), code="bad_updates")
    if not isinstance(uuid, str) or not addresses.is_uuid(uuid):
        raise NotFound
    arrival = arrivals.Arrival(found, uuid, verb, met=dict(known.people))
    answer = _kept(arrival, lambda: _take(arrival, body, known.tickets.get(uuid)))
    known.people |= arrival.met  # only now: whoever was made for one that failed is nobody
    return answer


def _kept(arrival: arrivals.Arrival, take: Callable[[], JsonResponse]) -> JsonResponse:
    """What `take` answers, with a line in the journal. Raises what it raises, which stands there too."""
    try:
        if arrival.verb == "POST":
            _check_flood(arrival)  # before: what it tells admins stays, whatever becomes of the rest
        with transaction.atomic(), prepared.gathered():  # both or neither, in one
            response = take()
            arrivals.keep(arrival, response.status_code, "", timezone.now())
    except DeskError as error:
        arrivals.keep(arrival, _refusal(error).status_code, of_error(error), timezone.now())
        raise
    return response


@_wire
def attachment(request: HttpRequest, token: str) -> HttpResponseBase:
    """A file of a shared comment, as a download. Adjoin desks show their key; others have the address only."""
    if request.method not in ("GET", "HEAD"):
        raise _wrong_method()
    asking = _authenticated(request) if TOKEN_HEADER in request.headers else None
    found = files.at_address(token, asking, timezone.now())
    try:
        stream = storage.files().open(found.sha256)
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(stream, as_attachment=True, filename=found.file_name, content_type=found.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _invite(request: HttpRequest, uuid: str) -> HttpResponseBase:
    floods.check_invitations(request.META.get("REMOTE_ADDR", ""), timezone.now())
    body = _body(request)
    token = request.headers.get(TOKEN_HEADER)
    if token and token != f"{body.get('uuid')}:{body.get('access_key')}":
        raise _wrong_token()
    found, is_new = partner_actions.receive_invitation(
        uuid=uuid, body=body, own_hosts=_own_hosts(request), now=timezone.now()
    )
    return JsonResponse({"uuid": found.uuid, "status": found.status}, status=201 if is_new else 200)


def _take(arrival: arrivals.Arrival, body: dict[str, Any], known: SharedTicket | None = None) -> JsonResponse:
    """A share or an update; of what ticket, where that is `known` already."""
    news = _news(arrival, body)
    return _take_share(arrival, news) if arrival.verb == "POST" else _take_news(arrival, news, known)


def _check_flood(arrival: arrivals.Arrival) -> None:
    if not SharedTicket.objects.filter(agreement=arrival.agreement, uuid=arrival.uuid).exists():
        floods.check_new_tickets(arrival.agreement, timezone.now())


def _take_share(arrival: arrivals.Arrival, news: reading.TicketNews) -> JsonResponse:
    shared, is_new = incoming.take_share(arrival.agreement, arrival.uuid, news, timezone.now())
    arrival.shared = shared
    return _receipt(shared, status=201 if is_new else 200)


def _take_news(arrival: arrivals.Arrival, news: reading.TicketNews, known: SharedTicket | None) -> JsonResponse:
    shared = arrival.shared = known or _shared(arrival.agreement, arrival.uuid)
    shared.agreement = arrival.agreement
    return _receipt(shared, blanked=incoming.take_news(arrival.agreement, shared, news, timezone.now()))


def _take_unshare(request: HttpRequest, arrival: arrivals.Arrival) -> JsonResponse:
    shared = _shared(arrival.agreement, arrival.uuid)
    ending = Ending(
        number=arrival.number,
        reason=request.headers.get(REASON_HEADER, ""),
        by_name=unquote(request.headers.get(BY_HEADER, ""))[:200],
        by_uuid=request.headers.get(BY_UUID_HEADER, ""),
    )
    blanked = incoming.take_unshare(arrival.agreement, shared, timezone.now(), ending)
    return _receipt(shared, blanked=blanked)


def _tell(agreement: SharingAgreement, uuid: str) -> JsonResponse:
    shared = _shared(agreement, uuid)
    row = readable.tickets(Actor.system()).select_related("requester").filter(pk=shared.ticket_id).first()
    if row is None or not shared.is_active:
        raise incoming.Gone(say("This ticket is no longer shared under this agreement."))
    facts = gathering.facts(shared, row, is_whole=True)
    payload = outgoing.whole(facts, agreement.terms, is_sharer=shared.is_sent)
    return JsonResponse(files.with_addresses(payload, shared, timezone.now()))


def _in_force(request: HttpRequest) -> SharingAgreement:
    found = _authenticated(request)
    if not found.is_accepted:
        raise NotInForce(say("This agreement is not in force."))
    return found


def _authenticated(request: HttpRequest) -> SharingAgreement:
    """The agreement whose key the request has. The same answer for an unknown one and a wrong key."""
    token = request.headers.get(TOKEN_HEADER, "")
    uuid, colon, key = token.partition(":")
    if not colon or not addresses.is_uuid(uuid) or not key.isascii():
        raise NoToken(say("Send %(token_header)s: <agreement uuid>:<access key>.") % {"token_header": TOKEN_HEADER})
    found = next(iter(_agreements(uuid)), None)
    now = timezone.now()
    if found is None or not found.knows_key(key, now):
        log.warning("wrong_token", agreement_id=found.pk if found else None, path=request.path)
        raise _wrong_token()
    if found.next_access_key and hmac.compare_digest(found.next_access_key, key):
        settling.key_taken(found.pk, now)  # who comes with the new key has it
    floods.check_requests(found, now)
    sending.heard_from(found, now)
    return found


def _shared(agreement: SharingAgreement, uuid: str) -> SharedTicket:
    found = next(iter(_tickets(agreement.pk, uuid)), None)
    if found is None:
        raise NotFound(say("There is no such ticket under this agreement."))
    found.agreement = agreement
    return found


@statements.kept(is_prepared=True)
def _agreements(uuid: str) -> QuerySet[SharingAgreement]:
    return SharingAgreement.objects.filter(uuid=uuid)


@statements.kept(is_prepared=True)
def _tickets(agreement_id: int, uuid: str) -> QuerySet[SharedTicket]:
    return SharedTicket.objects.filter(agreement_id=agreement_id, uuid=uuid)


def _news(arrival: arrivals.Arrival, body: dict[str, Any]) -> reading.TicketNews:
    """What it says. Raises `NotInForce` for a share that goes the wrong way, `Unreadable`."""
    if arrival.verb == "POST" and arrival.agreement.is_outbound:
        raise NotInForce(say("Under this agreement we share with you. Make one of your own to share with us."))
    arrival.body = body
    arrival.news = news = replace(reading.ticket(body), met=arrival.met)
    if news.uuid not in (None, arrival.uuid):
        raise Unreadable(say("The uuid is not the one in the address."), code="uuid_mismatch")
    return news


def _number(request: HttpRequest) -> int:
    """The number of a delivery that has no body; 0 when none was given."""
    number = request.headers.get(NUMBER_HEADER, "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent, whatever its content type says it is."""
    return reading.parse(request.read(reading.BODY_MAX_BYTES + 1))


def _own_hosts(request: HttpRequest) -> frozenset[str]:
    """Every `host` and `host:port` this account answers at."""
    names = set(Domain.objects.filter(tenant=current.account()).values_list("domain", flat=True))
    port = request.get_host().rpartition(":")[2] if ":" in request.get_host() else ""
    own = addresses.host_of(addresses.own_url()).partition(":")[2]
    return frozenset(names | {f"{name}:{p}" for name in names for p in (port, own) if p})


def _receipt(shared: SharedTicket, status: int = 200, blanked: Blanked | None = None) -> JsonResponse:
    told = {"blanked": {"comments": blanked.comments, "files": blanked.files}} if blanked else {}
    return JsonResponse({"uuid": shared.uuid, "id": shared.ticket_id, **told}, status=status)


def _refusal(error: DeskError) -> JsonResponse:
    status = error.status if error.status in SAFE_STATUSES else 422
    headers = {}
    if isinstance(error, TooMany):
        status = 503
        headers["Retry-After"] = str(error.retry_after_seconds)
    if status == 401:
        headers["WWW-Authenticate"] = "X-Ticket-Sharing"
    code = FROZEN_CODE if isinstance(error, TicketIsFrozen) else error.code
    return JsonResponse({"error": {"code": code, "message": str(error)}}, status=status, headers=headers)


def _wrong_token() -> WrongToken:
    return WrongToken(say("The token is not one of ours."))


def _wrong_method() -> WrongMethod:
    return WrongMethod(say("This address does not take that method."))
