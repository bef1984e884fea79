"""What the help center promises to people who ask. All of it here without any script."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from adjoin.brands.models import Brand
from adjoin.help_center.tests.conftest import MAKER, OUTDOOR, Visit, words_of
from adjoin.people.models import Organization
from adjoin.testing.cast import Cast
from adjoin.tickets.models import IdempotencyKey, Ticket

CANARY = "zqprivatecanary"


def photo() -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 60, 30)).save(picture, "PNG")
    return SimpleUploadedFile("kettle.png", picture.getvalue(), "image/png")


def test_a_request_lives_from_filing_to_solving_and_back(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    sent = cyd.file("Broken kettle", "It leaks.", attachments=photo())
    ticket = Ticket.objects.get()
    assert (sent.status_code, sent.url) == (302, f"/hc/en/requests/{ticket.pk}/")
    assert (ticket.channel, ticket.brand, ticket.requester) == ("web_form", cast.home, cast.users["cyd"])
    assert ticket.comments.get().attachments.get().file_name == "kettle.png"
    here = sent.url
    assert "Received" in cyd.words(here, "step")

    cast.update("ana", ticket, say="Which kettle is it?", status="pending", assignee_id=cast.users["ana"].pk)
    page = cyd.words(here)
    assert "Which kettle is it?" in page
    assert "Ana Example" in page
    assert "Awaiting you" in cyd.words(here, "step")
    assert "Awaiting your reply" in cyd.words("/hc/en/requests/")

    replied = cyd.send(here, {"body": "The blue one."}, to=f"{here}reply/")
    assert replied.url == f"{here}#answer"
    assert "Being worked on" in cyd.words(here, "step")

    cyd.send(here, {"body": "Found the fuse."}, to=f"{here}solve/")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.comments.count()) == ("solved", 4)
    assert "Solved" in cyd.words(here, "step")

    cyd.send(here, {"body": "It broke again."}, to=f"{here}reply/")
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_request_can_be_marked_solved_without_a_word(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    here = f"/hc/en/requests/{ticket.pk}/"
    visit("cyd").send(here, to=f"{here}solve/")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.comments.count()) == ("solved", 1)


def test_a_closed_request_takes_no_replies_and_says_so(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd", status="closed")
    here = f"/hc/en/requests/{ticket.pk}/"
    cyd = visit("cyd")
    assert "takes no more replies" in cyd.words(here)
    refused = cyd.send(here, {"body": "But…"}, to=f"{here}reply/")
    assert refused.status_code == 422
    assert ticket.comments.count() == 1


def test_what_was_typed_survives_a_refusal(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    refused = cyd.file("", "It leaks, and <b>hisses</b>.", attachments=photo(), cc="nobody@example.org")
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Say in a few words what it is about." in page
    assert "It leaks, and &lt;b&gt;hisses&lt;/b&gt;." in page
    assert "nobody@example.org" in page
    assert "kettle.png" in page
    assert not Ticket.objects.exists()


def test_files_chosen_before_a_refusal_need_not_be_chosen_again(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    refused = cyd.file("", "It leaks.", attachments=photo())
    cyd.client.post("/hc/en/requests/new/", {**cyd.hidden(refused), "subject": "Kettle", "body": "It leaks."})
    assert Ticket.objects.get().comments.get().attachments.count() == 1


def test_a_file_that_is_too_large_is_refused_in_words(cast: Cast, visit: Visit, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    refused = visit("cyd").file(attachments=photo())
    assert refused.status_code == 422
    assert "larger than" in refused.content.decode()


def test_a_form_sent_twice_files_one_request(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    form = {**cyd.hidden(cyd.get("/hc/en/requests/new/")), "subject": "Kettle", "body": "It leaks."}
    first, second = (cyd.client.post("/hc/en/requests/new/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Ticket.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


def test_a_reply_sent_twice_is_said_once(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    here = f"/hc/en/requests/{ticket.pk}/"
    cyd = visit("cyd")
    form = {**cyd.hidden(cyd.get(here)), "body": "Anybody there?"}
    for _ in range(2):
        assert cyd.client.post(f"{here}reply/", form).status_code == 302
    assert ticket.comments.count() == 2


def test_an_empty_reply_is_refused(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    here = f"/hc/en/requests/{ticket.pk}/"
    refused = visit("cyd").send(here, {"body": "  "}, to=f"{here}reply/")
    assert refused.status_code == 422
    assert ticket.comments.count() == 1


def test_private_notes_never_show(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    cast.update("ana", ticket, note=CANARY)
    for path in ("/hc/en/", "/hc/en/requests/", f"/hc/en/requests/{ticket.pk}/", f"/hc/en/requests/?query={CANARY}"):
        for who in ("cyd", "ana"):  # agents are customers in the help center
            assert CANARY not in visit(who).get(path).content.decode().replace(f"query={CANARY}", "").replace(
                f'value="{CANARY}"', ""
            )


def test_a_request_without_a_public_side_does_not_exist_here(cast: Cast, visit: Visit) -> None:
    from adjoin.tickets.changes import NewComment

    ticket = cast.ticket("cyd", comment=NewComment(body=CANARY, is_public=False, author_id=cast.users["ana"].pk))
    assert visit("cyd").get(f"/hc/en/requests/{ticket.pk}/").status_code == 404


def test_the_request_of_another_brand_is_not_found_here(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd", brand_id=cast.outdoor.pk, subject="Wet tent")
    here = f"/hc/en/requests/{ticket.pk}/"
    at_home, at_outdoor = visit("cyd"), visit("cyd", OUTDOOR)
    assert at_home.get(here).status_code == 404
    assert at_home.send("/hc/en/requests/new/", {"body": "x"}, to=f"{here}reply/").status_code == 404
    assert "Wet tent" not in at_home.words("/hc/en/requests/")
    assert "Wet tent" in at_outdoor.words("/hc/en/requests/")
    assert at_outdoor.get(here).status_code == 200


def test_what_may_not_be_read_looks_like_what_does_not_exist(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    eli = visit("eli")
    hidden, missing = (eli.get(f"/hc/en/requests/{pk}/") for pk in (ticket.pk, 2**62))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert words_of(hidden) == words_of(missing)
    assert eli.get(f"/hc/en/requests/{2**80}/").status_code == 404


def test_requests_are_found_by_status_and_by_words_in_their_subject(cast: Cast, visit: Visit) -> None:
    cast.ticket("cyd", subject="Blue kettle")
    solved = cast.ticket("cyd", subject="Red toaster")
    cast.update("ana", solved, status="solved")
    cyd = visit("cyd")
    assert "Red toaster" not in cyd.words("/hc/en/requests/?status=open")
    assert "Blue kettle" not in cyd.words("/hc/en/requests/?status=solved")
    assert "Blue kettle" in cyd.words("/hc/en/requests/?query=KETTLE")
    assert "Red toaster" in cyd.words(f"/hc/en/requests/?query=%23{solved.pk}")
    assert "Nothing fits" in cyd.words("/hc/en/requests/?query=%25")


def test_nonsense_in_the_address_breaks_nothing(cast: Cast, visit: Visit) -> None:
    Organization.objects.filter(name="Kettle Club").update(shared_tickets=True)
    cyd = visit("cyd")
    for query in ("query=%00", "after=x", "after=2026~9", "after=~", "status=x", "organization=x"):
        for path in ("", "copied/", "organizations/"):
            assert cyd.get(f"/hc/en/requests/{path}?{query}").status_code == 200, query
        assert cyd.get(f"/hc/en/requests/audience/?{query}&cc=%00").status_code == 200, query


def test_long_lists_come_in_pages_each_request_once(cast: Cast, visit: Visit) -> None:
    for number in range(45):
        cast.ticket("cyd", subject=f"Request {number:02}")
    cyd, seen, path = visit("cyd"), [], "/hc/en/requests/"
    while path:
        page = cyd.get(path).content.decode()
        seen += cyd.subjects(page)
        path = cyd.link(page, "Older")
    assert seen == [f"Request {number:02}" for number in reversed(range(45))]


def test_a_list_asks_the_database_as_often_for_many_as_for_few(
    cast: Cast, visit: Visit, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cyd = visit("cyd")
    counts = []
    for more in (3, 15):
        for _ in range(more):
            cast.ticket("cyd")
        with CaptureQueriesContext(connection) as queries:
            cyd.get("/hc/en/requests/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_visitors_read_the_front_page_and_are_asked_to_sign_in_to_file(cast: Cast, visit: Visit) -> None:
    nobody = visit()
    assert "How can we help?" in nobody.words("/hc/en/")
    asked = nobody.get("/hc/en/requests/new/")
    assert asked.url == "/accounts/login/?next=%2Fhc%2Fen%2Frequests%2Fnew%2F"
    back = nobody.sign_in("cyd", path=asked.url)
    assert back.url == "/hc/en/requests/new/"


def test_visitors_see_no_requests(cast: Cast, visit: Visit) -> None:
    for path in ("", "1/", "copied/", "organizations/", "new/", "audience/"):
        assert visit().get(f"/hc/en/requests/{path}").url.startswith("/accounts/login/?next="), path


def test_a_visitors_htmx_is_sent_to_sign_in_as_a_page(cast: Cast, visit: Visit) -> None:
    answer = visit().get("/hc/en/requests/audience/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"][:16]) == (204, "/accounts/login/")


def test_a_brand_without_a_help_center_has_no_pages(cast: Cast, visit: Visit) -> None:
    Brand.objects.filter(pk=cast.outdoor.pk).update(has_help_center=False)
    assert visit(host=OUTDOOR).get("/hc/en/").status_code == 404
    assert visit("cyd", OUTDOOR).get("/hc/en/requests/").status_code == 404


def test_each_brand_wears_its_own_colour(cast: Cast, visit: Visit) -> None:
    Brand.objects.filter(pk=cast.outdoor.pk).update(colour="#9f1239")
    answer = visit(host=OUTDOOR).get("/hc/brand.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "--brand: #9f1239;" in answer.content.decode()
    assert "#9f1239" not in visit().get("/hc/brand.css").content.decode()


def test_another_account_knows_nothing_of_it(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    assert visit(host=MAKER).get(f"/hc/en/requests/{ticket.pk}/").status_code == 302


def test_markup_in_what_people_write_stays_words(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    sent = cyd.file("<script>alert(1)</script>", '<img src=x onerror="alert(1)">')
    page = cyd.get(sent.url).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_htmx_gets_the_changed_parts_alone(cast: Cast, visit: Visit) -> None:
    ticket = cast.ticket("cyd")
    here = f"/hc/en/requests/{ticket.pk}/"
    cyd = visit("cyd")
    script = {"HX-Request": "true"}
    part = cyd.get(here, headers=script).content.decode()
    assert "<html" not in part
    assert all(f'id="{name}"' in part for name in ("steps", "messages", "answer", "people"))
    said = cyd.send(here, {"body": "Still leaking."}, to=f"{here}reply/", headers=script)
    assert "<html" not in said.content.decode()
    assert "Still leaking." in said.content.decode()


def test_a_closed_request_goes_on_in_a_follow_up(cast: Cast, visit: Visit) -> None:
    old = cast.ticket("cyd", brand_id=cast.home.pk, subject="Kettle")
    Ticket.objects.filter(pk=old.pk).update(status="closed")
    cyd, path = visit("cyd"), f"/hc/en/requests/new/?followup={old.pk}"
    assert "File a follow-up" in cyd.words(f"/hc/en/requests/{old.pk}/")
    assert "Re: Kettle" in cyd.get(path).content.decode()
    cyd.send(path, {"subject": "Re: Kettle", "body": "It leaks again."})
    new = Ticket.objects.latest("pk")
    assert new.channel_source["from"]["ticket_id"] == old.pk
    assert f"Follow-up of #{old.pk}" in visit("ana").get(f"/agent/tickets/{new.pk}/").content.decode()
    assert f"Goes on from#{old.pk}" in cyd.words(f"/hc/en/requests/{new.pk}/")
    assert "goes on from" in cyd.words(path)
    assert "goes on from" not in visit("eli").words(path)
