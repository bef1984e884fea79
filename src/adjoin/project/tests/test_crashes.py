"""Whatever is killed, whenever: nothing is lost, nothing is doubled, on neither side.

Customers and agents live through the story of two companies again and again, several at once, while worker, web
process, PostgreSQL and single connections of it are killed at random moments. They do what any careful program does:
what got no answer, they send again with the same Idempotency-Key."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes, policy
from random import Random
from typing import Any
from uuid import uuid4

import psutil
import pytest
import requests

from adjoin.testing.desk_process import Api, DeskProcess
from adjoin.testing.processes import running_for, wait_until

SEED = 20260304
TARGETS = {"worker": 15, "web": 15, "postgres": 8, "a connection": 12}  # how often each is killed: 50 in all
PAUSE_SECONDS = (0.0, 0.6)  # before a kill
CUSTOMERS = ("nora", "carl.bennett")  # each lives one story at a time
PATIENCE_SECONDS = 240  # after the last kill: pauses between tries have grown by then
WORDS, ANSWER, REPLY = "The kettle is dead.", "Which one is it?", "The one from Graz."
NOTE, LAST_WORDS = "canary-77b0: fourth one this week.", "A new one is on its way."


class Patience:
    """Is not lost while the killing lasts, and some minutes after."""

    def __init__(self, is_over: threading.Event) -> None:
        self.is_over = is_over
        self.deadline = 0.0

    def is_left(self) -> bool:
        if not self.is_over.is_set() or not self.deadline:
            self.deadline = time.monotonic() + PATIENCE_SECONDS
        return time.monotonic() < self.deadline


class StubbornApi:
    """The API as a program uses it that does not take a broken connection for an answer."""

    def __init__(self, api: Api, is_over: threading.Event) -> None:
        self.api = api
        self.is_over = is_over

    def get(self, path: str, **parameters: Any) -> Any:
        return self._until_answered("GET", path, params=parameters)

    def write(self, method: str, path: str, data: Any) -> Any:
        """Send a change; however often it is sent, it is one change."""
        return self._until_answered(method, path, json=data, headers={"Idempotency-Key": str(uuid4())})

    def upload(self, name: str, content: bytes) -> str:
        """The token of a file that waits for a comment."""
        headers = {"Content-Type": "application/octet-stream"}
        sent = self._until_answered("POST", "/uploads", params={"filename": name}, data=content, headers=headers)
        return str(sent["upload"]["token"])

    def wait_for(self, path: str, found: Callable[[Any], Any], **parameters: Any) -> Any:
        """What `found` sees in the answer to `path`, as soon as it sees something."""
        patience = Patience(self.is_over)
        while not (seen := found(self.get(path, **parameters))):
            assert patience.is_left(), f"{path} {parameters} does not show it within {PATIENCE_SECONDS} s"
            time.sleep(0.3)
        return seen

    def _until_answered(self, method: str, path: str, **more: Any) -> Any:
        patience = Patience(self.is_over)
        while True:
            try:
                answer = self.api.session.request(method, f"{self.api.base}{path}", timeout=20, **more)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
                return answer.json()
            assert patience.is_left(), f"no answer to {method} {path} within {PATIENCE_SECONDS} s"
            time.sleep(0.2)


@dataclass
class Story:
    """One request from beginning to end."""

    subject: str
    customer: str
    at_acme: int = 0
    at_maker: int = 0

    def live(self, desk: DeskProcess, is_over: threading.Event) -> None:
        """Live through it, however often the desk falls over until that `is_over`."""
        customer, ana, max_ = (StubbornApi(desk.api(name), is_over) for name in (self.customer, "ana", "max"))
        token = customer.upload("kettle.txt", self.subject.encode())
        comment = {"body": WORDS, "uploads": [token]}
        filed = customer.write("POST", "/requests", {"request": {"subject": self.subject, "comment": comment}})
        self.at_acme = filed["request"]["id"]
        self.at_maker = max_.wait_for("/search", _one_ticket, query=f'type:ticket subject:"{self.subject}"')
        max_.write("PUT", f"/tickets/{self.at_maker}", _ticket(ANSWER, status="pending"))
        customer.wait_for(f"/requests/{self.at_acme}/comments", _has(ANSWER))
        customer.write("PUT", f"/requests/{self.at_acme}", {"request": {"comment": {"body": REPLY}}})
        ana.write("PUT", f"/tickets/{self.at_acme}", _ticket(NOTE, public=False))
        max_.wait_for(f"/tickets/{self.at_maker}/comments", _has(REPLY))
        max_.write("PUT", f"/tickets/{self.at_maker}", _ticket(LAST_WORDS, status="solved"))
        customer.wait_for(f"/requests/{self.at_acme}/comments", _has(LAST_WORDS))

    def check(self, desk: DeskProcess) -> None:
        """Everything is there once, on both sides, and in the customer's mailbox."""
        ana, max_ = desk.api("ana"), desk.api("max")
        assert _said(ana, self.at_acme) == sorted([WORDS, ANSWER, REPLY, NOTE, LAST_WORDS]), self
        assert _said(max_, self.at_maker) == sorted([WORDS, ANSWER, REPLY, LAST_WORDS]), self
        original = ana.get(f"/tickets/{self.at_acme}")["ticket"]
        copy = max_.get(f"/tickets/{self.at_maker}")["ticket"]
        assert (original["status"], copy["status"]) == ("solved", "solved"), self
        assert [len(ticket["sharing_agreement_ids"]) for ticket in (original, copy)] == [1, 1], self
        assert _files(ana, self.at_acme) == _files(max_, self.at_maker) == ["kettle.txt"], self


