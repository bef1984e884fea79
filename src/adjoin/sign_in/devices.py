"""Where somebody is signed in, and ending that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet

from adjoin.kernel import outbox, record
from adjoin.kernel.record import Did
from adjoin.people.models import User
from adjoin.sign_in.models import Device, ProviderIdentity, SignInLink

KEPT_FRESH_WITHIN = timedelta(minutes=5)  # `last_used_at` is at most this old, so that reads stay reads
_KEY = "device"


def begin(
    session: SessionBase,
    *,
    user: User,
    method: str,
    host: str,
    agent: str,
    address: str,
    now: datetime,
    provider_id: int | None = None,
    name_id: str = "",
    session_index: str = "",
) -> Device:
    """Note that `user` has just signed in with that session; sessions of theirs that are over are forgotten."""
    Device.objects.filter(user=user).exclude(session_key__in=Session.objects.values("session_key")).delete()
    device, _ = Device.objects.update_or_create(
        session_key=_key_of(session),
        defaults={
            "user": user,
            "method": method,
            "host": host,
            "agent": agent.replace("\x00", "")[:300],
            "address": address,
            "provider_id": provider_id,
            "name_id": name_id,
            "session_index": session_index,
            "created_at": now,
            "last_used_at": now,
        },
    )
    session[_KEY] = [device.pk, device.session_key, now.timestamp()]
    return device


def touch(session: SessionBase, now: datetime) -> None:
    """Note that the session is in use; asks the database only every few minutes, or when the session's key is new."""
    kept = session.get(_KEY)
    if not kept:
        return
    pk, key, at = kept
    if key == session.session_key and now.timestamp() - at < KEPT_FRESH_WITHIN.total_seconds():
        return
    Device.objects.filter(pk=pk).update(session_key=_key_of(session), last_used_at=now)
    session[_KEY] = [pk, session.session_key, now.timestamp()]


def of(user: User) -> QuerySet[Device]:
    """Where they are signed in, the latest first. Sessions that ended by themselves are left out."""
    living = Session.objects.filter(session_key__in=Device.objects.filter(user=user).values("session_key"))
    keys = living.values("session_key")
    return Device.objects.filter(user=user, session_key__in=keys).order_by("-last_used_at", "-pk")


@transaction.atomic
def end(device: Device, now: datetime) -> None:
    """Sign out there. Pages that listen for news there hear no more."""
    Session.objects.filter(session_key=device.session_key).delete()
    Device.objects.filter(pk=device.pk).delete()
    _told(device.user, now, ended=1)


@transaction.atomic
def end_all(user: User, now: datetime) -> User:
    """Sign `user` out everywhere, here too: also in sessions that nobody noted. Gives back the person."""
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
    devices = Device.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(devices.values_list("session_key", flat=True))).delete()
    ended, _ = devices.delete()
    _told(user, now, ended=ended)
    user.refresh_from_db(fields=["sign_outs"])
    return user


def forget(user: User, **facts: Any) -> None:
    """Forget how an erased person signed in."""
    for model in (Device, SignInLink, ProviderIdentity, Authenticator):
        model.objects.filter(user=user).delete()


def _told(user: User, now: datetime, *, ended: int) -> None:
    record.changed(Did.UPDATED, "user", user.pk, user.name, now=now, sessions=(ended, 0))
    outbox.publish("sessions.ended", user_id=user.pk)


def forget_ended(now: datetime) -> int:
    """How many sessions had ended and were removed, with what was noted of their browsers."""
    gone, _ = Session.objects.filter(expire_date__lt=now).delete()
    Device.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


def _key_of(session: SessionBase) -> str:
    if not session.session_key:
        session.create()
    return str(session.session_key)
