"""Seeing the desk as somebody else: for half an hour, without changing anything, as long as oneself may.

It is kept in the session of whoever looks, at the host where they look. Help centers of other brands have hosts and
sessions of their own; a link that works once, for a minute, carries the view there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.utils.translation import gettext as _

from adjoin.access import actors, permissions
from adjoin.access.permissions import Permission
from adjoin.kernel import ids, outbox, record
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.errors import DeskError, NotAllowed, NotFound
from adjoin.kernel.record import Did
from adjoin.people import sessions
from adjoin.people.models import User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

LASTS = timedelta(minutes=30)
LINK_SECONDS = 60
KIND = "view_as"  # of the audit log
_KEY = "viewing"


class Ended(DeskError):
    """The half hour is over, or who looked may not any more."""

    code = "Forbidden"
    status = 403


@dataclass(frozen=True)
class Viewing:
    """Somebody sees the desk as `person`, until then."""

    admin_id: int
    admin_name: str
    person: User
    until: datetime
    back: str  # address of where it began

    @property
    def acting(self) -> Acting:
        """Who it is that acts, for the record."""
        return Acting(user_id=self.admin_id, name=self.admin_name, viewed_name=self.person.name)


def somebody(actor: Actor, user_id: int) -> User:
    """The person with that id, whom `actor` may see the desk as. Raises `NotFound`, `NotAllowed`."""
    permissions.require(actor, Permission.VIEW_AS)
    person: User | None = User.objects.active().filter(pk=user_id, is_suspended=False, partner_name="").first()
    if person is None:
        raise NotFound
    if person.role == Role.ADMIN or person.is_owner:
        raise NotAllowed(_("Nobody sees the desk as another admin. Choose an agent or an end user."))
    return person


def begin(session: SessionBase, *, actor: Actor, person: User, host: str, back: str, now: datetime) -> None:
    """From now on whoever has this session sees the desk at `host` as `person`."""
    _begun(actor, person, now)
    _enter(session, _kept(actor, person, host=host, back=back, until=now + LASTS))


def link(session: SessionBase, *, actor: Actor, person: User, brand: Brand, back: str, now: datetime) -> str:
    """The path at the brand's host that opens its help center as `person`: good once, for a minute."""
    _begun(actor, person, now, brand=(None, brand.name))
    kept = _kept(actor, person, host="", back=back, until=now + LASTS)
    key = ids.new_secret()
    cache.set(_place(key), {**kept, "brand_id": brand.pk, "session_key": session.session_key}, LINK_SECONDS)
    return key


def enter(session: SessionBase, *, key: str, brand: Brand, host: str) -> None:
    """Begin at a brand's host what `link` prepared. Raises `Ended` for a link that was used or is too old."""
    kept = cache.get(_place(key))
    if not kept or not cache.delete(_place(key)) or kept.pop("brand_id") != brand.pk:
        raise Ended(_("This link has been used, or is older than a minute. Begin again in the settings."))
    _enter(session, {**kept, "host": host})


def read(session: SessionBase, *, signed_in_id: int | None, host: str | None, now: datetime) -> Viewing | None:
    """What the session sees the desk as; None when as itself. Raises `Ended` when that is over.

    Without a `host` it is not asked whether the session is used where it began."""
    kept = session.get(_KEY)
    if kept is None:
        return None
    looks = _signed_in_at(kept["session_key"]) if kept["session_key"] else signed_in_id
    actor = actors.load(looks)
    if looks != kept["admin_id"] or (host is not None and host != kept["host"]):
        raise Ended(_("You are not signed in any more. Sign in again."))
    until = datetime.fromisoformat(kept["until"])
    if now >= until:
        raise Ended(_("Half an hour is over, and you are yourself again. Nothing was changed."))
    try:
        person = somebody(actor, kept["user_id"])
    except DeskError as error:
        raise Ended(_("You may not see the desk as this person any more, and are yourself again.")) from error
    return Viewing(kept["admin_id"], actor.name, person, until, kept["back"])


def seen_as(session: SessionBase, *, signed_in_id: int | None, host: str | None, now: datetime) -> int | None:
    """The id of whose eyes the session sees with; None for nobody's."""
    try:
        viewing = read(session, signed_in_id=signed_in_id, host=host, now=now)
    except Ended:
        return None
    return viewing.person.pk if viewing else signed_in_id


def end(session: SessionBase, now: datetime) -> str:
    """Be oneself again; gives back where it began. It is recorded as done by whoever looked."""
    kept: Mapping[str, Any] = session.pop(_KEY)
    if now < datetime.fromisoformat(kept["until"]):  # otherwise `tasks.tell_end` tells of it
        record_end(admin_id=kept["admin_id"], admin_name=kept["admin_name"], user_id=kept["user_id"], now=now)
    if kept["session_key"] and who_signed_in(session) is None:
        session.flush()  # at this host there is nothing else in it
    return str(kept["back"])


def record_end(*, admin_id: int | None, admin_name: str, user_id: int, now: datetime) -> None:
    """Have it recorded that somebody sees the desk as that person no more."""
    person = User.objects.filter(pk=user_id).first()
    if person is not None:
        with acting(Acting(user_id=admin_id, name=admin_name, viewed_name=person.name)):
            record.changed(Did.DELETED, KIND, person.pk, person.name, now=now)


def who_signed_in(session: SessionBase) -> int | None:
    """The id of who has signed in with a session; None for nobody, and after a new password."""
    user = get_user(cast("Any", SimpleNamespace(session=session)))  # all that Django wants of a request
    return user.pk if user.is_authenticated else None


def _signed_in_at(session_key: str) -> int | None:
    return who_signed_in(import_module(settings.SESSION_ENGINE).SessionStore(session_key))


def _enter(session: SessionBase, kept: Mapping[str, Any]) -> None:
    session.cycle_key()
    session[_KEY] = dict(kept)
    sessions.bind(session, kept["host"])


def _kept(actor: Actor, person: User, *, host: str, back: str, until: datetime) -> dict[str, Any]:
    return {
        "admin_id": actor.user_id,
        "admin_name": actor.name,
        "user_id": person.pk,
        "host": host,
        "back": back,
        "until": until.isoformat(),
        "session_key": "",
    }


def _begun(actor: Actor, person: User, now: datetime, **changes: tuple[Any, Any]) -> None:
    """Have the beginning recorded, and the end when it comes by itself."""
    record.changed(Did.CREATED, KIND, person.pk, person.name, now=now, until=(None, now + LASTS), **changes)
    facts = {"admin_id": actor.user_id, "admin_name": actor.name, "user_id": person.pk}
    outbox.publish("view_as.begun", **facts, begun_at=now.isoformat(), until=now + LASTS)


def _place(key: str) -> str:
    return f"view-as:{ids.digest(key)}"
