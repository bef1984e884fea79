"""Making one organization out of two."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from adjoin.accounts.jobs import task
from adjoin.kernel import ids, outbox, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import Membership, Organization, OrganizationMerge
from adjoin.people.terms import MergeStatus

MEMBERS_AT_ONCE_MAX = 1000  # merged while somebody waits; more in the background


@transaction.atomic
def merge_organizations(
    *, loser: Organization, winner: Organization, now: datetime, at_once: bool = False
) -> OrganizationMerge:
    """Have everything of `loser` belong to `winner`, and `loser` be gone: at once, or soon where it has many members.

    Raises `Invalid` for an organization and itself, and for one that is being merged already."""
    if loser.pk == winner.pk:
        raise Invalid.field("winner_id", say("Winner: an organization is not merged with itself"))
    if OrganizationMerge.objects.filter(loser_id__in=[loser.pk, winner.pk], status=MergeStatus.NEW).exists():
        raise Invalid.field("base", say("One of the two is being merged already."))
    merge = OrganizationMerge.objects.create(
        id=ids.new_ulid(now), loser_id=loser.pk, loser_name=loser.name, winner=winner, created_at=now, updated_at=now
    )
    if not at_once and Membership.objects.filter(organization=loser).count() > MEMBERS_AT_ONCE_MAX:
        finish_later.defer(merge_id=merge.pk, lock=f"organization:{loser.pk}")
        return merge
    return finish(merge_id=merge.pk, now=now)


@task("people.merge_organizations", retry=5)
def finish_later(*, merge_id: str) -> None:
    """Do a merge that was asked for."""
    finish(merge_id=merge_id, now=timezone.now())


@transaction.atomic
def finish(*, merge_id: str, now: datetime) -> OrganizationMerge:
    """Do a merge that was asked for; one that is done stays as it is."""
    merge = OrganizationMerge.objects.select_for_update().get(pk=merge_id)
    if merge.status != MergeStatus.NEW:
        return merge
    both = Organization.objects.select_for_update().filter(pk__in=[merge.loser_id, merge.winner_id]).order_by("pk")
    found = {row.pk: row for row in both}
    merge.updated_at = now
    if (winner := found.get(merge.winner_id or 0)) is None or (loser := found.get(merge.loser_id)) is None:
        merge.status = MergeStatus.ERROR  # somebody deleted one of them first
    else:
        _merge(loser, winner, now)
        merge.status = MergeStatus.COMPLETE
    merge.save(update_fields=["status", "updated_at"])
    return merge


def _merge(loser: Organization, winner: Organization, now: datetime) -> None:
    outbox.publish("organization.ending", organization_id=loser.pk, heir_id=winner.pk, now=now)
    moved = _move_members(loser, winner, now)
    before, loser_id, loser_name = winner.domain_names, loser.pk, loser.name
    winner.domain_names = sorted({*winner.domain_names, *loser.domain_names})
    winner.tags = sorted({*winner.tags, *loser.tags})
    filled = {name: value for name, value in winner.custom_fields.items() if value is not None}
    winner.custom_fields = {**loser.custom_fields, **filled}
    winner.notes = "\n\n".join(filter(None, [winner.notes, loser.notes]))
    winner.details = "\n\n".join(filter(None, [winner.details, loser.details]))
    winner.updated_at = now
    winner.save(update_fields=["domain_names", "tags", "custom_fields", "notes", "details", "updated_at"])
    Organization.objects.filter(pk=loser.pk).delete()
    told = {"domain_names": (before, winner.domain_names), "members_added": (None, moved)}
    record.changed(Did.DELETED, "organization", loser_id, loser_name, now=now, merged_into=(None, winner.name))
    record.changed(Did.UPDATED, "organization", winner.pk, winner.name, now=now, merged=(None, loser_name), **told)


def _move_members(loser: Organization, winner: Organization, now: datetime) -> int:
    """Everybody of `loser` is in `winner`. What a membership of `loser` showed of its tickets is not shown of others:
    who is in both keeps what they had in `winner`, everybody else sees what `winner` shares with all."""
    theirs = Membership.objects.filter(organization=loser)
    doubled = theirs.filter(user__memberships__organization=winner)
    defaults = list(doubled.filter(is_default=True).values_list("user_id", flat=True))
    Membership.objects.filter(pk__in=list(doubled.values_list("pk", flat=True))).delete()
    kept = Membership.objects.filter(organization=winner, user_id__in=defaults)
    kept.update(is_default=True, updated_at=now)
    return theirs.update(organization=winner, sees_tickets=False, comments_tickets=False, updated_at=now)
