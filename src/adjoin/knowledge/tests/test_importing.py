"""Articles out of files."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from adjoin.kernel.errors import Invalid
from adjoin.knowledge import access
from adjoin.knowledge.actions import files
from adjoin.knowledge.importing import front_matter, making, packing, pages, places, planning, pointing, running
from adjoin.knowledge.models import Article, ArticleAttachment, ArticleImport, Section, Translation
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets import uploads


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made, "PNG")
    return made.getvalue()


FOLDER: dict[str, bytes] = {
    "care/README.md": b"# Start here\n\nFirst [descale](kettles/01-descale.md#how), then read [more](../gone.md).",
    "care/kettles/01-descale.md": (
        b"---\ntitle: Descale: how\nlabels: [lime, 'hard water']\ndraft: true\n---\n"
        b"![Kettle](../pictures/kettle.png) ![Far](https://far.example/x.png)\n\n"
        b"| Day | Do |\n| - | - |\n| 1 | Soak |\n\n<script>alert(1)</script>\n\n[Back](/README)"
    ),
    "care/kettles/01-descale.fr.md": b"# D\xc3\xa9tartrer\n\nVinaigre.",
    "care/pictures/kettle.png": picture(),
    "care/old.htm": b"<html><head><title>Old words</title></head><body onload=x><p>Kept</p></body></html>",
    "care/odd.md": b"\xff\xfe not UTF-8",
    "care/.git/config": b"hidden",
}


def zipped(files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            archive.writestr(info, data)
    made.seek(0)
    return made


def test_a_folder_becomes_sections_with_articles_after_somebody_has_read_what_would(cast: Cast, books: Books) -> None:
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.users["ada"])
    sent: dict[str, Any] = {"place": f"category-{books.category.pk}", "audience": "everybody", "publishes": "on"}
    file = SimpleUploadedFile("help.zip", zipped(FOLDER).getvalue())
    checked = ada.post("/agent/knowledge/import/", {**sent, "sent": file})
    plan = checked.context["plan"]
    assert [(line.becomes, line.title) for line in plan.lines][:5] == [
        ("section", "Care"), ("section", "Kettles"), ("article", "Start here"),
        ("translation", "Détartrer (fr)"), ("article", "Descale: how"),
    ]  # fmt: skip
    told = checked.content.decode()
    assert "../gone.md: there is no such file, so the link is left out." in told
    assert "1 picture of another site becomes a link" in told
    assert "It is not written in UTF-8." in told
    assert not Article.objects.exists()
    queued = ada.post("/agent/knowledge/import/", {**sent, "token": checked.context["token"], "do": "import"})
    assert "0 of 4 articles" in ada.get(queued["Location"]).content.decode()
    run_jobs()
    assert "4 articles were written" in ada.get(queued["Location"]).content.decode()
    first, descale, old = _by_title("Start here"), _by_title("Descale: how"), _by_title("Old words")
    assert f'href="/hc/en/articles/{descale.pk}-descale-how/"' in _words(first)
    assert "gone.md" not in _words(first)
    assert set(descale.labels.values_list("name", flat=True)) == {"lime", "hard water"}
    file_row = ArticleAttachment.objects.get(article=descale)
    assert f'src="/hc/article_attachments/{file_row.pk}/kettle.png"' in _words(descale)
    assert "<td>Soak</td>" in _words(descale)
    assert "alert" not in _words(descale)
    assert f'href="/hc/en/articles/{first.pk}-start-here/"' in _words(descale)
    assert _words(descale, "fr") == "<p>Vinaigre.</p>"
    assert descale.section.parent is None
    assert descale.section != old.section == first.section
    assert set(access.readable_articles(cast.actor("anonymous"), cast.home)) == {first, old, descale}
    drafts = Translation.objects.filter(article__isnull=False, is_draft=True)
    assert [(one.article_id, one.locale) for one in drafts] == [(descale.pk, "en")]
    assert Section.objects.count() == 2  # the one of that name is there already, and takes in its articles


@pytest.mark.parametrize("audience", ["", "segments"])
def test_an_import_for_nobody_says_so_and_keeps_the_files(cast: Cast, books: Books, audience: str) -> None:
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.users["ada"])
    sent: dict[str, Any] = {"place": f"category-{books.category.pk}", "audience": audience, "publishes": "on"}
    file = SimpleUploadedFile("help.zip", zipped(FOLDER).getvalue())
    checked = ada.post("/agent/knowledge/import/", {**sent, "sent": file})
    again = {**sent, "token": checked.context["token"], "do": "import"}
    for answer in (checked, ada.post("/agent/knowledge/import/", again)):
        told = answer.content.decode()
        assert (answer.status_code, "Start here" in told) == (422, True)
        assert ("Choose who reads them before" if not audience else "Choose at least one segment") in told
    assert ada.post("/agent/knowledge/import/", {**again, "audience": "everybody"}).status_code == 302


def _by_title(title: str) -> Article:
    return Article.objects.get(translations__title=title)


def _words(article: Article, locale: str = "en") -> str:
    return Translation.objects.get(article=article, locale=locale).body


def _queued(cast: Cast, books: Books, **files: bytes) -> ArticleImport:
    sent = uploads.receive(actor=books.ada, stream=zipped({f"{name}.md": body for name, body in files.items()}),
                           file_name="help.zip", now=NOW)  # fmt: skip
    place = f"section-{books.section.pk}"
    return running.queue(actor=books.ada, brand=cast.home, token=sent.token, place=place, now=NOW)


def test_an_import_tells_of_each_file_what_is_wrong_and_then_makes_nothing(cast: Cast, books: Books) -> None:
    labels = ", ".join(f"label {number}" for number in range(51)).encode()
    bad = b"---\nlabels: [" + labels + b"]\n---\nWords"
    row = _queued(cast, books, fine=b"# Fine", bad=bad, worse=bad)
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.problems) == (
        "wrong",
        [["bad.md", "At most 50 labels."], ["worse.md", "At most 50 labels."]],
    )
    assert not Article.objects.exists()


def test_an_import_whose_process_dies_leaves_nothing_and_is_made_by_the_next(cast: Cast, books: Books) -> None:
    row = _queued(cast, books, one=b"# One", two=b"# Two")
    dies = mock.patch.object(files, "bring", side_effect=[None, SystemExit])
    with dies, pytest.raises(SystemExit):
        running.run(import_id=row.pk, clock=lambda: NOW)
    row.refresh_from_db()
    assert (row.state, Article.objects.count()) == ("running", 0)
    for _ in range(2):  # the second time there is nothing left to do
        running.run(import_id=row.pk, clock=lambda: NOW)
        row.refresh_from_db()
        assert (row.state, row.progress, Article.objects.count()) == ("done", 2, 2)


def as_link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def bomb() -> io.BytesIO:
    return zipped({"a.md": b"\0" * 3_000_000})


def lying() -> io.BytesIO:
    """A zip that says of its one file that it is short."""
    honest = zipped({"a.md": b"a" * 3_000_000}).getvalue()
    return io.BytesIO(honest.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))


@pytest.mark.parametrize(
    "hostile",
    [
        lambda: zipped({"../up.md": b"x"}),
        lambda: zipped({"/etc/up.md": b"x"}),
        lambda: zipped({"a\\..\\up.md": b"x"}),
        lambda: zipped({"link.md": b"/etc/passwd"}, as_link),
        lambda: zipped({f"{number}.md": b"" for number in range(packing.FILES_MAX + 1)}),
        lambda: io.BytesIO(b"PK no zip"),
        bomb,
        lying,
    ],
)
def test_a_hostile_zip_is_refused(hostile: Callable[[], io.BytesIO]) -> None:
    with pytest.raises(Invalid):
        unpacked(hostile())


def unpacked(sent: io.BytesIO) -> list[bytes]:
    package = packing.opened([("sent.zip", sent)])
    return [package.read(path) for path in package.files]


def test_pictures_of_other_sites_become_links_and_broken_addresses_stop_nothing() -> None:
    given = (
        b'<p><img src="https://far.example/a.png" alt="A"><img src="//far.example/b.png" alt="B">'
        b'<img src="http://[x" alt="C"><a href="http://[x">D</a></p>'
    )
    page = pages.read("a.html", given)
    assert list(pointing.inside(page, set())) == []
    assert pointing.link_distant_pictures(page) == 2
    assert pointing.markup_of(page) == (
        '<p><a href="https://far.example/a.png">A</a><a href="https://far.example/b.png">B</a>'
        '<img src="http://[x" alt="C"><a href="http://[x">D</a></p>'
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pots.md", "# ![Pot](pot.png) Clean [![Cup](cup.png)](cups.md) pots\n\nSoak."),
        ("pots.html", "<h1><img src=pot.png alt=Pot> Clean <b><img src=cup.png alt=Cup></b> pots</h1><p>Soak.</p>"),
    ],
)
def test_the_pictures_of_the_heading_that_becomes_the_title_stay_in_the_words(name: str, words: str) -> None:
    page = pages.read(name, words.encode())
    assert page.title == "Clean pots"
    assert page.tree.text_content().split() == ["Soak."]
    assert [part.tag for part in page.tree] == ["p", "p"]
    assert [(picture.get("src"), picture.get("alt")) for picture in page.tree[0]] == [
        ("pot.png", "Pot"), ("cup.png", "Cup"),
    ]  # fmt: skip


def test_what_runs_or_paints_in_a_heading_is_no_title() -> None:
    page = pages.read("a.html", b"<h1><script>alert(1)</script><style>p{}</style>Clean <b>pots</b></h1><p>Soak.</p>")
    assert (page.title, pointing.markup_of(page)) == ("Clean pots", "<p>Soak.</p>")


def test_front_matter_is_read_as_people_write_it() -> None:
    found, rest = front_matter.split('---\nTitle: "Tea: hot"\ntags:\n  - one\n  - two\ndraft: no\n---\n\nWords\n---\n')
    assert (found["title"], found["tags"], front_matter.flag(found, "draft")) == ("Tea: hot", ["one", "two"], False)
    assert rest == "Words\n---\n"
    assert front_matter.split("---\nnever closed") == ({}, "---\nnever closed")


BODY = (
    "<h2>Soak &amp; rinse</h2>\n<p>Use <strong>citric</strong> <em>acid</em>, 1 * 2 * 3."
    " See <code>a_b</code>.<br>\nThen wait.</p>\n"
    "<blockquote>\n<p>Careful: <u>hot</u> &lt;steam&gt;</p>\n</blockquote>\n"
    '<ol start="3">\n<li>Fill</li>\n<li>Boil</li>\n</ol>\n'
    "<table>\n<thead>\n<tr>\n<th>Day</th>\n</tr>\n</thead>\n</table>\n<hr>"
)


def test_what_is_exported_is_imported_as_it_was(cast: Cast, books: Books) -> None:
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.users["ada"])
    first = books.article("Descale", body=BODY, labels=["lime"])
    books.article("Second", body=f'<p><a href="/hc/en/articles/{first.pk}-descale/">First</a></p>', is_draft=True)
    answer = ada.get("/agent/knowledge/export/")
    package = packing.opened([("articles.zip", io.BytesIO(answer.getvalue()))])
    place = places.chosen(cast.home, f"category-{books.category.pk}")
    plan = planning.plan(package, place)
    made = making.make(actor=books.ada, plan=plan, audience="everybody", publishes=True, now=NOW)
    again = {_title(one): one for one in made}
    assert _words(again["Descale"]) == _words(first)
    assert f'href="/hc/en/articles/{again["Descale"].pk}-descale/"' in _words(again["Second"])
    assert [label.name for label in again["Descale"].labels.all()] == ["lime"]
    assert Translation.objects.get(article=again["Second"]).is_draft


def _title(article: Article) -> str:
    return Translation.objects.get(article=article).title
