"""Languages over the API: which there are, whose is whose, and which one refusals are said in."""

from __future__ import annotations

from adjoin.testing.api import Caller


def test_languages_are_listed_chosen_by_number_and_answered_in(api: Caller) -> None:
    ana, anybody = api.as_("ana"), api.as_("")
    listed = {one["id"]: one["locale"] for one in anybody.get("/locales/public").json()["locales"]}
    assert (listed[1], listed[16]) == ("en-US", "fr")
    assert anybody.get("/locales/fr-CA").json()["locale"]["id"] == 16
    me = f"/users/{api.cast.users['ana'].pk}"
    assert ana.put(me, {"user": {"locale_id": 16}}).json()["user"]["locale"] == "fr"
    assert ana.put(me, {"user": {"locale_id": 7}}).json()["user"]["locale_id"] == 16  # unknown here: nothing is said
    assert ana.get("/locales/current").json()["locale"]["native_name"] == "Français"
    best = "/locales/detect_best_locale?available_locales[]=fr"
    assert (anybody.get(best).json()["locale"], ana.get(best).json()["locale"]["locale"]) == (None, "fr")


def test_refusals_keep_their_codes_in_every_language(api: Caller) -> None:
    blank, ada = {"trigger_category": {"name": ""}}, api.as_("ada")
    said = [ada.post("/trigger_categories", blank, **how).json() for how in ({}, {"Accept_Language": "fr"})]
    found = [one["details"]["name"][0] for one in said]
    sentences = [one["description"] for one in found]
    assert sentences == ["Name: cannot be blank", "Nom\N{NO-BREAK SPACE}: ne peut pas être vide"]
    assert {one["error"] for one in found} == {"BlankValue"}
