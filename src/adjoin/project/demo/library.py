"""The articles of the demo: what Acme Home's customers can read, and two that only business customers find."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from adjoin.access.actors import Actor
from adjoin.brands.models import Brand
from adjoin.knowledge.actions import articles, comments, segments, shelves
from adjoin.knowledge.terms import CommentsPolicy
from adjoin.people.models import Organization

PARTNERS = "Business customers"


def write(*, actor: Actor, brand: Brand, organizations: list[Organization], now: datetime) -> int:
    """Everything that `texts/articles.toml` has, some days apart; gives back how many articles there are."""
    text = files("adjoin.project.demo").joinpath("texts", "articles.toml").read_text(encoding="utf-8")
    members = [one.pk for one in organizations]
    comments.choose_policy(actor=actor, brand=brand, policy=CommentsPolicy.NEW_HELD, now=now)
    partners = segments.create_segment(
        actor=actor, name=PARTNERS, user_type="signed_in_users", organization_ids=members, now=now
    )
    known: dict[str, Any] = {}
    count = 0
    for place, section in enumerate(tomllib.loads(text)["section"]):
        title = section["category"]
        if title not in known:
            known[title] = shelves.create_category(actor=actor, brand=brand, name=title, position=place, now=now)
        shelf = shelves.create_section(
            actor=actor,
            category=known[title],
            name=section["name"],
            description=section["about"],
            position=place,
            now=now,
        )
        for article in section["article"]:
            _write(actor, shelf, article, partners.pk, now + timedelta(days=9 * count))
            count += 1
    return count


def _write(actor: Actor, section: Any, article: dict[str, Any], partners_id: int, now: datetime) -> None:
    is_theirs = article.get("for") == "partners"
    articles.create_article(
        actor=actor,
        section=section,
        title=article["title"],
        body=article["body"],
        labels=article["labels"],
        is_promoted=article.get("promoted", False),
        audience="segments" if is_theirs else "everybody",
        segment_ids=[partners_id] if is_theirs else [],
        is_draft=False,
        now=now,
    )
