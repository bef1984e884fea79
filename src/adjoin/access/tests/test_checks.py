"""Every check of a permission keeps somebody from something: each is taken away in turn, and what it kept is then done.

People without rights ask for every address. Where a check says no, the same is asked again as if that check were not
there: it no longer says no, and where another one stands behind it, that one is taken away next. What the run saw is
a table in `docs/access.md`. `CHECKS=all` asks for every address, and with `WRITE_DOCS=1` writes the table anew; the
usual run asks for some of them, and sees that the table names every check there is."""

from __future__ import annotations

import os
import re
from collections import deque
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client

from adjoin.access.tests.test_tables import page
from adjoin.kernel.errors import DeskError
from adjoin.testing import checks, refusals
from adjoin.testing.checks import Check
from adjoin.testing.desk import Desk
from adjoin.testing.jobs import run_jobs
from adjoin.testing.refusals import Asked

BEGINNING, END = "<!-- checks: begin -->\n", "<!-- checks: end -->\n"
DEPTH = 6  # checks one behind another
IS_WHOLE = os.environ.get("CHECKS") == "all"  # else one address of some is asked for, and each in particular
ONE_OF = 80


@dataclass
class Sweep:
    """What was refused to whom: for each check the first request it refused, and what stood before it there."""

    desk: Desk
    found: dict[Check, tuple[Asked, frozenset[Check]]] = field(default_factory=dict)

    def ask(self, asked: Asked, *, is_particular: bool = False) -> None:
        """Ask, and again without each check that said no, as deep as they stand one behind another.

        What is asked in particular goes on behind those that others have come to already. The whole run takes each
        away alone, so that the table names no more than what stands before; the usual one all of a request at once."""
        waiting, passed = deque([frozenset[Check]()]), set[Check]() if is_particular else set(self.found)
        while waiting:
            opened = waiting.popleft()
            refused = [check for check in dict.fromkeys(self._refused(asked, opened)) if check not in passed]
            passed.update(refused)
            for check in refused:
                self.found.setdefault(check, (asked, opened))
            if refused and len(opened) < DEPTH:
                waiting += [opened | {check} for check in refused] if IS_WHOLE else [opened | {*refused}]

    def _refused(self, asked: Asked, opened: frozenset[Check]) -> list[Check]:
        """The checks that say no to it, where those `opened` do not."""
        with checks.watched(opened) as watch, transaction.atomic():
            if asked.step is not None:
                with suppress(DeskError):
                    asked.step(self.desk.actor(asked.who))
            else:
                self._send(asked)
            if asked.runs_jobs:
                run_jobs()
            transaction.set_rollback(True)
        assert opened.isdisjoint(watch.refused)
        return watch.refused

    def _send(self, asked: Asked) -> None:
        client = Client(raise_request_exception=False)  # a new one: some addresses sign people out
        client.cookies = deepcopy(self.desk.browsers[asked.who].cookies)
        how: dict[str, Any] = {"headers": {"host": self.desk.brands["home"].host}}
        given = {name: ContentFile(it, "file.csv") if isinstance(it, bytes) else it for name, it in asked.data}
        if asked.method != "GET" and asked.path.startswith("/api/") and given == dict(asked.data):
            how["content_type"] = "application/json"
        answer = getattr(client, asked.method.lower())(asked.path, given, **how)
        if answer.streaming:
            answer.getvalue()  # which closes the file


def test_every_check_keeps_somebody_from_something(desk: Desk) -> None:
    refusals.hire_nil(desk)
    sweep = Sweep(desk)
    for asked in refusals.in_particular(desk):
        sweep.ask(asked, is_particular=True)
    for asked in list(refusals.everywhere(desk))[:: 1 if IS_WHOLE else ONE_OF]:
        sweep.ask(asked)
    if not IS_WHOLE:
        told = re.findall(r"^\| (`.*?) \| \w", page().read_text().split(BEGINNING)[1], re.MULTILINE)
        assert set(told) == {str(check) for check in checks.every()}
        return
    assert [str(check) for check in checks.every() - sweep.found.keys()] == []
    rows = "".join(f"| {check} | {_told(sweep, check)} |\n" for check in sorted(checks.every()))
    whole = f"\n| check | who is refused by it | and by what before it |\n| --- | --- | --- |\n{rows}\n"
    before, rest = page().read_text().split(BEGINNING)
    written, after = rest.split(END)
    if os.environ.get("WRITE_DOCS"):
        page().write_text(f"{before}{BEGINNING}{whole}{END}{after}")
    else:
        assert written == whole


def _told(sweep: Sweep, check: Check) -> str:
    asked, opened = sweep.found[check]
    return f"{asked} | {', '.join(sorted(f'`{one.function}`' for one in opened))}"
