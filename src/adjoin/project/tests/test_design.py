"""What the design system promises: words can be read by day and by night, and every icon exists."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import RequestFactory

from adjoin.project.settings import BASE_DIR
from adjoin.project.templatetags import desk

Colour = tuple[float, float, float]
TOKENS = (BASE_DIR / "project/static/adjoin/css/tokens.css").read_text()
TEMPLATES = sorted(BASE_DIR.glob("**/templates/**/*.html"))
STYLES = sorted(BASE_DIR.glob("**/static/**/*.css"))

READABLE = [  # text, what it stands on, how much contrast it needs
    *(("ink-1", paper, 7.0) for paper in ("paper-1", "paper-2", "paper-3", "paper-4", "note")),
    *((ink, paper, 4.5) for ink in ("ink-2", "ink-3") for paper in ("paper-1", "paper-2", "paper-3")),
    *(("accent-ink", paper, 4.5) for paper in ("paper-1", "paper-2", "paper-3", "note", "accent-soft")),
    ("ink-1", "accent-soft", 7.0),
    ("ink-1", "danger-soft", 7.0),
    ("ink-1", "warning-soft", 7.0),
    ("paper-1", "ink-1", 7.0),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("on-danger", "danger", 4.5),
    ("on-danger", "danger-ink", 4.5),
    ("danger-ink", "paper-1", 4.5),
    ("danger-ink", "danger-soft", 4.5),
    ("warning-ink", "warning-soft", 4.5),
    ("success-ink", "success-soft", 4.5),
    ("note-ink", "note", 4.5),
]
SEEN = [  # shapes, of which 3 to 1 is asked
    *((f"status-{status}", "paper-1", 3.0) for status in ("new", "open", "pending", "hold", "solved", "closed")),
    *((f"partner-{number}", "paper-1", 3.0) for number in range(1, 7)),
]


def tokens(scheme: str) -> dict[str, Colour]:
    """Every colour token by name, as linear RGB, for `light` or `dark`."""
    found = re.findall(r"--([\w-]+): light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\);", TOKENS)
    return {name: _linear_rgb(light if scheme == "light" else dark) for name, light, dark in found}


def _linear_rgb(oklch: str) -> Colour:
    lightness, chroma, hue = (float(part) for part in oklch.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    # https://bottosson.github.io/posts/oklab/
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(max(part, 0.0), 1.0) for part in rgb)  # type: ignore[return-value]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "paper", "least"), READABLE + SEEN)
def test_what_is_to_be_read_stands_out(scheme: str, text: str, paper: str, least: float) -> None:
    colours = tokens(scheme)
    assert contrast(colours[text], colours[paper]) >= least


def test_components_name_colours_and_have_none_of_their_own() -> None:
    own = {
        path.name: found
        for path in STYLES
        if path.name not in ("tokens.css", "avatar.css", "dialog.css", "composer.css")
        and (found := re.findall(r"#[0-9a-f]{3,8}\b|rgba?\([^v]|oklch\(\d", path.read_text()))
    }
    assert own == {}


def test_every_style_used_is_defined() -> None:
    """A token that is misspelt makes no error anywhere, only an ugly page."""
    styles = {path: path.read_text() for path in STYLES}
    known = set(re.findall(r"(--[\w-]+)\s*:", "".join(styles.values())))
    made = "".join(path.read_text() for path in BASE_DIR.glob("**/templates/**/*.css"))  # a brand's own colours
    known |= set(re.findall(r"(--[\w-]+)\s*:", made))
    used = {name for text in styles.values() for name in re.findall(r"var\((--[\w-]+)\)", text)}
    assert used - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_icons_exist_and_nothing_is_inline(path: Path) -> None:
    text = path.read_text()
    for name in re.findall(r'{% icon "([\w-]+)"|icon_name="([\w-]+)"', text):
        assert desk.icon("".join(name))
    is_mail = path.with_suffix(".txt").exists()  # what reads mails knows no style sheets
    if path.suffix == ".html" and not is_mail:
        without_comments = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", without_comments)


def test_an_icon_with_a_name_tells_it_and_one_without_is_silent() -> None:
    assert 'aria-label="Private &lt;note&gt;"' in desk.icon("lock", label="Private <note>")
    assert "aria-label" not in desk.icon("lock")
    assert 'aria-hidden="true"' in desk.icon("lock")


@pytest.mark.parametrize("name", ["not_found", "server_error", "csrf", "no_account"])
def test_pages_for_what_went_wrong_need_no_account(name: str) -> None:
    page = get_template(f"errors/{name}.html").render({"host": "<nowhere>"}, RequestFactory().get("/"))
    assert "<h1>" in page
    assert "<nowhere>" not in page
