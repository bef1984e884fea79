"""Labels over the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import serialize
from adjoin.knowledge.actions import articles
from adjoin.knowledge.api import common
from adjoin.knowledge.api.schemas import LabelJson
from adjoin.knowledge.models import Label

router = Router(tags=["Help center labels"], auth=agents_only)
ONE, MANY = describe.one("label", LabelJson), describe.many("labels", LabelJson)


@router.get("/help_center/articles/labels", response=MANY)
def list_labels(request: DeskRequest) -> HttpResponse:
    """The labels of articles you may read."""
    return _listed(request, _labels(request))


@router.get("/help_center/articles/labels/{int:label_id}", response=ONE)
def show_label(request: DeskRequest, label_id: int) -> HttpResponse:
    """One label."""
    found = _labels(request).filter(pk=label_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"label": serialize.label(found, answers.origin(request))})


@router.get("/help_center/articles/{int:article_id}/labels", response=MANY)
def list_article_labels(request: DeskRequest, article_id: int) -> HttpResponse:
    """The labels of one article."""
    return _listed(request, Label.objects.filter(articles=common.article(request, article_id)))


@router.post("/help_center/articles/{int:article_id}/labels", response={201: ONE})
def create_article_label(request: DeskRequest, article_id: int) -> HttpResponse:
    """Label an article."""
    row = common.article(request, article_id)
    name = reading.text("name", reading.wrapped(request, "label").get("name"))
    now_named = [*row.labels.values_list("name", flat=True), name]
    articles.change_article(actor=request.actor, article=row, labels=now_named, now=timezone.now())
    found = row.labels.get(name__iexact=" ".join(name.split()))
    return answers.answer({"label": serialize.label(found, answers.origin(request))}, 201)


@router.delete("/help_center/articles/{int:article_id}/labels/{int:label_id}", response={204: None})
def delete_article_label(request: DeskRequest, article_id: int, label_id: int) -> HttpResponse:
    """Take a label off an article."""
    row = common.article(request, article_id)
    if not row.labels.filter(pk=label_id).exists():
        raise NotFound
    left = list(row.labels.exclude(pk=label_id).values_list("name", flat=True))
    articles.change_article(actor=request.actor, article=row, labels=left, now=timezone.now())
    return answers.nothing()


def _labels(request: DeskRequest) -> QuerySet[Label]:
    return Label.objects.filter(articles__in=common.visible(request)).distinct()


def _listed(request: DeskRequest, rows: QuerySet[Label]) -> HttpResponse:
    origin = answers.origin(request)
    return common.listed(request, "labels", rows, lambda page: [serialize.label(row, origin) for row in page])
