"""What a brand's looks promise: always legible, nothing fetched from elsewhere, nothing that runs, nothing lost."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adjoin.audit_log.models import Entry
from adjoin.brands import serialize
from adjoin.help_center import colours
from adjoin.help_center.looks import drawings, palette, pictures, stylesheets
from adjoin.help_center.looks.terms import Part
from adjoin.help_center.models import Look, LookPicture
from adjoin.help_center.tests.conftest import OUTDOOR, Visit
from adjoin.kernel.errors import Invalid
from adjoin.people.terms import Role
from adjoin.testing.cast import Cast

any_colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 10"{}>{}</svg>'
)

REFUSED = [
    ("@import 'https://spy.example/x.css';", "@import"),
    ("@font-face { font-family: x; src: url(x.woff2) }", "@font-face"),
    ("p { background: url(https://spy.example/p.png) }", "elsewhere"),
    ("p { background: \\75rl(//spy.example/p.png) }", "elsewhere"),
    ("p { --x: url('http://spy.example') }", "elsewhere"),
    ("p { background: URL(/hc/looks/../../agent/) }", "elsewhere"),
    ("@media print { p { cursor: url(x.cur), auto } }", "elsewhere"),
    ("p { background: image-set('https://spy.example/p.png' 1x) }", "image-set()"),
    ("p { & a { position: fi/**/xed; position: fixed } }", "fixed position"),
    ("p { --p: fixed; position: var(--p) }", "var()"),
    ("p { width: expression(alert(1)) }", "expression()"),
    ("p { behavior: url(#x) }", "old browsers"),
    ("@supports (background: url(//spy.example)) { p { color: red } }", "elsewhere"),
    ("p { color: red", ""),
    ("} p { color: red }", "cannot be read"),
    ("p { content: '" + "x" * 70_000 + "' }", "64 KB"),
]


@pytest.mark.parametrize(("css", "reason"), REFUSED, ids=[css[:40] for css, _ in REFUSED])
def test_a_style_sheet_fetches_nothing_and_covers_nothing(css: str, reason: str) -> None:
    found = stylesheets.problems(f"\n\n{css}")
    assert [one for one in found if reason in one.reason and one.line in (1, 3)] if reason else found == []


def test_a_harmless_style_sheet_is_left_alone() -> None:
    css = """
    :root { --accent: light-dark(#123, oklch(0.8 0.1 200)) }
    .hero { background: url(data:image/png;base64,AAAA), url("/hc/looks/pictures/4/"); position: relative }
    @media (width < 40rem) { .hero:has(> .search) { display: grid; & > h1 { transform: rotate(2deg) } } }
    @keyframes in { from { opacity: 0 } 50.5% { opacity: .5 } to { opacity: 1 } }
    """
    assert stylesheets.problems(css) == []


@settings(max_examples=60)
@given(any_colour, any_colour, any_colour)
def test_words_are_legible_in_every_choice_of_colours_by_day_and_by_night(one: str, paper: str, band: str) -> None:
    shades = palette.shades(colour=one, background=paper, band=band, colours_header=True)
    for at, ink, accent in (("day", "#16222a", "accent"), ("night", "#e8ecee", "accent")):
        shown = {shade.name: colours.parse(getattr(shade, at)) for shade in shades}
        assert colours.contrast(shown["on-band"], shown["band"]) >= 4.5
        assert colours.contrast(shown["on-head"], shown["head"]) >= 4.5
        for behind in ("paper-1", "paper-2", "paper-3"):
            assert colours.contrast(colours.parse(ink), shown[behind]) >= 7
            assert colours.contrast(shown[accent], shown[behind]) >= 4.5


def test_of_a_drawing_only_shapes_are_left() -> None:
    inside = (
        '<script>alert(1)</script><foreignObject><p>x</p></foreignObject><image href="https://spy.example/"/>'
        '<a xlink:href="javascript:alert(1)"><path d="M0 0h4"/></a><path d="M1 1h4" onclick="alert(1)" fill="red"/>'
        '<rect fill="url(https://spy.example)"/><use xlink:href="#a"/><animate attributeName="href" to="x"/>'
    )
    data, width, height = drawings.safe(SVG.format(' onload="alert(1)"', inside).encode())
    text = data.decode()
    assert (width, height) == (40, 10)
    assert [
        one for one in ("script", "spy", "alert", "foreign", "animate", "onclick", "<a", "image") if one in text
    ] == []
    assert 'fill="red"' in text
    assert 'href="#a"' in text


@pytest.mark.parametrize(
    "svg",
    [
        SVG.format("", "<style>path { fill: url(https://spy.example) }</style>"),
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("", "<text>&a;</text>"),
        "<svg><path/></svg>",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        "<svg xmlns",
    ],
)
def test_a_drawing_that_cannot_be_made_safe_is_refused(svg: str) -> None:
    with pytest.raises(Invalid):
        drawings.safe(svg.encode())


def photo(width: int = 900, height: int = 300) -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(kept, "JPEG", exif=b"Exif\0\0secret place")
    return kept.getvalue()


def test_a_picture_is_made_small_and_anew() -> None:
    logo = pictures.fit(Part.LOGO, photo() + b"<script>alert(1)</script>")
    assert (logo.content_type, logo.width, logo.height) == ("image/png", 336, 112)
    assert b"secret" not in logo.data
    assert b"script" not in logo.data
    hero = pictures.fit(Part.HERO, photo(1700, 700))
    assert (hero.content_type, len(hero.data) <= pictures.HERO_MAX_BYTES) == ("image/webp", True)
    for wrong in (b"%PDF-1.7", b"", SVG.format("", "").encode()):
        with pytest.raises(Invalid):
            pictures.fit(Part.HERO, wrong)


CHOSEN = {
    "colour": "#9a3412",
    "has_background": "on",
    "background": "#f6f1e7",
    "band": "#0b3b3a",
    "font": "humanist",
    "heading_font": "old_style",
    "corners": "round",
    "heading": "What broke?",
    "tagline": "Tents & packs",
    "header_links": "Shop | https://shop.example/",
    "footer_links": "Imprint | /imprint\nMail us | mailto:us@shop.example",
    "footer_words": "Made in the rain.",
    "css": ".hero { outline: 1px solid }",
}


def test_a_look_is_tried_on_saved_worn_and_had_again(cast: Cast, visit: Visit) -> None:
    ada, path = visit("ada"), f"/admin/brands/{cast.outdoor.pk}/looks/"
    guest = visit(host=OUTDOOR)
    sent = {**CHOSEN, "logo": SimpleUploadedFile("logo.png", photo(), "image/png")}
    tried = ada.send(path, sent, to=f"{path}preview/")
    page = ada.get(tried["Location"])
    assert "What broke?" in page.content.decode()
    assert "data:image/png;base64," in page.content.decode()
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in page["Content-Security-Policy"]
    assert visit("asa" if "asa" in cast.users else "ana").get(tried["Location"]).status_code in (403, 404)
    assert "What broke?" not in guest.words("/hc/en/")

    sent["logo"] = SimpleUploadedFile("logo.png", photo(), "image/png")
    assert ada.send(path, sent).status_code == 302
    home = guest.get("/hc/en/").content.decode()
    for part in ("What broke?", "Tents &amp; packs", "https://shop.example/", "Made in the rain.", "/imprint"):
        assert part in home
    look, logo = Look.objects.get(), LookPicture.objects.get()
    picture = guest.get(f"/hc/looks/pictures/{logo.pk}/")
    assert (picture["Content-Type"], picture["Content-Security-Policy"][:7]) == ("image/png", "sandbox")
    (told,) = serialize.brands([cast.outdoor], "https://acme.example/api/v2")
    assert told["logo"]["content_url"] == f"{cast.outdoor.url}/hc/looks/pictures/{logo.pk}/"
    assert (told["logo"]["file_name"], told["logo"]["size"]) == ("logo.png", len(bytes(logo.data)))
    assert guest.get(f"/hc/looks/{look.pk}/own.css").content.decode() == CHOSEN["css"]
    assert visit().get(f"/hc/looks/{look.pk}/own.css").status_code == 404  # another brand's
    assert "own.css" not in guest.get("/accounts/login/").content.decode()  # nothing of theirs over a password
    assert "--font: Seravek" in guest.get("/hc/brand.css").content.decode()
    assert Entry.objects.filter(kind="brand", subject_id=cast.outdoor.pk, changes__has_key="css").exists()

    ada.send(path, {**CHOSEN, "heading": "Later", "drop_logo": "on"})
    assert "Later" in guest.words("/hc/en/")
    ada.send(f"{path}revisions/", to=f"{path}revisions/{look.pk}/restore/")
    assert "What broke?" in guest.words("/hc/en/")
    assert Look.objects.latest("pk").logo == logo


def test_a_refused_look_says_why_and_keeps_what_was_chosen(cast: Cast, visit: Visit) -> None:
    ada, path = visit("ada"), f"/admin/brands/{cast.home.pk}/looks/"
    wrong = {
        "css": "p{}\n@import 'x';",
        "header_links": "Shop | javascript:alert(1)",
        "logo": SimpleUploadedFile("logo.png", photo(), "image/png"),
    }
    answer = ada.send(path, {**CHOSEN, **wrong})
    words = answer.content.decode()
    assert (answer.status_code, Look.objects.count()) == (422, 0)
    for told in ("Line 2: @import", "javascript:alert(1) is no address", "Made in the rain.", "Logo now"):
        assert told in words
    kept = {**ada.hidden(answer), **CHOSEN}
    assert ada.client.post(path, kept).status_code == 302  # the logo need not be chosen again
    assert Look.objects.get().logo is not None


def test_looks_are_for_those_who_manage_brands(cast: Cast, visit: Visit) -> None:
    cast.add("lou", Role.AGENT)
    for path in ("", "drafts/now/", "drafts/now/own.css", "revisions/"):
        assert visit("lou").get(f"/admin/brands/{cast.home.pk}/looks/{path}").status_code in (403, 404)
