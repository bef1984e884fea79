"""What new articles begin with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge import markup
from adjoin.knowledge.models import ArticleTemplate

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

TEMPLATES_MAX = 50
FIRST = {
    gettext_noop("How to do something"): gettext_noop(
        "<p>What you have done at the end, in one sentence.</p><h2>Before you begin</h2><ul><li>What you need</li></ul>"
        "<h2>Steps</h2><ol><li>First step</li><li>Second step</li></ol><h2>If it does not work</h2><p>What to try.</p>"
    ),
    gettext_noop("Known problem"): gettext_noop(
        "<h2>What you see</h2><p>The words of the message, or what happens.</p><h2>Whom it concerns</h2>"
        "<p>Which product, since when.</p><h2>What helps now</h2><ol><li>First step</li></ol>"
        "<h2>When it will be mended</h2><p>What we know.</p>"
    ),
    gettext_noop("Questions and answers"): gettext_noop(
        "<h2>The first question, as people ask it?</h2><p>The answer in one or two sentences.</p>"
        "<h2>The second question?</h2><p>Its answer.</p>"
    ),
}


def furnish(now: datetime) -> None:
    """The templates an account begins with, in its language."""
    for name, body in FIRST.items():
        how = {"body": gettext(body), "created_at": now, "updated_at": now}
        ArticleTemplate.objects.get_or_create(name=gettext(name), defaults=how)


def save_template(
    *, actor: Actor, template: ArticleTemplate | None, name: str, body: str, now: datetime
) -> ArticleTemplate:
    """A new template, or (given one) other words in it. Raises `NotAllowed`, and `Invalid`, also for a name twice."""
    permissions.require(actor, Permission.MANAGE_ARTICLES)
    if template is None and ArticleTemplate.objects.count() >= TEMPLATES_MAX:
        raise Invalid.field("name", say("At most %(most)s templates.") % {"most": TEMPLATES_MAX})
    row = template or ArticleTemplate(created_at=now)
    before = (row.name, row.body)
    row.name, row.body, row.updated_at = text.one_line(name)[:200], markup.clean(body), now
    if not row.name:
        raise Invalid.field("name", say("Give it a name."), "BlankValue")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid.field("name", say("There is a template of this name."), "DuplicateValue") from error
    did = Did.UPDATED if template is not None else Did.CREATED
    moved = {"name": (before[0] or None, row.name), "body": (before[1] or None, row.body)}
    record.changed(did, "article_template", row.pk, row.name, now=now, **moved)
    return row


@transaction.atomic
def delete_template(*, actor: Actor, template_id: int, now: datetime) -> None:
    """Take it away; articles that began with it stay. Raises `NotFound`, `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_ARTICLES)
    row = ArticleTemplate.objects.filter(pk=template_id).first()
    if row is None:
        raise NotFound
    row.delete()
    record.changed(Did.DELETED, "article_template", template_id, row.name, now=now)
