"""Background jobs inside an account.

A job is a row written in the transaction that causes it. It names the account's schema; when it runs, it enters
that schema first, so a task's own code never mentions accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import close_old_connections, connection
from django.db.models import QuerySet
from django.utils import timezone
from django_tenants.utils import tenant_context
from procrastinate import BaseRetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from adjoin.accounts import current
from adjoin.accounts.models import Account
from adjoin.kernel import statements


class AccountTask:
    """A function that can be called later, in the account that asked for it."""

    def __init__(self, function: Callable[..., None], task: Task[..., Any, Any]) -> None:
        self.function = function
        self.task = task

    def defer(self, *, lock: str | None = None, at: datetime | None = None, **arguments: Any) -> None:
        """Enqueue one call in this transaction. Jobs with the same `lock` run one at a time, in order."""
        schema = current.schema()
        job = self.task.configure(lock=f"{schema}:{lock}" if lock else None, schedule_at=at)
        job.defer(account=schema, **arguments)

    def __call__(self, **arguments: Any) -> None:
        """Call it now, in this account."""
        self.function(**arguments)


def task(
    name: str, *, retry: bool | int | BaseRetryStrategy = False, priority: int = 0
) -> Callable[[Callable[..., None]], AccountTask]:
    """Make a function taking ids into a job named `name`. It may run twice, so it claims what it works on."""

    def wrap(function: Callable[..., None]) -> AccountTask:
        def run(*, account: str, **arguments: Any) -> None:
            _drop_dead_connection()
            try:
                for found in _called(account):
                    with tenant_context(found):
                        function(**arguments)
            finally:
                _drop_dead_connection()

        return AccountTask(function, app.task(name=name, retry=retry, priority=priority)(run))

    return wrap


@statements.kept()
def _called(schema: str) -> QuerySet[Account]:
    """The account, unless it is gone."""
    found: QuerySet[Account] = Account.objects.filter(schema_name=schema)
    return found


def in_every_account(work: Callable[[datetime], None]) -> None:
    """Do something now in one account after the other: what periodic jobs do that are soon done."""
    _drop_dead_connection()
    try:
        for account in Account.objects.order_by("pk"):
            with tenant_context(account):
                work(timezone.now())
    finally:
        _drop_dead_connection()


def for_each_account(task: AccountTask) -> None:
    """Enqueue one call of `task` in every account: what periodic jobs do."""
    for account in Account.objects.order_by("pk"):
        with tenant_context(account):
            task.defer()


def _drop_dead_connection() -> None:
    """Let go of a connection that PostgreSQL has closed; never one that is inside a transaction."""
    if not connection.in_atomic_block:
        close_old_connections()
