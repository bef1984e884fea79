"""A partner reads and does what an agreement in force lets them, and nothing else."""

from __future__ import annotations

import pytest

from adjoin.access import explain, grants, permissions, readable
from adjoin.access.grants import GRANTS
from adjoin.access.permissions import RIGHTS, Permission, Right
from adjoin.access.tests.test_mutations import changed
from adjoin.sharing.terms import AgreementStatus
from adjoin.testing import doors, partner_doors
from adjoin.testing.desk import Desk
from adjoin.testing.partner_doors import ENDED, PROMISED, PUBLIC_ONLY, TERMS, WITH_NOTES

MAY = {Permission.COMMENT_PUBLICLY, Permission.COMMENT_PRIVATELY, Permission.EDIT_TICKET, Permission.EDIT_TAGS}


def broken_rights(desk: Desk) -> list[str]:
    """Each thing a partner may do and should not, or the other way round."""
    broken = []
    for partner in TERMS:
        actor = partner_doors.actor(desk, partner)
        for one in Permission:
            rows = set(permissions.tickets(actor, one).values_list("pk", flat=True))
            wanted = {desk.tickets[ticket].pk for ticket in PROMISED[partner]} if one in MAY else set()
            broken += [f"{partner}: {one}"] if rows != wanted or permissions.allows(actor, one) else []
    return broken


def test_partners_do_what_is_promised_and_no_more(desk: Desk) -> None:
    assert broken_rights(desk) == []


def test_without_its_grant_partners_read_nothing(desk: Desk) -> None:
    (grant,) = [one for one in GRANTS if one.speaks_for == {grants.PARTNER}]
    with changed(grants.GRANTS, grant):
        assert any(True for _ in doors.broken_promises(partner_doors.PartnersRead(), desk))


@pytest.mark.parametrize(
    "right", [one for one in RIGHTS if grants.PARTNER in one.speaks_for], ids=lambda right: right.permission
)
def test_each_of_their_rights_is_missed(desk: Desk, right: Right) -> None:
    with changed(permissions.RIGHTS, right):
        assert broken_rights(desk)


def test_partners_read_no_history_and_no_people(desk: Desk) -> None:
    actor = partner_doors.actor(desk, WITH_NOTES)
    for query in (readable.audits, readable.users, readable.organizations, readable.groups, readable.brands):
        assert not query(actor).exists()


def test_a_partner_gets_the_files_of_what_they_read(desk: Desk) -> None:
    files = readable.attachments(partner_doors.actor(desk, PUBLIC_ONLY)).values_list("file_name", flat=True)
    assert set(files) == {"zqhomepublicfile.txt", "zqvaultpublicfile.txt"}


def test_all_ends_with_the_agreement(desk: Desk) -> None:
    agreement = partner_doors.agreement(desk, WITH_NOTES)
    actor, ticket = partner_doors.actor(desk, WITH_NOTES), desk.tickets["confidential"]
    assert explain.ticket(actor, ticket.pk).opened_by
    for status in set(AgreementStatus) - {AgreementStatus.ACCEPTED}:
        type(agreement).objects.filter(pk=agreement.pk).update(status=status)
        assert not readable.tickets(actor).exists(), status
        assert not explain.ticket(actor, ticket.pk).is_readable


def test_a_partner_of_before_reads_nothing(desk: Desk) -> None:
    assert not readable.comments(partner_doors.actor(desk, ENDED)).exists()
