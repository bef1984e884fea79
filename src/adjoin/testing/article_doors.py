"""Every way out that shows an article, each asked what it lets somebody know of.

Every article stands in a section of its own; its title, its words, its section, its label and its file all have one
word that stands nowhere else. Where that word comes out, the article was found."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from adjoin.knowledge.actions import articles, comments, files, segments, shelves, texts
from adjoin.knowledge.models import Article, ArticleAttachment, ReaderComment, Section, UserSegment
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

EVERYBODY = frozenset({"ada", "ana", "ben", "cyd", "dee", "eli", "anonymous"})
AGENTS = frozenset({"ada", "ana", "ben"})
READERS: dict[str, frozenset[str]] = {  # of Acme Home's help center; nobody else finds it
    "public": EVERYBODY,
    "signed": EVERYBODY - {"anonymous"},
    "staff": AGENTS,
    "club": frozenset({"ada", "cyd", "dee"}),  # the Kettle Club's; ada looks after all articles
    "named": frozenset({"ada", "eli"}),
    "walled": frozenset({"ada", "cyd", "dee"}),  # for everybody, in a section that is the Kettle Club's
    "draft": frozenset(),
    "french": frozenset(),  # the French words of the public one, not published yet
    "gone": frozenset(),  # archived
    "unchosen": frozenset(),  # nobody was chosen to read it
}
WRITTEN = frozenset(READERS) - {"gone"}  # what those who look after articles see where they write


def canary(name: str) -> str:
    """The word that tells of an article."""
    return f"zq{name}zq"


@dataclass
class Library:
    """Acme Home's help center, with an article of each sort."""

    cast: Cast
    articles: dict[str, Article] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    files: dict[str, ArticleAttachment] = field(default_factory=dict)
    category_id: int = 0
    browsers: dict[str, Client] = field(default_factory=dict)

    def ask(self, who: str, path: str, **query: Any) -> bytes:
        """What somebody gets at a path of Acme Home's host; nothing for what is not there."""
        answer = self.browsers[who].get(path, query, headers={"host": "acme.localhost"}, follow=True)
        if answer.status_code != 200:
            return b""
        streamed = getattr(answer, "streaming_content", None)
        return bytes(answer.content if streamed is None else b"".join(streamed))

    def told(self, *bodies: bytes) -> set[str]:
        """The articles that bytes tell of."""
        return {name for name in READERS if any(canary(name).encode() in body for body in bodies)}


def build(cast: Cast) -> Library:
    """All of it, by the real actions."""
    library, ada = Library(cast), cast.actor("ada")
    comments.choose_policy(actor=ada, brand=cast.home, policy="open", now=NOW)
    shelf = shelves.create_category(actor=ada, brand=cast.home, name="Everything", now=NOW)
    library.category_id = shelf.pk
    club = {"organization_ids": [cast.organizations["Kettle Club"].pk]}
    named = {"added_user_ids": [cast.users["eli"].pk]}
    own = {
        name: segments.create_segment(actor=ada, name=name, user_type="signed_in_users", now=NOW, **how).pk
        for name, how in (("club", club), ("named", named))
    }
    built_in = {row.user_type: row.pk for row in UserSegment.objects.filter(is_built_in=True)}
    own |= {"signed": built_in["signed_in_users"], "staff": built_in["staff"]}
    walls = {"walled": UserSegment.objects.get(pk=own["club"])}
    for name in READERS:
        if name != "french":
            _write(library, ada, name, shelf, own.get(name), walls.get(name))
    words: dict[str, Any] = {"title": f"Bouilloire {canary('french')}", "body": f"<p>{canary('french')}</p>"}
    texts.write(actor=ada, of=library.articles["public"], locale="fr", now=NOW, **words)
    articles.archive_article(actor=ada, article=library.articles["gone"], now=NOW)
    for name in EVERYBODY:
        library.browsers[name] = Client()
        if name != "anonymous":
            library.browsers[name].force_login(cast.users[name])
    return library


def _write(library: Library, ada: Any, name: str, shelf: Any, segment_id: int | None, wall: UserSegment | None) -> None:
    word = canary(name)
    section = shelves.create_section(actor=ada, category=shelf, segment=wall, name=f"About {word}", now=NOW)
    readers: dict[str, Any] = {"audience": "segments", "segment_ids": [segment_id]} if segment_id else {}
    if name in ("public", "draft", "gone", "walled"):
        readers = {"audience": "everybody"}
    article = articles.create_article(
        actor=ada,
        section=section,
        title=f"Kettle {word}",
        body=f"<p>Descaling {word}</p>",
        labels=["care", f"label {word}"],
        is_draft=name in ("draft", "unchosen"),
        is_promoted=True,
        now=NOW,
        **readers,
    )
    library.sections[name], library.articles[name] = section, article
    how: dict[str, Any] = {"author_id": ada.user_id, "locale": "en", "created_at": NOW, "updated_at": NOW}
    ReaderComment.objects.create(article=article, body=f"<p>Remark {word}</p>", **how)  # on what nobody reads, too
    library.files[name] = files.attach(
        actor=ada, stream=io.BytesIO(word.encode()), file_name=f"{word}.txt", article=article, now=NOW
    )


