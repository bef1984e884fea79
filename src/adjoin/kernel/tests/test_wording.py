"""Sentences of the desk's own are told in the language of whoever reads them, also those that were kept before."""

from __future__ import annotations

import copy
import json

import pytest
from django.utils import translation

from adjoin.kernel import languages, wording
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import kept, say, tell


@pytest.fixture(autouse=True)
def english() -> None:
    translation.activate("en")


def test_a_sentence_is_told_in_the_language_of_whoever_reads_it() -> None:
    inside = Invalid.field("name", say("Name: cannot be blank"))
    words = kept(say("Line %(line)s: %(says)s. It was right when the file was checked.") % {"line": 7, "says": inside})
    assert tell(words) == "Line 7: Name: cannot be blank. It was right when the file was checked."
    with translation.override("fr"):
        told = tell(words)
    assert told == "Ligne 7\u00a0: Nom\u00a0: ne peut pas être vide. Elle était juste quand le fichier a été vérifié."
    assert kept(told) == words  # read and written again, it is still told in any language


def test_several_sentences_stay_told_together() -> None:
    both = wording.together(say("This ticket is ours."), "", say("The ticket is deleted."))
    with translation.override("fr"):
        assert tell(kept(copy.deepcopy(both))) == "Ce ticket est à nous. Le ticket est supprimé."
        assert tell(kept(wording.listed(["a", "b", "c"]))) == "a, b et c"


def test_what_others_wrote_stays_as_they_wrote_it() -> None:
    forged = "\x1e\x1e" + json.dumps({"say": "%(x)999999999s", "with": {"x": 1}})
    assert tell(kept(forged)) == forged[2:]
    assert tell(kept("They said: 100 %")) == tell("They said: 100 %") == "They said: 100 %"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["", "Home", "Home and Outdoor", "Home, Outdoor, and Returns"]),
        ("fr", ["", "Home", "Home et Outdoor", "Home, Outdoor et Returns"]),
    ],
)
def test_names_are_listed_in_the_language_spoken(language: str, told: list[str]) -> None:
    names = ["Home", "Outdoor", "Returns"]
    with translation.override(language):
        assert [languages.listed(names[:count]) for count in range(4)] == told