@pytest.mark.slow
def test_fifty_kills_lose_nothing_and_double_nothing(demo: DeskProcess) -> None:
    before = {name: demo.api(name).get("/tickets/count")["count"]["value"] for name in ("ada", "mira")}
    killer = Killer(demo, Random(SEED))
    with ThreadPoolExecutor(len(CUSTOMERS)) as pool:
        lives = [pool.submit(_live_until, killer.is_done, demo, name) for name in CUSTOMERS]
        killer.start()
        stories = [story for life in lives for story in life.result()]
    killer.join()
    assert killer.killed == TARGETS

    _wait_until_quiet(demo, stories, killer.is_done)
    for story in stories:
        story.check(demo)
    after = {name: demo.api(name).get("/tickets/count")["count"]["value"] for name in ("ada", "mira")}
    assert after == {name: count + len(stories) for name, count in before.items()}
    assert _mails_to_customers(demo, stories) == {story.at_acme: 3 for story in stories}  # received, answer, last words
    print(f"\n{len(stories)} stories, {dict(killer.killed)} in {killer.seconds:.0f} s")


class Killer(threading.Thread):
    """Kills parts of the desk at random, one to four in quick succession, whenever the desk works again."""

    def __init__(self, desk: DeskProcess, random: Random) -> None:
        super().__init__(name="killer", daemon=True)
        self.desk = desk
        self.random = random
        self.killed: Counter[str] = Counter()
        self.is_done = threading.Event()
        self.seconds = 0.0

    def run(self) -> None:
        began = time.monotonic()
        victims = [name for name, times in TARGETS.items() for _ in range(times)]
        self.random.shuffle(victims)
        try:
            while victims:
                wait_until(self._works, within_seconds=PATIENCE_SECONDS)
                for _ in range(self.random.randint(1, min(4, len(victims)))):
                    time.sleep(self.random.uniform(*PAUSE_SECONDS))
                    if not self._kill(victims[-1]):
                        break  # it is not back yet
                    self.killed[victims.pop()] += 1
        finally:
            self.seconds = time.monotonic() - began
            self.is_done.set()

    def _works(self) -> bool:
        """Requests are answered and the worker is there."""
        try:
            worker = psutil.Process(self.desk.pid("worker") or 0)
            is_ready = requests.get(f"http://127.0.0.1:{self.desk.port}/readyz", timeout=5).ok
            return is_ready and time.time() - worker.create_time() > 0.5
        except (psutil.Error, requests.RequestException):
            return False

    def _kill(self, name: str) -> bool:
        """Kill it if it is there and ours."""
        if name == "a connection":
            serving = [one.pid for one in self.desk.backends() if _serves_a_client(one)]
            pid = self.random.choice(sorted(serving)) if serving else None
        else:
            pid = self.desk.pid(name)
        if pid is None or not any(process.pid == pid for process in running_for(self.desk.home)):
            return False
        try:
            psutil.Process(pid).send_signal(signal.SIGKILL)
        except psutil.Error:
            return False
        return True


def _live_until(is_over: threading.Event, desk: DeskProcess, customer: str) -> list[Story]:
    """One story after the other, at least one, until it is over."""
    stories: list[Story] = []
    while not (stories and is_over.is_set()):
        stories.append(Story(f"Kettle {uuid4().hex[:8]} of {customer}", customer))
        stories[-1].live(desk, is_over)
    return stories


def _wait_until_quiet(desk: DeskProcess, stories: list[Story], is_over: threading.Event) -> None:
    """What is said last arrives last; mails and files may come a moment later."""
    ana, max_ = (StubbornApi(desk.api(name), is_over) for name in ("ana", "max"))
    for story in stories:
        ana.wait_for(f"/tickets/{story.at_acme}", lambda found: found["ticket"]["status"] == "solved")
        max_.wait_for(
            f"/tickets/{story.at_maker}/comments",
            lambda found: any(said["attachments"] for said in found["comments"]),
        )
    expected = {story.at_acme: 3 for story in stories}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _mails_to_customers(desk, stories) != expected and time.monotonic() < deadline:
        time.sleep(0.5)


def _mails_to_customers(desk: DeskProcess, stories: list[Story]) -> dict[int, int]:
    """How many mails the customer of each story got about it, by the ticket's number at Acme."""
    found: Counter[int] = Counter()
    by_reference = {f"<ticket-{story.at_acme}@acme.localhost>": story for story in stories}
    addresses = {story.customer: desk.people[story.customer]["email"] for story in stories}
    for path in (desk.home / "mail").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        story = by_reference.get(str(mail["References"]))
        if story and str(mail["To"]) == addresses[story.customer]:
            found[story.at_acme] += 1
    return dict(found)


def _serves_a_client(process: psutil.Process) -> bool:
    try:
        return "[local]" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def _ticket(body: str, *, public: bool = True, **fields: Any) -> dict[str, Any]:
    return {"ticket": {"comment": {"body": body, "public": public}, **fields}}


def _one_ticket(found: Any) -> int | None:
    """The id of the only ticket found. Two would be one too many."""
    assert len(found["results"]) < 2, found["results"]
    return found["results"][0]["id"] if found["results"] else None


def _has(body: str) -> Callable[[Any], bool]:
    return lambda found: any(said["body"] == body for said in found["comments"])


def _said(api: Api, ticket_id: int) -> list[str]:
    return sorted(said["body"] for said in api.get(f"/tickets/{ticket_id}/comments")["comments"])


def _files(api: Api, ticket_id: int) -> list[str]:
    comments = api.get(f"/tickets/{ticket_id}/comments")["comments"]
    return [file["file_name"] for said in comments for file in said["attachments"]]
