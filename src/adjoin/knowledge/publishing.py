"""Publishing a draft whose moment has come."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from adjoin.access import actors
from adjoin.kernel.errors import DeskError
from adjoin.knowledge.actions import texts
from adjoin.knowledge.models import Translation

_log = structlog.get_logger(__name__)


@transaction.atomic
def publish_due(*, translation_id: int, now: datetime) -> bool:
    """Whether the draft was published: it is still due, and whoever scheduled it may still do so."""
    due = Translation.objects.select_for_update(of=("self",)).filter(pk=translation_id, publish_at__lte=now)
    row = due.select_related("article").first()
    if row is None or row.article is None:
        return False
    try:
        with transaction.atomic():
            texts.publish(actor=actors.load(row.publish_by_id), article=row.article, locale=row.locale, now=now)
    except DeskError as error:
        _log.warning("article_not_published", translation_id=row.pk, reason=str(error))
        Translation.objects.filter(pk=row.pk).update(publish_at=None, publish_by=None)
        return False
    return True
