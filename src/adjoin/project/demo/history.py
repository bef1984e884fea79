"""`python -m adjoin.project.demo.history`: make the example companies' past, before anything is served.

Runs with a PostgreSQL of its own for as long as it takes, on every core there is. Done once, it does nothing."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import replace
from datetime import datetime
from functools import partial

from adjoin.adapters import launch
from adjoin.adapters.postgres import DatabaseTrouble
from adjoin.project import logs
from adjoin.project.demo import state
from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

_REQUESTS_A_PART = 20


class NotOurs(Exception):
    """The home or the database has a desk in it that the demo did not make; the message says what to do."""


def main() -> int:
    """Make the past, whole; gives back the exit code."""
    environment = Environment.read()
    logs.configure({"level": environment.log_level})
    try:
        with django_ready(environment):
            _make_once(environment)
    except (DatabaseTrouble, NotOurs) as error:
        print(f"adjoin: {error}", file=sys.stderr)
        return 1
    return 0


def _make_once(environment: Environment) -> None:
    from django.db import connections
    from django.utils import timezone

    from adjoin.accounts.models import Account
    from adjoin.project import schemas
    from adjoin.project.demo import seed
    from adjoin.project.demo.companies import COMPANIES

    schemas.migrate()
    if state.is_unfinished(environment):
        seed.clear()
    found = set(Account.objects.values_list("subdomain", flat=True))
    if found >= {company.subdomain for company in COMPANIES}:
        return
    if found:
        raise NotOurs(f"There is a desk in {environment.home} already. Start the demo with another ADJOIN_HOME.")
    state.begin(environment)
    connections.close_all()  # no process may inherit one
    _make(timezone.now(), environment.demo_share)


def _make(now: datetime, share: float) -> None:
    """Every company's past, in a process a core, with that `share` of its tickets.

    Whatever goes wrong in one of the processes goes wrong here."""
    from adjoin.project.demo import seed
    from adjoin.project.demo.companies import COMPANIES

    companies = [replace(company, tickets=round(company.tickets * share)) for company in COMPANIES]
    gc.freeze()
    fork = multiprocessing.get_context("fork")
    ends_with_us = partial(launch.end_with_parent, os.getpid(), signal.SIGKILL)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=fork, initializer=ends_with_us) as pool:
        founding = {pool.submit(seed.found, company, now): company for company in companies}
        answering: list[Future[None]] = []
        for future in as_completed(founding):
            for first in range(0, future.result(), _REQUESTS_A_PART):
                part = {"first": first, "end": first + _REQUESTS_A_PART}
                answering.append(pool.submit(seed.answer, founding[future], now, **part))
        for answered in as_completed(answering):
            answered.result()
    for company in companies:
        seed.open_for_business(company, now)


if __name__ == "__main__":
    sys.exit(main())
