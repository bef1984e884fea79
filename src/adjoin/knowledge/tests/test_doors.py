"""Nobody finds by any door what a segment hides."""

from __future__ import annotations

import re

import pytest

from adjoin.testing import article_doors
from adjoin.testing.article_doors import EVERYBODY, HELP_CENTER, READERS, Library
from adjoin.testing.cast import Cast

TRIED = ("ada", "cyd", "anonymous")
WRITER_DOORS = {name for name in HELP_CENTER if name.startswith("API ") and name != "API search"}


@pytest.fixture
def library(cast: Cast) -> Library:
    return article_doors.build(cast)


def promised(door: str, who: str) -> set[str]:
    """What somebody finds there. Those who look after articles see drafts, too, in the lists of what they change."""
    found = {name for name, readers in READERS.items() if who in readers}
    if who == "ada" and door in WRITER_DOORS:
        found = set(article_doors.WRITTEN) - {"french"}
        found |= {"API translations": {"french"}, "API sections": {"gone"}}.get(door, set())
    if who == "ada" and door == "files":
        found |= {"draft", "unchosen"}
    return found


def test_nobody_finds_by_any_door_what_a_segment_hides(library: Library) -> None:
    broken = []
    for door, finds in HELP_CENTER.items():
        for who in TRIED:
            found, should = finds(library, who), promised(door, who)
            if door in article_doors.FEW:
                should = found & should if len(found) >= min(len(should), article_doors.FEW[door]) else should
            if door == "API translations" and who == "ada":
                found |= {"french"}  # with the public one's
            if found != should:
                broken.append(f"{who} at {door}: {sorted(found)} instead of {sorted(should)}")
    assert not broken, "\n".join(broken)


def test_what_stands_beside_an_article_and_below_it_is_for_its_reader(library: Library) -> None:
    for who in TRIED:
        readable = {name for name in READERS if who in READERS[name]}
        assert article_doors.related(library, who) <= readable
        assert len(article_doors.related(library, who)) == min(len(readable), 6)
        assert article_doors.comments_of_a_person(library, who) == (readable if who != "anonymous" else set())


def test_search_engines_are_told_only_what_needs_no_signing_in(library: Library) -> None:
    for who in ("ada", "cyd", "anonymous"):
        assert article_doors.sitemap(library, who) == {"public"}


def test_numbers_tell_of_no_article_that_is_hidden(library: Library) -> None:
    for who in ("cyd", "eli", "anonymous"):
        readable = sum(who in readers for readers in READERS.values())
        assert set(article_doors.counts(library, who).values()) == {readable}


def test_what_is_hidden_answers_like_what_is_not_there(library: Library) -> None:
    browser, hidden = library.browsers["cyd"], library.articles["staff"].pk
    for path in ("/hc/en/articles/{}/", "/api/v2/help_center/articles/{}", "/api/v2/help_center/en/articles/{}"):
        answers = [browser.get(path.format(pk), headers={"host": "acme.localhost"}) for pk in (hidden, 987654321)]
        assert answers[0].status_code == answers[1].status_code == 404
        bodies = [re.sub(rb"csrf\w*\W+value\W+\w+|\d+", b"", answer.content) for answer in answers]
        assert bodies[0] == bodies[1]


def test_a_help_center_for_people_who_sign_in_shows_strangers_nothing(library: Library, cast: Cast) -> None:
    type(cast.home).objects.filter(pk=cast.home.pk).update(requires_sign_in=True)
    for door, finds in HELP_CENTER.items():
        assert finds(library, "anonymous") == set(), door
    assert article_doors.sitemap(library, "anonymous") == set()
    assert "public" in HELP_CENTER["front page"](library, "cyd")


def test_everybody_is_somebody_in_the_table() -> None:
    assert set().union(*READERS.values()) == EVERYBODY
