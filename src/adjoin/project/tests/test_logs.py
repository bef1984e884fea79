from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from adjoin.project import logs


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers, logging.root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_of_ours_and_one_of_a_library_are_each_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"level": "info"})
    structlog.get_logger("adjoin.x").info("ticket_solved", ticket_id=42)
    logging.getLogger("library").warning("it took %s s", 3)
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["ticket_id"], ours["level"], ours["logger"]) == (
        "ticket_solved",
        42,
        "info",
        "adjoin.x",
    )
    assert (theirs["event"], theirs["logger"]) == ("it took 3 s", "library")


def test_a_traceback_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"level": "info"})
    try:
        raise ValueError("broken kettle")
    except ValueError:
        logging.getLogger("library").exception("failed")
    (line,) = lines(capsys)
    assert "ValueError: broken kettle" in line["exception"]


def test_secrets_are_hidden_wherever_they_turn_up(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"level": "info"})
    structlog.get_logger("adjoin.x").info(
        "asked",
        api_token="abcdef",
        body="Dear support",
        address="postgresql://desk:hunter2@db/adjoin",
        header="Bearer abcdefghijkl",
    )
    (line,) = lines(capsys)
    assert (line["api_token"], line["body"]) == ("(hidden)", "(hidden)")
    assert line["address"] == "postgresql://desk:(hidden)@db/adjoin"
    assert line["header"] == "Bearer (hidden)"


def test_less_than_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"level": "warning"})
    structlog.get_logger("adjoin.y").info("quiet")
    logging.getLogger("library").info("quiet")
    assert lines(capsys) == []
