"""Finding articles by what they mean, with a real server of vectors on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adjoin.adapters import embeddings
from adjoin.knowledge import matching, nearness, passages, search, understanding
from adjoin.knowledge.actions import articles, meaning, texts
from adjoin.knowledge.models import Meaning, Passage, Translation
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

IDEAS = ("kettle boiler bouilloire", "refund money reimburse", "descale limescale crust vinegar")


class Model:
    """A server that speaks OpenAI's embeddings and knows three ideas."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.keys: list[str] = []
        self.status = 200
        model = self

        class Handled(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.heard += asked["input"]
                model.keys.append(self.headers["Authorization"])
                rows = [{"index": at, "embedding": model.vector(text)} for at, text in enumerate(asked["input"])]
                body = json.dumps({"data": rows[::-1]}).encode()
                self.send_response(model.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handled)
        self.url = f"http://localhost:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def vector(self, text: str) -> list[float]:
        words = text.lower().replace(".", "").split()
        return [float(sum(word in idea.split() for word in words)) for idea in IDEAS] + [0.1]


@pytest.fixture
def model(cast: Cast) -> Iterator[Model]:
    found = Model()
    nearness.forget()
    meaning.choose(actor=cast.actor("ada"), source="endpoint", url=found.url, model="ideas", api_key="sesame", now=NOW)
    yield found
    found.server.shutdown()
    found.server.server_close()


def titles(cast: Cast, who: str, words: str) -> list[str]:
    return [row.title for row in search.found(cast.actor(who), cast.home, "en", words)]


def test_articles_are_found_by_what_they_mean_by_those_who_read_them(books: Books, cast: Cast, model: Model) -> None:
    books.article(body="<h2>Once a month</h2><p>Vinegar, half an hour.</p>")
    books.article("Send something back", body="<p>The refund takes a week.</p>")
    books.article("Boiler and crust", audience="segments", segment_ids=[books.staff_segment_id()])
    draft = books.article("Secret kettle", is_draft=True)
    understanding.read_some(NOW)
    assert titles(cast, "cyd", "crust in my boiler") == ["Descale your kettle"]
    assert titles(cast, "ana", "crust in my boiler") == ["Boiler and crust", "Descale your kettle"]
    rows = list(search.found(cast.actor("cyd"), cast.home, "en", "crust in my boiler"))
    assert search.hits(rows, "en", "crust in my boiler")[0].snippet == "Once a month Vinegar, half an hour."
    assert set(model.keys) == {"Bearer sesame"}
    assert not Passage.objects.filter(translation__article=draft).exists()
    assert not any("Secret" in text for text in model.heard)  # drafts are shown to no model


def test_words_that_change_are_read_again_and_those_that_go_are_forgotten(
    books: Books, cast: Cast, model: Model
) -> None:
    article = books.article(body="<p>Limescale.</p>")
    understanding.read_some(NOW)
    assert titles(cast, "cyd", "crust") == ["Descale your kettle"]
    texts.write(actor=books.ada, of=article, locale="en", title="Water", body="<p>Money back.</p>", now=NOW)
    assert titles(cast, "cyd", "crust") == []
    understanding.read_some(NOW)
    assert titles(cast, "cyd", "reimburse") == ["Water"]
    with CaptureQueriesContext(connection) as asked:  # another search reads none of them again
        assert titles(cast, "cyd", "money") == ["Water"]
    assert not any("knowledge_passage" in one["sql"] for one in asked)
    meaning.choose(actor=books.ada, source="endpoint", url=model.url, model="other", now=NOW)
    assert list(Translation.objects.filter(understood_by="").values_list("title", flat=True)) == ["Care", "Kettles"]
    reader = understanding.model()
    assert reader is not None
    assert [row.title for row in understanding.waiting(reader)] == ["Water"]
    articles.archive_article(actor=books.ada, article=article, now=NOW)
    assert not understanding.waiting(reader).exists()


def test_what_means_it_and_has_a_word_that_most_have_counts_for_both(
    books: Books, cast: Cast, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "RANKED_MAX", 3)
    for number in range(6):
        books.article(f"Filler {number}", body="<p>Of boilers.</p>")  # has the word, and means nothing to the model
    books.article("Kettle")  # means it, and has not the word
    books.article("Losses", body="<p>A boiler. A refund.</p>")
    understanding.read_some(NOW)
    assert titles(cast, "cyd", "boiler")[0] == "Losses"


def test_what_slips_were_mended_to_is_asked_of_the_model_beside_what_was_typed(
    books: Books, cast: Cast, model: Model
) -> None:
    books.article("Kettle")
    books.article("Bouilloire")  # means it, and has not the word
    books.article("Reimburse us", segment_ids=[books.staff_segment_id()])
    understanding.read_some(NOW)
    assert titles(cast, "cyd", "ketle") == ["Kettle", "Bouilloire"]
    model.heard.clear()
    search.searched(cast.actor("cyd"), cast.home, "en", "my ketle, reimburze")
    search.suggested(cast.actor("ana"), cast.home, "en", "my ketle")
    search.searched(cast.actor("cyd"), cast.home, "en", "my ketle", as_typed=True)
    assert model.heard == ["my ketle, reimburze kettle", "my ketle"]  # once each; no word of what they may not read


def test_a_model_that_says_no_leaves_the_words(books: Books, cast: Cast, model: Model) -> None:
    books.article()
    model.status = 503
    assert titles(cast, "cyd", "vinegar") == ["Descale your kettle"]
    assert titles(cast, "cyd", "vinegar") == ["Descale your kettle"]
    assert len(model.keys) == 1  # it is left in peace for a while
    with pytest.raises(embeddings.CannotSay):
        understanding.read_some(NOW)
    assert "503" in Meaning.objects.get().failure


def test_admins_choose_the_model_and_nobody_reads_its_key(cast: Cast, model: Model) -> None:
    ada, ana = Client(headers={"host": "acme.localhost"}), Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.users["ada"])
    ana.force_login(cast.users["ana"])
    page = ada.get("/admin/article-search/").content.decode()
    assert model.url in page
    assert "sesame" not in page
    assert ada.post("/admin/article-search/", {"source": "endpoint", "url": "ftp://x", "model": ""}).status_code == 422
    assert ada.post("/admin/article-search/", {"source": "off"}).status_code == 302
    assert understanding.model() is None
    assert ana.get("/admin/article-search/").status_code == 404


def test_a_key_stays_with_its_host(cast: Cast, model: Model) -> None:
    ada = cast.actor("ada")
    assert meaning.choose(actor=ada, source="endpoint", url=model.url, model="other", now=NOW).api_key == "sesame"
    moved = meaning.choose(actor=ada, source="endpoint", url="https://elsewhere.example/v1", model="m", now=NOW)
    assert moved.api_key == ""


def test_an_article_is_cut_at_its_headings_and_where_it_is_long() -> None:
    body = f"<p>One.</p><h2>Two &amp; more</h2><p>{'word ' * 130}</p>"
    found = passages.cut("Title", body)
    assert found[0] == "Title\nOne."
    assert [one.split("\n")[:2] for one in found[1:]] == [["Title", "Two & more"]] * 2
    assert [len(one.split()) for one in found[1:]] == [69, 69]
    assert passages.cut("Title", "") == ["Title"]
