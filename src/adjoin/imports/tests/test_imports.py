"""A file is checked line by line, taken in whole or not at all, and can be taken back for a day."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from functools import partial
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from adjoin.adapters import storage
from adjoin.audit_log.models import Entry
from adjoin.desk_settings import actions as desk_settings
from adjoin.imports import actions, forgetting
from adjoin.imports.models import Import
from adjoin.kernel.wording import tell
from adjoin.people import actions as people
from adjoin.people.models import Membership, Organization, OrganizationField, User, UserField
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

USERS = "/api/adjoin/v1/imports"


def _csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def _check(cast: Cast, kind: str, content: bytes, name: str = "file.csv") -> Import:
    row = actions.upload(
        actor=cast.actor("ada"), kind=kind, stream=io.BytesIO(content), file_name=name, now=timezone.now()
    )
    run_jobs()
    row.refresh_from_db()
    return row


def _import(cast: Cast, kind: str, content: bytes) -> Import:
    row = _check(cast, kind, content)
    assert row.state == "ready", (row.message, row.notices)
    actions.start(actor=cast.actor("ada"), import_id=row.pk, now=timezone.now())
    run_jobs()
    row.refresh_from_db()
    return row


def _undo(cast: Cast, row: Import) -> Import:
    actions.undo(actor=cast.actor("ada"), import_id=row.pk, now=timezone.now())
    run_jobs()
    row.refresh_from_db()
    return row


def _told(row: Import) -> dict[int, tuple[str, str]]:
    return {line: (outcome, tell(says)) for line, outcome, _, says in row.notices}


def test_a_dry_run_says_of_every_line_what_would_happen_and_writes_nothing(cast: Cast) -> None:
    before = User.objects.count()
    row = _check(
        cast,
        "users",
        _csv(
            "Name,Email,Organization,Role,Verified,Shoe size",
            "Nia New,nia@example.org,Kettle Club,,yes,38",
            "Dee Renamed,dee@example.com,,end-user,,",
            "Cyd Example,cyd@example.com,Kettle Club,,,",
            "Nia Again,NIA@example.org,,,,",
            "Bad Address,no-address,,,,",
            "Lost,lost@example.org,No Such Club,,,",
            "Boss,boss@example.org,,admin,,",
            "Ana Example,ana@example.com,,,,",
            ",nobody@example.org,,,,",
            "Maybe,maybe@example.org,,,perhaps,",
        ),
    )
    told = _told(row)
    assert told[2] == ("create", "joins Kettle Club")
    assert told[3] == ("update", "name")
    assert told[4][0] == "same"
    for line, word in {
        5: "stands in line 2",
        6: "not properly formatted",
        7: "No Such Club does not exist",
        8: "end users only",
        9: "team member",
        10: "cannot be blank",
        11: "yes or no",
    }.items():
        assert told[line][0] == "wrong"
        assert word in told[line][1]
    assert (row.state, row.creates, row.updates, row.unchanged, row.wrong) == ("wrong", 1, 1, 1, 7)
    assert "shoe_size" in row.message
    assert User.objects.count() == before


@pytest.mark.parametrize("role", ["admin", "agent", "owner", "Light agent"])
def test_no_role_is_raised_by_a_file(cast: Cast, role: str) -> None:
    row = _check(cast, "users", _csv("name,email,role", f"Eve,eve@example.org,{role}", f"Cyd,cyd@example.com,{role}"))
    assert row.state == "wrong"
    with pytest.raises(actions.WrongMoment):
        actions.start(actor=cast.actor("ada"), import_id=row.pk, now=NOW)
    assert cast.user("cyd").role == "end-user"


def test_people_are_taken_in_with_their_organizations_and_mail_domains(cast: Cast) -> None:
    harbour = people.create_organization(name="Harbour", domain_names=["harbour-hotels.com"], now=NOW)
    row = _import(
        cast,
        "users",
        _csv(
            "name;email;external_id;organization;verified;tags",
            "Nia;nia@harbour-hotels.com;;Kettle Club;yes;vip new",
            "Oz;oz@harbour-hotels.com;;;no;",
            "Pat;;P-1;;;",
            "Eli Example;eli@example.com;E-9;Harbour;;",
        ),
    )
    assert (row.state, row.creates, row.updates) == ("done", 3, 1)
    nia = User.objects.get(email="nia@harbour-hotels.com")
    mine = Membership.objects.filter(user=nia).order_by("pk")
    assert [(one.organization.name, one.is_default, one.by_domain) for one in mine] == [
        ("Kettle Club", True, False),
        ("Harbour", False, True),
    ]
    assert (nia.role, nia.is_verified, nia.tags) == ("end-user", True, ["new", "vip"])
    assert not nia.has_usable_password()
    assert not Membership.objects.filter(user__email="oz@harbour-hotels.com").exists()  # nobody verified that address
    assert cast.user("eli").external_id == "E-9"
    assert Membership.objects.filter(user=cast.users["eli"], organization=harbour).exists()
    told = Entry.objects.get(kind="import", action="create")
    assert (told.actor_name, told.changes) == ("Ada Example", {"creates": [0, 3], "updates": [0, 1]})


def test_the_account_s_own_fields_are_columns_checked_as_anywhere(cast: Cast) -> None:
    level = [{"name": "Gold", "value": "level_gold"}, {"name": "Tin", "value": "level_tin"}]
    make = partial(people.create_field, UserField, now=NOW)
    make(key="level", type="dropdown", title="Level", options=level)
    make(key="Born", type="date", title="Born")
    make(key="guide", type="lookup", title="Guide", target="zen:user")
    make(key="agreed", type="checkbox", title="Agreed")
    people.update_user(user=cast.user("dee"), now=NOW, custom_fields={"level": "level_tin"}, tags=["level_tin", "old"])
    heads = "name,email,custom_fields.level,Custom_Fields.born,custom_fields.agreed,custom_fields.guide"
    wrong = _check(cast, "users", _csv(heads, "Nia,nia@example.org,Lead,,,", "Oz,oz@example.org,,soon,perhaps,999999"))
    assert "Level: must be one of level_gold, level_tin" in _told(wrong)[2][1]
    assert [word in _told(wrong)[3][1] for word in ("Born: must be a date", "Agreed: ", "Guide: ")] == [True] * 3
    guide = cast.user("eli").pk
    row = _import(
        cast,
        "users",
        _csv(heads, f"Nia,nia@example.org,gold,2001-02-03,yes,{guide}", "Dee Example,dee@example.com,level_gold,,no,"),
    )
    nia, dee = User.objects.get(email="nia@example.org"), cast.user("dee")
    assert nia.custom_fields == {"level": "level_gold", "Born": "2001-02-03", "agreed": True, "guide": str(guide)}
    assert (nia.tags, dee.tags) == (["level_gold"], ["level_gold", "old"])
    assert _told(row)[3] == ("update", "agreed, level, tags")
    _undo(cast, row)
    assert (cast.user("dee").custom_fields, cast.user("dee").tags) == ({"level": "level_tin"}, ["level_tin", "old"])


def test_an_organization_s_own_fields_come_and_are_taken_back_with_what_is_answered_for(cast: Cast) -> None:
    people.create_field(OrganizationField, key="plan", type="text", title="Plan", now=NOW)
    row = _import(cast, "organizations", _csv("name,shared_tickets,custom_fields.plan", "Kettle Club,yes,Large"))
    club = Organization.objects.get(name="Kettle Club")
    assert (club.shared_tickets, club.custom_fields) == (True, {"plan": "Large"})
    _undo(cast, row)
    club.refresh_from_db()
    assert (club.shared_tickets, club.custom_fields) == (False, {})


def test_where_people_have_one_organization_a_file_gives_nobody_two(cast: Cast) -> None:
    desk_settings.change(now=NOW, multiple_organizations=False)
    people.create_organization(name="Harbour", now=NOW)
    row = _check(cast, "users", _csv("name,email,organization", "Cyd Example,cyd@example.com,Harbour"))
    assert "1 is the most" in _told(row)[2][1]
    row = _check(
        cast, "memberships", _csv("user,organization", "eli@example.com,Harbour", "eli@example.com,Kettle Club")
    )
    assert [_told(row)[line][0] for line in (2, 3)] == ["create", "wrong"]


def test_all_or_nothing_also_when_something_changes_after_the_check(cast: Cast) -> None:
    row = _check(cast, "users", _csv("name,email", "Nia,nia@example.org", "Oz,oz@example.org"))
    cast.add("oz")
    User.objects.filter(email="oz@example.com").update(email="oz@example.org", role="agent")
    actions.start(actor=cast.actor("ada"), import_id=row.pk, now=timezone.now())
    run_jobs()
    row.refresh_from_db()
    assert row.state == "wrong"
    assert "Nothing was imported. Line 3" in row.message
    assert not User.objects.filter(email="nia@example.org").exists()


def test_an_import_is_undone_but_for_what_was_touched_since(cast: Cast) -> None:
    row = _import(
        cast,
        "users",
        _csv(
            "name,email,organization,verified",
            "Nia,nia@example.org,Kettle Club,",
            "Oz,oz@example.org,,yes",
            "Pat,pat@example.org,,",
            "Eli Renamed,eli@example.com,Kettle Club,",
            "Dee Renamed,dee@example.com,,",
        ),
    )
    cast.users["oz"] = User.objects.get(email="oz@example.org")
    cast.ticket("oz")
    people.update_user(user=cast.users["dee"], now=timezone.now(), phone="1")
    row = _undo(cast, row)
    assert row.state == "undone"
    assert "3 are as they were before. 2 were changed or used since" in row.message
    assert not User.objects.filter(email__in=["nia@example.org", "pat@example.org"]).exists()
    assert User.objects.filter(email="oz@example.org").exists()
    assert (cast.user("eli").name, cast.user("dee").name) == ("Eli Example", "Dee Renamed")
    assert not Membership.objects.filter(user=cast.users["eli"]).exists()
    with pytest.raises(actions.WrongMoment):
        actions.undo(actor=cast.actor("ada"), import_id=row.pk, now=timezone.now())


def test_after_a_day_nothing_is_undone(cast: Cast) -> None:
    row = _import(cast, "users", _csv("name,email", "Nia,nia@example.org"))
    with pytest.raises(actions.WrongMoment):
        actions.undo(actor=cast.actor("ada"), import_id=row.pk, now=timezone.now() + timedelta(days=1))


def test_organizations_and_memberships_are_taken_in_and_taken_back(cast: Cast) -> None:
    cast.add("fay")
    User.objects.filter(email="fay@example.com").update(email="fay@tents-and-more.com")
    organizations = _import(
        cast,
        "organizations",
        _csv(
            "name,external_id,domain_names,shared_tickets,group,notes",
            "Tents,T-1,tents-and-more.com,yes,Returns,",
            "Kettle Club,,,yes,,Loud",
        ),
    )
    tents = Organization.objects.get(name="Tents")
    assert (tents.shared_tickets, tents.group) == (True, cast.returns)
    assert list(tents.memberships.values_list("user__name", flat=True)) == ["Fay Example"]
    assert Entry.objects.filter(kind="organization", action="update", title="Kettle Club").exists()
    memberships = _import(
        cast,
        "memberships",
        _csv(
            "user,organization,sees_tickets,default", "eli@example.com,T-1,yes,yes", "cyd@example.com,Kettle Club,yes,"
        ),
    )
    assert Membership.objects.get(user=cast.users["eli"]).sees_tickets
    _undo(cast, memberships)
    assert not Membership.objects.filter(user=cast.users["eli"]).exists()
    assert not Membership.objects.get(user=cast.users["cyd"]).sees_tickets
    _undo(cast, organizations)
    club = Organization.objects.get(name="Kettle Club")
    assert (club.shared_tickets, club.notes) == (False, "")
    assert not Organization.objects.filter(name="Tents").exists()


@pytest.mark.parametrize(
    ("kind", "content", "word"),
    [
        ("users", b"", "empty"),
        ("users", b"email\nx@example.org", "column name is missing"),
        ("users", b"name,name\nx,y", "twice"),
        ("users", b"name,email\n\xff\xfe\xfa,y", "UTF-8"),
        ("users", b"PK\x03\x04 nonsense", "broken"),
        ("users", b"name,email\n", "nothing below"),
        ("organizations", b"name,domain_names\nMail,gmail.com", ""),
        ("memberships", b"user,organization\nana@example.com,Kettle Club", ""),
    ],
)
def test_what_cannot_be_imported_says_why(cast: Cast, kind: str, content: bytes, word: str) -> None:
    row = _check(cast, kind, content)
    assert row.state == "wrong"
    assert word in row.message


def test_a_spreadsheet_is_read_and_its_formulas_come_out_as_words(cast: Cast) -> None:
    book: Any = openpyxl.Workbook()
    for cells in (["Name", "Email", "Phone", "External ID"], ["'=cmd()", "nia@example.org", 5550100.0, 7]):
        book.active.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    row = _import(cast, "users", packed.getvalue())
    nia = User.objects.get(email="nia@example.org")
    assert (nia.name, nia.phone, nia.external_id) == ("=cmd()", "5550100", "7")
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.user("ada"))
    answer: Any = ada.get(f"/admin/imports/{row.pk}/report.csv")
    (line,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert (line["line"], line["outcome"], line["title"]) == ("2", "create", "'=cmd()")


def test_the_report_is_told_in_the_language_of_whoever_reads_it(cast: Cast) -> None:
    row = _check(cast, "users", _csv("name,email,organization", "\x1e{,nia@example.org,No Such Club"))
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.user("ada"))
    for language, told in (("en", "No Such Club does not exist"), ("fr", "No Such Club n\u2019existe pas")):
        answer: Any = ada.get(f"/admin/imports/{row.pk}/report.csv", headers={"accept-language": language})
        (line,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
        assert told in line["says"]


def test_the_pages_take_a_file_and_are_for_admins(cast: Cast) -> None:
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.user("ada"))
    assert "Nothing has been imported" in ada.get("/admin/imports/").content.decode()
    template = ada.get("/admin/imports/template/users.csv").content
    sent: Any = ada.post("/admin/imports/", {"kind": "users", "file": SimpleUploadedFile("people.csv", template)})
    assert 'hx-get="' + sent.url in ada.get(sent.url).content.decode()
    run_jobs()
    assert "Harbour Hotels does not exist" in ada.get(sent.url).content.decode()
    assert ada.post("/admin/imports/", {"kind": "users"}).status_code == 422
    for path in ("", "template/users.csv", sent.url.removeprefix("/admin/imports/")):
        ana = Client(headers={"host": "acme.localhost"})
        ana.force_login(cast.user("ana"))
        assert ana.get(f"/admin/imports/{path}").status_code == 404


def test_the_api_takes_a_file_and_runs_it_when_it_is_right(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    file = SimpleUploadedFile("people.csv", _csv("name,email", "Nia,nia@example.org"))
    sent = ada.client.post(USERS, {"kind": "users", "file": file, "run": "true"}, headers=ada.headers)
    assert sent.status_code == 201
    run_jobs()
    shown = ada.get(f"{USERS}/{sent.json()['import']['id']}").json()["import"]
    assert (shown["status"], shown["creates"], shown["lines"][0]["outcome"]) == ("done", 1, "create")
    assert ada.post(f"{USERS}/{shown['id']}/undo").json()["import"]["status"] == "undoing"
    run_jobs()
    assert not User.objects.filter(email="nia@example.org").exists()
    ana = api.as_("ana")
    assert ana.get(USERS).status_code == ana.get(f"{USERS}/{shown['id']}").status_code == 403
    file.seek(0)
    assert ana.client.post(USERS, {"kind": "users", "file": file}, headers=ana.headers).status_code == 403


def test_a_thousand_people_cost_a_few_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    people.create_organization(name="Harbour", domain_names=["harbour-hotels.com"], now=NOW)
    rows = [f"Person {number},p{number}@harbour-hotels.com,Kettle Club,yes" for number in range(1050)]
    row = _check(cast, "users", _csv("name,email,organization,verified", *rows))
    with mock.patch.object(timezone, "now", return_value=NOW), django_assert_max_num_queries(120):
        actions.start(actor=cast.actor("ada"), import_id=row.pk, now=NOW)
        run_jobs()
    assert Membership.objects.filter(organization__name="Harbour").count() == 1050


def test_files_and_reports_are_let_go_of_a_day_after(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    done = _import(cast, "users", _csv("name,email", "One,one@customer.example"))
    ready = _check(cast, "users", _csv("name,email", "Two,two@customer.example"))
    files = [sha256 for row in (done, ready) for sha256 in (row.sha256, row.report_sha256)]
    for hours, are_kept in ((23, True), (25, False)):
        with django_capture_on_commit_callbacks(execute=True):
            forgetting.forget(now=timezone.now() + timedelta(hours=hours))
        assert [_is_there(sha256) for sha256 in files] == [are_kept] * 4
    done.refresh_from_db()
    ready.refresh_from_db()
    assert (done.state, done.creates, done.report_sha256) == ("done", 1, "")
    with pytest.raises(actions.WrongMoment):
        actions.start(actor=cast.actor("ada"), import_id=ready.pk, now=timezone.now())
    assert "Send it again" in ready.message


def _is_there(sha256: str) -> bool:
    try:
        storage.files().open(sha256).close()
    except FileNotFoundError:
        return False
    return True
