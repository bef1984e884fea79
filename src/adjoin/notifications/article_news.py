"""Telling those who follow an article, or a section, what happened to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from adjoin.accounts import current
from adjoin.accounts.jobs import for_each_account, task
from adjoin.brands.actions import default_brand
from adjoin.channels import mail_out
from adjoin.channels.mail_out import Letter
from adjoin.kernel import counters, languages
from adjoin.knowledge import news, verifying_news
from adjoin.knowledge.news import News
from adjoin.knowledge.terms import Happened
from adjoin.knowledge.verifying_news import Due
from adjoin.notifications import letters

HOUR_SECONDS = 3600
MAILS_MAX = 20  # about articles to one person in an hour: somebody publishes a hundred


def on_published(*, article_id: int, user_id: int | None) -> None:
    """An article is published for the first time."""
    tell.defer(happened=Happened.PUBLISHED, article_id=article_id, user_id=user_id)


def on_changed(*, article_id: int, user_id: int | None) -> None:
    """The words of a published article are others."""
    tell.defer(happened=Happened.CHANGED, article_id=article_id, user_id=user_id)


def on_commented(*, article_id: int, comment_id: int, user_id: int | None) -> None:
    """A comment shows."""
    tell.defer(happened=Happened.COMMENTED, article_id=article_id, user_id=user_id, comment_id=comment_id)


@task("notifications.article_news", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def tell(*, happened: str, article_id: int, user_id: int | None, comment_id: int | None = None) -> None:
    """A mail to each follower who may read it at this moment."""
    now = timezone.now()
    for subscription_id in news.for_followers(happened, article_id, now=now, but_user_id=user_id):
        with transaction.atomic():
            found = news.of(subscription_id, happened, article_id, comment_id=comment_id)
            if found is None or not found.user.can_get_mail:
                continue
            _write(found, f"article-{article_id}-{comment_id or happened}", now)
            if happened == Happened.CHANGED:
                news.told(subscription_id, now)


@task("notifications.remind_owners")
def remind_owners() -> None:
    """In this account: one mail to each owner of articles that are to be looked at again."""
    now = timezone.now()
    for user, rows in verifying_news.due(now):
        with transaction.atomic():
            with translation.override(languages.of_person(user.locale, default_brand().locale)):
                letter = _reminder(rows, now)
            mail_out.write(to=user, letter=letter, now=now)
            verifying_news.reminded(rows, now)


@app.periodic(cron="17 7 * * *")
@app.task(name="notifications.remind")
def remind(timestamp: int) -> None:
    """Remind in every account."""
    for_each_account(remind_owners)


def _reminder(rows: list[Due], now: datetime) -> Letter:
    brand = rows[0].brand
    page = {**letters.frame(brand, {}, audit_id=None), "rows": rows, "brand": brand}
    return Letter(
        reason=f"{current.schema()}.verify-{now:%Y%m%d}",
        subject=_("Are these articles still true?"),
        text_body=render_to_string("notifications/verify.txt", page),
        html_body=render_to_string("notifications/verify.html", page),
        from_name=brand.name,
        from_address=brand.support_address,
    )


def _write(found: News, reason: str, now: datetime) -> None:
    if counters.count(f"article-mails:{found.user.pk}", now, HOUR_SECONDS) > MAILS_MAX:
        return
    if found.happened == Happened.CHANGED:
        reason = f"{reason}-{now:%Y%m%d%H%M}"
    with translation.override(languages.of_person(found.user.locale, found.brand.locale)):
        letter = _letter(found, f"{current.schema()}.{reason}")
    mail_out.write(to=found.user, letter=letter, now=now)


def _letter(found: News, reason: str) -> Letter:
    names = {"name": found.author or found.brand.name, "title": found.title}
    leads = {
        Happened.PUBLISHED: _("There is a new article."),
        Happened.CHANGED: _("An article you follow has changed."),
        Happened.COMMENTED: _("%(name)s commented on an article you follow.") % names,
    }
    page = {**letters.frame(found.brand, {}, audit_id=None), "news": found, "lead": leads[found.happened]}
    return Letter(
        reason=reason,
        subject=f"[{found.brand.name}] {found.title}",
        text_body=render_to_string("notifications/article.txt", page),
        html_body=render_to_string("notifications/article.html", page),
        from_name=found.brand.name,
        from_address=found.brand.support_address,
        headers={
            "List-Unsubscribe": f"<{found.unfollow_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
