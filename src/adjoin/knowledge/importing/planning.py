"""What an import would make, file by file, before anything is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.wording import say, say_many
from adjoin.knowledge.actions.shelves import DEPTH_MAX
from adjoin.knowledge.importing import pages, pointing
from adjoin.knowledge.importing.packing import Package
from adjoin.knowledge.importing.pages import Page
from adjoin.knowledge.importing.places import Place

_NO_PICTURE = _("%(address)s: there is no such file, so the picture is left out.")
_NO_LINK = _("%(address)s: there is no such file, so the link is left out.")
SHOWN_MAX = 300  # lines on the page, those with a warning before the others


class Becomes(StrEnum):
    """What a line of a plan says of a file or folder."""

    SECTION = "section"
    ARTICLE = "article"
    TRANSLATION = "translation"
    FILE = "file"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Line:
    """What becomes of one file or folder. `warnings` are sentences about what it loses on the way."""

    becomes: Becomes
    path: str
    title: str
    warnings: tuple[str, ...] = ()


@dataclass
class Plan:
    """All that an import would make. `folders` are paths, outermost first; "" is where files without a folder go."""

    package: Package
    place: Place
    folders: list[str] = field(default_factory=list)
    articles: list[Page] = field(default_factory=list)
    translations: list[Page] = field(default_factory=list)
    files: set[str] = field(default_factory=set)  # pictures and downloads that some article points to
    lines: list[Line] = field(default_factory=list)

    def count(self, becomes: str) -> int:
        """How many lines say so."""
        return sum(line.becomes == becomes for line in self.lines)

    @property
    def pages(self) -> int:
        """How many texts are written: articles and translations."""
        return len(self.articles) + len(self.translations)

    @property
    def shown(self) -> list[Line]:
        """The lines for the page: all of them, or of very many the first, what needs a look before the others."""
        if len(self.lines) <= SHOWN_MAX:
            return self.lines
        return sorted(self.lines, key=lambda line: not line.warnings)[:SHOWN_MAX]

    @property
    def warned(self) -> int:
        """How many lines have a warning."""
        return sum(bool(line.warnings) for line in self.lines)


def plan(package: Package, place: Place) -> Plan:
    """What would be made of the package there. Raises `Invalid` where nothing would."""
    made = Plan(package, place)
    wrong = _read(made)
    if not made.articles:
        raise Invalid.field("files", say("There is no Markdown or HTML file in it."))
    _arrange(made)
    paths = set(package.files)
    written = [_line(made, page, Becomes.ARTICLE, paths) for page in made.articles]
    written += [_line(made, page, Becomes.TRANSLATION, paths) for page in made.translations]
    made.lines += sorted([*written, *wrong], key=lambda line: line.path)
    made.lines += [Line(Becomes.FILE, path, "") for path in sorted(made.files)]
    used = made.files | {line.path for line in made.lines}
    unused = sorted(set(package.files) - used)
    made.lines += [Line(Becomes.NOTHING, path, "", (say("No article points to it."),)) for path in unused]
    hidden = (say("Hidden files are not imported."),)
    made.lines += [Line(Becomes.NOTHING, path, "", hidden) for path in package.left_out]
    return made


def folder_of(page: Page) -> str:
    """The path of the folder a page stands in; "" for none."""
    found = str(PurePosixPath(page.path).parent)
    return "" if found == "." else found


def _read(made: Plan) -> list[Line]:
    """Take every page into the plan; returns what could not be read."""
    found: dict[str, Page] = {}
    wrong: list[Line] = []
    for path in sorted(filter(pages.is_page, made.package.files)):
        try:
            found[path] = pages.read(path, made.package.read(path))
        except DeskError as error:
            wrong.append(Line(Becomes.NOTHING, path, "", (str(error),)))
    for page in found.values():
        first = found.get(page.source)
        is_translation = first is not None and first.source not in found and first.locale != page.locale
        (made.translations if is_translation else made.articles).append(page)
    return wrong


def _arrange(made: Plan) -> None:
    """The folders that hold articles, and those above them."""
    folders = {folder_of(page) for page in made.articles}
    for folder in list(folders):
        folders |= {str(above) for above in PurePosixPath(folder).parents if folder and str(above) != "."}
    depth = max((len(PurePosixPath(folder).parts) for folder in folders), default=0)
    if depth + made.place.depth > DEPTH_MAX:
        raise Invalid.field(
            "files",
            say("Folders are too deep: at most %(most)s sections stand inside each other.") % {"most": DEPTH_MAX},
        )
    made.folders = sorted(folders, key=lambda folder: (folder.count("/") + bool(folder), folder))
    for folder in made.folders:
        if folder or made.place.needs_section:
            title = pages.spoken(PurePosixPath(folder).name) if folder else pages.spoken(made.package.name)
            made.lines.append(Line(Becomes.SECTION, f"{folder}/" if folder else "", title))


def _line(made: Plan, page: Page, becomes: Becomes, paths: set[str]) -> Line:
    pointers = list(pointing.inside(page, paths))
    made.files |= {one.target for one in pointers if one.target and not pages.is_page(one.target)}
    warnings = [
        say(_NO_PICTURE if one.is_picture else _NO_LINK) % {"address": one.address}
        for one in pointers
        if not one.target
    ]
    if distant := pointing.link_distant_pictures(page):
        told = say_many(
            "%(count)s picture of another site becomes a link: articles show only pictures of their own.",
            "%(count)s pictures of other sites become links: articles show only pictures of their own.",
            distant,
        )
        warnings.append(told)
    title = f"{page.title} ({page.locale})" if becomes is Becomes.TRANSLATION else page.title
    return Line(becomes, page.path, title, tuple(warnings))
