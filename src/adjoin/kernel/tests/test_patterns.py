from __future__ import annotations

import time

import pytest

from adjoin.kernel import patterns


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{2}-[0-9]+", r"\d{4}-\d{2}-\d{2}", "(foo|bar)?-[0-9]{1,8}", r"\A(?:AB|CD){1,3}\Z", r".+@.+"]
)
def test_an_ordinary_pattern_can_be_used(pattern: str) -> None:
    assert patterns.problem(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|aa)+", "(.*)*", r"(\w+\s?)+", ".*.*.*.*x", r"(a)\1+", "((a{1,9}){1,9}){1,9}"]
)
def test_a_pattern_that_takes_for_ever_is_refused(pattern: str) -> None:
    assert "takes too long" in patterns.problem(pattern)


def test_what_is_no_pattern_is_refused_with_the_reason() -> None:
    assert "is no regular expression" in patterns.problem("([a-z")
    assert "at most" in patterns.problem("a" * 501)


def test_the_worst_pattern_that_is_let_through_is_quick_on_the_worst_text() -> None:
    worst = ".*.*.*x"
    assert patterns.problem(worst) == ""
    started = time.process_time()
    assert not patterns.fits(worst, "a" * 255)
    assert time.process_time() - started < 2
    assert not patterns.fits("a*", "a" * 256)
