"""Who reads an article."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from adjoin.access.actors import Actor
from adjoin.kernel.errors import Invalid
from adjoin.knowledge import access
from adjoin.knowledge.actions import articles, segments, shelves, texts
from adjoin.knowledge.models import UserSegment
from adjoin.knowledge.tests.conftest import Books
from adjoin.people import actions as people
from adjoin.people.models import Organization, User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

EVERYBODY = {"ada", "ana", "ben", "cyd", "dee", "eli", "anonymous"}
MANAGERS = {"ada"}


def readers(cast: Cast, article_id: int) -> set[str]:
    return {
        who for who in EVERYBODY if access.readable_articles(cast.actor(who), cast.home).filter(pk=article_id).exists()
    }


def segment(cast: Cast, **conditions: Any) -> UserSegment:
    conditions.setdefault("user_type", "signed_in_users")
    return segments.create_segment(actor=cast.actor("ada"), name="Some", now=NOW, **conditions)


def _tag(cast: Cast, name: str, *tags: str) -> None:
    User.objects.filter(pk=cast.users[name].pk).update(tags=list(tags))


def test_what_is_new_is_a_draft_that_nobody_is_chosen_to_read(books: Books, cast: Cast) -> None:
    new = articles.create_article(actor=books.ada, section=books.section, title="New", now=NOW)
    assert readers(cast, new.pk) == set()
    assert (new.audience, new.translations.get().is_draft) == ("", True)


@pytest.mark.parametrize(
    ("built_in", "expected"), [("signed_in_users", EVERYBODY - {"anonymous"}), ("staff", {"ada", "ana", "ben"})]
)
def test_built_in_segments_hold_all_of_their_type(books: Books, cast: Cast, built_in: str, expected: set[str]) -> None:
    chosen = UserSegment.objects.get(user_type=built_in, is_built_in=True)
    assert readers(cast, books.article(segment_ids=[chosen.pk]).pk) == expected


def test_every_condition_of_a_segment_must_hold(books: Books, cast: Cast) -> None:
    _tag(cast, "cyd", "gold", "retail")
    _tag(cast, "dee", "gold")
    _tag(cast, "eli", "gold", "retail", "eu")
    kettles = cast.organizations["Kettle Club"].pk
    article = books.article(segment_ids=[segment(cast, tags=["gold", "retail"]).pk])
    assert readers(cast, article.pk) == {"cyd", "eli"} | MANAGERS
    chosen = UserSegment.objects.get(name="Some")
    for conditions, expected in (
        ({"tags": ["gold"], "or_tags": ["eu", "retail"]}, {"cyd", "eli"}),
        ({"tags": ["gold"], "or_tags": [], "organization_ids": [kettles]}, {"cyd", "dee"}),
        ({"tags": ["retail"], "organization_ids": [kettles]}, {"cyd"}),
        ({"tags": [], "organization_ids": [kettles], "added_user_ids": [cast.users["eli"].pk]}, {"cyd", "dee", "eli"}),
        ({"tags": [], "organization_ids": []}, {"eli"}),
    ):
        segments.change_segment(actor=cast.actor("ada"), segment=chosen, now=NOW, **conditions)
        assert readers(cast, article.pk) == expected | MANAGERS, conditions


def test_tags_of_organizations_are_their_members_tags(books: Books, cast: Cast) -> None:
    Organization.objects.filter(pk=cast.organizations["Kettle Club"].pk).update(tags=["reseller"])
    _tag(cast, "cyd", "gold")
    article = books.article(segment_ids=[segment(cast, tags=["gold", "reseller"]).pk])
    assert readers(cast, article.pk) == {"cyd"} | MANAGERS


def test_a_staff_segment_holds_no_customers_even_if_they_are_added(books: Books, cast: Cast) -> None:
    returns = cast.returns.pk
    people.add_to_group(user=cast.users["ben"], group=cast.returns, now=NOW)
    named = segment(cast, user_type="staff", group_ids=[returns], added_user_ids=[cast.users["cyd"].pk])
    assert readers(cast, books.article(segment_ids=[named.pk]).pk) == {"ben"} | MANAGERS


def test_a_segment_whose_organization_is_gone_holds_nobody(books: Books, cast: Cast) -> None:
    kettles = cast.organizations["Kettle Club"]
    article = books.article(segment_ids=[segment(cast, organization_ids=[kettles.pk]).pk])
    people.delete_organization(organization=kettles, now=NOW)
    assert readers(cast, article.pk) == MANAGERS


def test_several_segments_let_in_whoever_is_in_one(books: Books, cast: Cast) -> None:
    staff = UserSegment.objects.get(user_type="staff", is_built_in=True)
    club = segment(cast, organization_ids=[cast.organizations["Kettle Club"].pk])
    assert readers(cast, books.article(segment_ids=[staff.pk, club.pk]).pk) == {"ada", "ana", "ben", "cyd", "dee"}


def test_drafts_and_archived_articles_are_for_nobody(books: Books, cast: Cast) -> None:
    draft, gone = books.article(is_draft=True), books.article("Gone")
    articles.archive_article(actor=books.ada, article=gone, now=NOW)
    assert readers(cast, draft.pk) == readers(cast, gone.pk) == set()
    texts.publish(actor=books.ada, article=draft, locale="en", now=NOW)
    assert readers(cast, draft.pk) == EVERYBODY


def test_a_draft_in_another_language_is_not_read_with_the_article(books: Books, cast: Cast) -> None:
    article = books.article()
    texts.write(actor=books.ada, of=article, locale="fr", title="Détartrer", body="<p>Vinaigre</p>", now=NOW)
    assert set(access.readable_texts(cast.actor("cyd"), cast.home).values_list("locale", flat=True)) == {"en"}


def test_help_centers_that_are_closed_keep_their_articles(books: Books, cast: Cast) -> None:
    article, home = books.article(), cast.home
    home.requires_sign_in = True
    assert readers(cast, article.pk) == EVERYBODY - {"anonymous"}
    home.has_help_center = False
    assert readers(cast, article.pk) == set()


def test_agents_are_customers_in_the_help_center_of_another_brand(books: Books, cast: Cast) -> None:
    article = books.article()
    assert not access.readable_articles(cast.actor("ada"), cast.outdoor).filter(pk=article.pk).exists()


def test_whoever_writes_articles_does_so_for_their_own_brands(books: Books, cast: Cast) -> None:
    staff = UserSegment.objects.get(user_type="staff", is_built_in=True)
    draft = books.article(is_draft=True, segment_ids=[staff.pk])
    role = people.create_role(name="Writer", configuration={"ticket_access": "all", "forum_access": "full"}, now=NOW)
    for name in ("ana", "ben"):  # ben is not in Acme Home
        people.update_user(user=cast.users[name], custom_role=role, now=NOW)
    assert access.editable_articles(cast.actor("ana")).filter(pk=draft.pk).exists()
    assert not access.editable_articles(cast.actor("ben")).filter(pk=draft.pk).exists()
    assert not access.editable_articles(cast.actor("cyd")).exists()
    assert not access.editable_articles(Actor.anonymous()).exists()


def test_a_section_kept_for_a_segment_is_a_wall_for_all_that_is_inside_it(books: Books, cast: Cast) -> None:
    gold = segment(cast, added_user_ids=[cast.users["cyd"].pk])
    staff = UserSegment.objects.get(pk=books.staff_segment_id())
    how: dict[str, Any] = {"actor": books.ada, "now": NOW}
    outer = shelves.create_section(category=books.category, name="Outer", segment=gold, **how)
    inner = shelves.create_section(category=books.category, parent=outer, name="Inner", **how)
    article = books.article(section=inner)
    assert readers(cast, article.pk) == {"cyd"} | MANAGERS
    with pytest.raises(Invalid, match="1 sections are kept for Some"):
        segments.delete_segment(segment=gold, **how)
    inner = shelves.change_section(section=inner, segment=staff, **how)  # both walls must be passed
    assert readers(cast, article.pk) == MANAGERS
    shelves.change_section(section=inner, parent=None, **how)
    assert readers(cast, article.pk) == {"ada", "ana", "ben"}
    shelves.change_section(section=books.section, segment=gold, **how)
    shelves.change_section(section=inner, parent=books.section, segment=None, **how)
    assert readers(cast, article.pk) == {"cyd"} | MANAGERS
    shelves.change_section(section=books.section, segment=None, **how)
    assert readers(cast, article.pk) == EVERYBODY


def test_only_who_looks_after_a_section_is_told_whom_it_is_kept_for(books: Books, cast: Cast) -> None:
    books.article()
    ada, cyd = Client(headers={"host": "acme.localhost"}), Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.users["ada"])
    cyd.force_login(cast.users["cyd"])
    gold, path = segment(cast, added_user_ids=[cast.users["cyd"].pk]), f"sections/{books.section.pk}"
    change = {"section": {"user_segment_id": gold.pk}}
    kept = ada.put(f"/api/v2/help_center/{path}.json", change, content_type="application/json").json()
    assert kept["section"]["user_segment_id"] == gold.pk
    assert cyd.get(f"/api/v2/help_center/{path}.json").json()["section"]["user_segment_id"] is None
    assert "Only for Some" in ada.get("/agent/knowledge/shelves/").content.decode()
    form = {"name": "Kettles", "position": "0", "parent": "", "segment": "", "sure": "1"}
    ada.post(f"/agent/knowledge/{path}/", form)
    books.section.refresh_from_db()
    assert (books.section.segment, books.section.walls) == (None, [])
