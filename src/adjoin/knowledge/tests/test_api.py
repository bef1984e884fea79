"""Articles over the API, as a program that knows Zendesk's meets them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adjoin.knowledge.api import schemas
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.api import Caller

HC = "/help_center"


def test_a_help_center_is_built_and_read_over_the_api(api: Caller, books: Books) -> None:
    ada, nobody = api.as_("ada"), api
    category = ada.post(f"{HC}/en/categories", {"category": {"name": "Care"}}).json()["category"]
    section = ada.post(f"{HC}/categories/{category['id']}/sections", {"section": {"name": "Pots", "position": 3}})
    section_id = section.json()["section"]["id"]
    new = {"title": "Clean a pot", "body": "<p>Salt.</p>", "label_names": ["pots"], "user_segment_id": None}
    made = ada.post(f"{HC}/sections/{section_id}/articles", {"article": new})
    article = made.json()["article"]
    assert (made.status_code, article["draft"], article["label_names"]) == (201, True, ["pots"])
    assert nobody.get(f"{HC}/articles/{article['id']}").status_code == 404
    words = {"translation": {"draft": False, "title": "Clean your pot"}}
    assert ada.put(f"{HC}/articles/{article['id']}/translations/en", words).status_code == 200
    seen = nobody.get(f"{HC}/en/articles/{article['id']}.json").json()["article"]
    assert (seen["title"], seen["section_id"], seen["draft"]) == ("Clean your pot", section_id, False)
    found = nobody.get(f"{HC}/articles/search", query="pot").json()
    assert [(one["id"], one["result_type"]) for one in found["results"]] == [(article["id"], "article")]
    assert ada.delete(f"{HC}/articles/{article['id']}").status_code == 204
    assert nobody.get(f"{HC}/articles/search", query="pot").json()["count"] == 0


def test_who_reads_a_new_article_has_to_be_said(api: Caller, books: Books) -> None:
    refused = api.as_("ada").post(f"{HC}/sections/{books.section.pk}/articles", {"article": {"title": "x"}})
    assert refused.status_code == 422
    assert "Choose who reads it" in refused.content.decode()


def test_languages_files_votes_and_segments_have_their_places(api: Caller, books: Books) -> None:
    article, ada = books.article(), api.as_("ada")
    french = {"locale": "fr", "title": "Détartrer", "body": "<p>Vinaigre</p>", "draft": False}
    assert ada.post(f"{HC}/articles/{article.pk}/translations", {"translation": french}).status_code == 201
    assert api.get(f"{HC}/fr/articles/{article.pk}").json()["article"]["title"] == "Détartrer"
    assert api.get(f"{HC}/locales").json() == {"locales": ["en", "fr"], "default_locale": "en"}
    sent = {"file": SimpleUploadedFile("manual.pdf", b"%PDF-1.4"), "inline": "false"}
    path = f"/api/v2{HC}/articles/{article.pk}/attachments"
    file = ada.client.post(path, sent, headers=ada.headers).json()["article_attachment"]
    assert (file["file_name"], file["size"], file["inline"]) == ("manual.pdf", 8, False)
    assert api.client.get(file["relative_path"]).getvalue() == b"%PDF-1.4"
    assert api.as_("cyd").post(f"{HC}/articles/{article.pk}/up").json()["vote"]["value"] == 1
    assert api.get(f"{HC}/articles/{article.pk}").json()["article"]["vote_sum"] == 1
    segment = {"name": "Gold", "user_type": "signed_in_users", "tags": ["gold"]}
    made = ada.post(f"{HC}/user_segments", {"user_segment": segment}).json()["user_segment"]
    assert ada.put(f"{HC}/articles/{article.pk}", {"article": {"user_segment_id": made["id"]}}).status_code == 200
    assert api.as_("cyd").get(f"{HC}/articles/{article.pk}").status_code == 404
    assert api.as_("ana").get(f"{HC}/user_segments").status_code == 403


@pytest.mark.parametrize(
    ("path", "key", "described"),
    [
        ("categories", "categories", schemas.ShelfJson),
        ("sections", "sections", schemas.ShelfJson),
        ("articles", "articles", schemas.ArticleJson),
        ("user_segments", "user_segments", schemas.SegmentJson),
    ],
)
def test_answers_are_as_they_are_described(
    api: Caller, books: Books, path: str, key: str, described: type[schemas.ArticleJson]
) -> None:
    books.article()
    rows = api.as_("ada").get(f"{HC}/{path}").json()[key]
    assert rows
    for row in rows:
        described.model_validate(row)
        assert set(row) <= set(described.model_fields)
