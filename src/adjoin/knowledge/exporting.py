"""All articles of a brand as a zip of Markdown files, which an import reads back: folders are sections."""

from __future__ import annotations

import posixpath
import re
import shutil
import tempfile
import zipfile
from collections import defaultdict
from typing import IO, TYPE_CHECKING, Any, cast

from django.utils.text import slugify

from adjoin.adapters import storage
from adjoin.knowledge import access, markdown, shelving
from adjoin.knowledge.models import Article, ArticleAttachment, Translation

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

IN_MEMORY_MAX_BYTES = 4 * 1024 * 1024
_ARTICLE = re.compile(r'(?<=href=")/hc/[a-z-]+/articles/(\d+)[^"/]*/?(?=["#])')
_FILE = re.compile(r'(?<==")/hc/article_attachments/(\d+)/[^"]*(?=")')


def export(actor: Actor, brand: Brand) -> IO[bytes]:
    """A zip, at its beginning, with all articles of the brand that `actor` looks after: drafts, languages, files."""
    target = _empty()
    articles = list(
        access.editable_articles(actor).filter(brand=brand).prefetch_related("labels").order_by("section_id", "pk")
    )
    folders = _folders(brand)
    texts = Translation.objects.filter(article__in=articles).order_by("article_id", "locale")
    titles = {text.article_id: text.title for text in texts.defer("body", "body_text")}
    paths = {one.pk: f"{folders.get(one.section_id, '')}/{_named(titles.get(one.pk, ''), one.pk)}" for one in articles}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {file.pk: (file, _put(archive, file, paths)) for file in _files(articles)}
        known = {one.pk: one for one in articles}
        mine: dict[int, list[int]] = defaultdict(list)
        for pk, (file, _) in files.items():
            mine[file.article_id or 0].append(pk)
        for text in texts.iterator():
            article = known[text.article_id or 0]
            ending = "" if text.locale == article.source_locale else f".{text.locale}"
            archive.writestr(f"{paths[article.pk]}{ending}.md", _page(article, text, paths, files, mine[article.pk]))
    target.seek(0)
    return target


def _empty() -> IO[bytes]:
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_MAX_BYTES))


def _folders(brand: Brand) -> dict[int, str]:
    """The path of each section's folder, inside that of its category."""
    found: dict[int, str] = {}
    above: list[str] = []
    for row in shelving.arranged(brand):
        above = [*above[: row.depth], _named(row.title, row.pk)]
        if row.kind == "section":
            found[row.pk] = "/".join(above)
    return found


def _named(title: str, pk: int) -> str:
    return f"{slugify(title, allow_unicode=True)[:60].strip('-') or 'untitled'}-{pk}"


def _files(articles: list[Article]) -> Any:
    return ArticleAttachment.objects.filter(article__in=articles).order_by("pk").iterator()


def _put(archive: zipfile.ZipFile, file: ArticleAttachment, paths: dict[int, str]) -> str:
    path = f"{posixpath.dirname(paths[file.article_id or 0])}/files/{file.pk}-{file.file_name}"
    try:
        with storage.files().open(file.sha256) as source, archive.open(path, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)
    except FileNotFoundError:
        return ""
    return path


def _page(
    article: Article,
    text: Translation,
    paths: dict[int, str],
    files: dict[int, tuple[ArticleAttachment, str]],
    mine: list[int],
) -> str:
    here = posixpath.dirname(paths[article.pk])

    def to_article(found: re.Match[str]) -> str:
        path = paths.get(int(found[1]))
        return f"{posixpath.relpath(path, here)}.md" if path else found[0]

    def to_file(found: re.Match[str]) -> str:
        path = files[int(found[1])][1] if int(found[1]) in files else ""
        return posixpath.relpath(path, here) if path else found[0]

    words = markdown.of(_FILE.sub(to_file, _ARTICLE.sub(to_article, text.body)))
    own = [files[pk] for pk in mine if not files[pk][0].is_inline and files[pk][0].locale in ("", text.locale)]
    downloads = [f"[{file.file_name}](<{posixpath.relpath(path, here)}>)\n" for file, path in own if path]
    return "\n".join([*_above(article, text), "", words, *downloads, ""])


def _above(article: Article, text: Translation) -> list[str]:
    quote = "'" if '"' in text.title else '"'
    labels = ", ".join(sorted(label.name.replace(",", " ") for label in article.labels.all()))
    return [
        "---",
        f"title: {quote}{text.title}{quote}",
        *([f"labels: [{labels}]"] if labels else []),
        f"draft: {'true' if text.is_draft else 'false'}",
        f"locale: {text.locale}",
        *([f"position: {article.position}"] if article.position else []),
        "---",
    ]
