"""Signing in with an address and a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from adjoin.kernel import statements
from adjoin.people.models import User


class PasswordBackend(ModelBackend):
    """Knows active, not suspended people with an address. An unknown address takes as long as a wrong password."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = (username or kwargs.get("email") or "").strip().lower()
        if not email or password is None:
            return None
        user = User.objects.with_email(email).first()
        if user is None:
            User().set_password(password)  # the same work for an address we do not know
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.is_active and not user.is_suspended)

    def get_user(self, user_id: int) -> User | None:
        user = next(iter(_with_id(int(user_id))), None)
        return user if user is not None and self.user_can_authenticate(user) else None


@statements.kept(is_prepared=True)
def _with_id(user_id: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id)
    return found