Door = Callable[[Library, str], set[str]]


def _page(path: str, **query: Any) -> Door:
    return lambda library, who: library.told(library.ask(who, path.format(library.category_id), **query))


def _each(path: Callable[[Library, str], str]) -> Door:
    """A page of each article, which tells of no other."""
    return lambda library, who: {
        name for name in library.articles if canary(name).encode() in library.ask(who, path(library, name))
    }


def _words(path: str, key: str, *, beside: bytes) -> Door:
    """A search for each article's own word. What was typed comes back; the address of the article must not."""

    def found(library: Library, who: str) -> set[str]:
        return {
            name
            for name, article in library.articles.items()
            if beside.replace(b"ID", str(article.pk).encode()) in library.ask(who, path, **{key: canary(name)})
        } | ({"french"} if canary("french").encode() in library.ask(who, path, **{key: "Bouilloire"}) else set())

    return found


def _article(library: Library, name: str) -> str:
    return f"/hc/en/articles/{library.articles[name].pk}/"


HELP_CENTER: dict[str, Door] = {
    "front page": _page("/hc/en/"),
    "category": _page("/hc/en/categories/{}/"),
    "sections": _each(lambda library, name: f"/hc/en/sections/{library.sections[name].pk}/"),
    "articles": _each(_article),
    "French articles": lambda library, who: library.told(
        *(library.ask(who, _article(library, name).replace("/en/", "/fr/")) for name in library.articles)
    ),
    "search": _words("/hc/en/search/", "query", beside=b"/articles/ID-"),
    "search for what they have in common": _page("/hc/en/search/", query="descaling kettle"),
    "search with a slip": _page("/hc/en/search/", query="ketlte"),
    "suggestions": _page("/hc/en/search/suggestions/", subject="My kettle needs descaling, label care"),
    "suggestions by word": _words("/hc/en/search/suggestions/", "subject", beside=b"/articles/ID-"),
    "feed": _page("/hc/en/articles/feed.atom"),
    "files": _each(lambda library, name: f"/hc/article_attachments/{library.files[name].pk}/x.txt"),
    "API articles": _page("/api/v2/help_center/en/articles"),
    "API sections": _page("/api/v2/help_center/en/sections"),
    "API articles of a category": _page("/api/v2/help_center/categories/{}/articles"),
    "API article": _each(lambda library, name: f"/api/v2/help_center/articles/{library.articles[name].pk}"),
    "API translations": _each(
        lambda library, name: f"/api/v2/help_center/articles/{library.articles[name].pk}/translations"
    ),
    "API articles of a section": _each(
        lambda library, name: f"/api/v2/help_center/sections/{library.sections[name].pk}/articles"
    ),
    "API files": _each(lambda library, name: f"/api/v2/help_center/articles/{library.articles[name].pk}/attachments"),
    "comments over the API": _each(
        lambda library, name: f"/api/v2/help_center/articles/{library.articles[name].pk}/comments"
    ),
    "API incremental": _page("/api/v2/help_center/incremental/articles", start_time="0"),
    "API search": _page("/api/v2/help_center/articles/search", query="descaling kettle", per_page="100"),
}
FEW = {"suggestions": 4}  # doors that show some of what they find


def related(library: Library, who: str) -> set[str]:
    """What stands beside the public article."""
    return library.told(library.ask(who, _article(library, "public")))


def comments_of_a_person(library: Library, who: str) -> set[str]:
    """What ada has said, for people who sign in."""
    return library.told(library.ask(who, f"/api/v2/help_center/users/{library.cast.users['ada'].pk}/comments"))


def sitemap(library: Library, who: str) -> set[str]:
    """What search engines are told."""
    body = library.ask(who, "/hc/sitemap.xml")
    return {name for name, article in library.articles.items() if f"/hc/en/articles/{article.pk}".encode() in body} | (
        {"french"} if b"/hc/fr/" in body else set()
    )


def counts(library: Library, who: str) -> dict[str, int]:
    """How many articles each counting answer of the API says there are."""
    paths = ("/articles", "/articles/search?query=kettle", f"/categories/{library.category_id}/articles", "/sections")
    browser = library.browsers[who]
    return {
        path: browser.get(f"/api/v2/help_center/en{path}", headers={"host": "acme.localhost"}).json()["count"]
        for path in paths
    }
