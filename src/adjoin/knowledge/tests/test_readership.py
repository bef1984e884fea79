"""Who would come and who would go, said before anything is saved: as access has it, and over the API."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.knowledge import access, readership
from adjoin.knowledge.actions import segments, shelves, texts
from adjoin.knowledge.models import Article, Section, Translation, UserSegment
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

HC = "/help_center"
PEOPLE = ("ada", "ana", "ben", "cyd", "dee", "eli")


def club(cast: Cast, *who: str, name: str = "Club") -> UserSegment:
    ids = [cast.users[one].pk for one in who]
    return segments.create_segment(
        actor=cast.actor("ada"), name=name, user_type="signed_in_users", added_user_ids=ids, now=NOW
    )


def told(tried: dict[str, Any]) -> list[tuple[int, list[str], bool]]:
    """How many gain and lose, some by name, and whether strangers do."""
    assert tried["dry_run"] is True
    sides = (tried["gains"], tried["losses"])
    return [(one["people"], [who["name"] for who in one["examples"]], one["everybody"]) for one in sides]


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("is_walled", [False, True])
@pytest.mark.parametrize("is_for_some", [False, True])
@pytest.mark.parametrize("door", ["open", "signed in", "for a segment", "none"])
def test_readers_are_those_whom_access_lets_in(
    cast: Cast, books: Books, door: str, is_for_some: bool, is_walled: bool, is_closed: bool
) -> None:
    brand = cast.home
    brand.requires_sign_in, brand.has_help_center = door in ("signed in", "for a segment"), door != "none"
    brand.save()
    if door == "for a segment":
        inside = club(cast, "ana", "cyd", "dee")
        segments.keep_help_center_for(actor=books.ada, brand=brand, segment=inside, now=NOW)
    if is_walled:
        wall = club(cast, "ana", "dee", "eli", name="Wall")
        shelves.change_section(actor=books.ada, section=books.section, segment=wall, now=NOW)
    some = [club(cast, "dee", name="One").pk, club(cast, "eli", "ben", name="Other").pk]
    kept: dict[str, Any] = {"segment_ids": some} if is_for_some else {}
    article = books.article(is_draft=is_closed, **kept)
    found, everybody = readership.of_article(article.pk), {cast.users[name].pk: name for name in PEOPLE}
    reads = {
        name for name in PEOPLE if access.readable_articles(cast.actor(name), brand).filter(pk=article.pk).exists()
    }
    assert {everybody[pk] for pk in found.ids if pk in everybody} == reads - {
        "ada"
    }  # who looks after it reads it anyway
    assert found.strangers is access.readable_articles(cast.actor("anonymous"), brand).exists()
    let_in = {everybody[pk] for pk in readership.of_help_center(brand.pk).ids if pk in everybody}
    assert let_in == {name for name in PEOPLE if access.is_open_to(cast.actor(name), brand)} - {"ada"}


def test_an_article_is_tried_before_it_is_written(api: Caller, cast: Cast, books: Books) -> None:
    ada, some = api.as_("ada"), club(cast, "cyd", "dee")
    path = f"{HC}/sections/{books.section.pk}/articles?dry_run=true"
    new = {"title": "New", "draft": False, "user_segment_ids": [some.pk]}
    assert told(ada.post(path, {"article": new}).json()) == [(2, ["Cyd Example", "Dee Example"], False), (0, [], False)]
    assert told(ada.post(path, {"article": {**new, "draft": True}}).json()) == [(0, [], False), (0, [], False)]
    assert ada.post(path, {"article": {**new, "user_segment_ids": [some.pk + 1]}}).status_code == 422
    assert not Article.objects.exists()
    article = books.article()
    tried = ada.put(f"{HC}/articles/{article.pk}?dry_run=true", {"article": {"user_segment_id": some.pk}}).json()
    gains, losses = told(tried)
    assert (gains, losses[2]) == ((0, [], False), True)
    assert {"Ana Example", "Ben Example", "Eli Example"} <= set(losses[1])
    assert access.readable_articles(cast.actor("anonymous"), cast.home).exists()


def test_publishing_and_taking_away_are_tried_as_well(api: Caller, cast: Cast, books: Books) -> None:
    ada, some = api.as_("ada"), club(cast, "cyd")
    article = books.article(segment_ids=[some.pk], is_draft=True)
    words = f"{HC}/articles/{article.pk}/translations"
    gained, lost = [(1, ["Cyd Example"], False), (0, [], False)], [(0, [], False), (1, ["Cyd Example"], False)]
    assert told(ada.put(f"{words}/en?dry_run=true", {"translation": {"draft": False}}).json()) == gained
    french = {"locale": "fr", "title": "Neuf", "draft": False}
    assert told(ada.post(f"{words}?dry_run=true", {"translation": french}).json()) == gained
    assert not Translation.objects.filter(article=article, locale="fr").exists()
    text = texts.write(actor=books.ada, of=article, locale="fr", title="Neuf", is_draft=False, now=NOW)
    assert told(ada.delete(f"{HC}/translations/{text.pk}?dry_run=true").json()) == lost
    assert told(ada.delete(f"{HC}/articles/{article.pk}?dry_run=true").json()) == lost
    assert access.readable_articles(cast.actor("cyd"), cast.home).exists()


def test_sections_and_segments_are_tried_before_they_change(api: Caller, cast: Cast, books: Books) -> None:
    ada, some = api.as_("ada"), club(cast, "cyd", "dee")
    kept = {"section": {"user_segment_id": some.pk, "name": "Other"}}
    tried = told(ada.put(f"{HC}/sections/{books.section.pk}?dry_run=true", kept).json())
    assert (tried[0], tried[1][2]) == ((0, [], False), True)
    assert {"Ana Example", "Ben Example", "Eli Example"} <= set(tried[1][1])
    assert Section.objects.get(pk=books.section.pk).segment_id is None
    assert books.section.translations.get().title == "Kettles"
    conditions = {"user_segment": {"added_user_ids": [cast.users["eli"].pk, cast.users["dee"].pk]}}
    path = f"{HC}/user_segments/{some.pk}?dry_run=true"
    assert told(ada.put(path, conditions).json()) == [(1, ["Eli Example"], False), (1, ["Cyd Example"], False)]
    assert cast.users["cyd"].pk in UserSegment.objects.get(pk=some.pk).added_user_ids
    assert api.as_("ana").put(path, conditions).status_code == 403
