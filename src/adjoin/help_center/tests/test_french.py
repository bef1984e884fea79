"""The help center in French: which language is spoken to whom, and that all of it is French then."""

from __future__ import annotations

import html
import re

import polib

from adjoin.channels.models import OutgoingMail
from adjoin.help_center.tests.conftest import Visit, Visitor
from adjoin.people.models import User
from adjoin.testing import words
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

FRENCH = words.LOCALES / "fr" / "LC_MESSAGES" / "django.po"
OURS = ("help_center/", "sign_in/", "project/templates/account", "project/templates/parts", "fields/defaults")


def spoken(visitor: Visitor, path: str = "/hc/", browser: str = "") -> str:
    """The language of the page that one comes to."""
    page = visitor.get(path, headers={"accept-language": browser}, follow=True).content.decode()
    found = re.search(r'<html lang="([^"]+)"', page)
    return found[1] if found else ""


def english() -> set[str]:
    """What the help center says in English and otherwise in French, as far as it is more than a word."""
    entries = [one for one in polib.pofile(str(FRENCH)) if one.occurrences[0][0].startswith(OURS)]
    plain = [one for one in entries if "%" not in one.msgid and one.msgid != one.msgstr]
    return {one.msgid for one in plain if " " in one.msgid.strip()}


def test_the_address_says_the_language_then_the_person_then_the_browser_then_the_brand(
    cast: Cast, visit: Visit
) -> None:
    nobody, cyd = visit(""), visit("cyd")
    assert [spoken(nobody), spoken(nobody, browser="fr-CA,en;q=0.5"), spoken(nobody, browser="eo")] == [
        "en",
        "fr",
        "en",
    ]
    cast.home.locale = "fr"
    cast.home.save()
    assert [spoken(nobody), spoken(nobody, browser="en"), spoken(cyd)] == ["fr", "en", "fr"]

    User.objects.filter(pk=cast.users["cyd"].pk).update(locale="en-US")
    assert [spoken(cyd, browser="fr"), spoken(cyd, "/hc/fr/requests/", browser="en")] == ["en", "fr"]
    cyd.send("/hc/en/requests/", {"language": "fr"}, to="/accounts/language/")
    assert [spoken(cyd, browser="en"), spoken(cyd, "/accounts/security/")] == ["fr", "fr"]


def test_everything_the_help_center_says_is_french_there(cast: Cast, visit: Visit) -> None:
    cyd, said = visit("cyd"), english()
    assert len(said) > 100
    User.objects.filter(pk=cast.users["cyd"].pk).update(locale="fr")
    cyd.file()
    cast.ticket(ccs=[cast.users["eli"].pk])
    paths = [
        "",
        "requests/",
        "requests/new/",
        "requests/1/",
        "requests/copied/",
        "requests/?query=zzz",
        "search/?query=zz",
    ]
    for path in [*(f"/hc/fr/{one}" for one in paths), "/accounts/password/change/", "/hc/fr/nowhere/"]:
        page = html.unescape(
            re.sub(r"<script.*?</script>", "", cyd.get(path, follow=True).content.decode(), flags=re.S)
        )
        shown = {
            one.strip()
            for one in re.findall(r'>([^<>]+)<|(?:aria-label|placeholder|title)="([^"]+)"', page)
            for one in one
        }
        assert shown & said == set(), path


def test_mails_are_written_in_the_language_of_whoever_gets_them(cast: Cast) -> None:
    User.objects.filter(pk=cast.users["cyd"].pk).update(locale="fr-FR")
    ticket = cast.ticket(ccs=[cast.users["eli"].pk])
    cast.update("ana", ticket, say="Which kettle is it?")
    run_jobs()
    [cyds] = OutgoingMail.objects.filter(to_address="cyd@example.com")
    [elis] = OutgoingMail.objects.filter(to_address="eli@example.com")
    assert (f"/hc/fr/requests/{ticket.pk}/" in cyds.text_body, "Lire et répondre" in cyds.html_body) == (True, True)
    assert (f"/hc/en/requests/{ticket.pk}/" in elis.text_body, "Read it and answer" in elis.html_body) == (True, True)
