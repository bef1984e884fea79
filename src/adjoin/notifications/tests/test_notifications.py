"""What mail promises."""

from __future__ import annotations

from typing import Any

from django.test import Client

from adjoin.access.actors import Actor
from adjoin.brands import actions as brand_actions
from adjoin.channels.models import MailState, OutgoingMail
from adjoin.fields import actions as fields
from adjoin.notifications import templates
from adjoin.notifications.tasks import notify
from adjoin.people import actions as people
from adjoin.people.models import User, UserField
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets import actions
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Event
from adjoin.tickets.terms import Channel

SECRET = "canary-7f3a"


def mails_to(name: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to_address=f"{name}@example.com").order_by("pk"))


def file_request(cast: Cast, name: str) -> int:
    return actions.create(
        actor=cast.actor(name),
        now=NOW,
        via=Via(Channel.HELP_CENTER),
        comment=NewComment(body="It leaks {{ticket.assignee.name}}."),
        requester_id=cast.users[name].pk,
        subject="Leaking kettle",
    ).ticket.pk


def test_who_files_a_request_gets_a_confirmation_without_their_own_words(cast: Cast) -> None:
    file_request(cast, "cyd")
    run_jobs()
    [mail] = mails_to("cyd")
    assert (mail.subject, mail.state) == ("[Request received]", MailState.SENT)
    assert "leaks" not in mail.text_body + mail.html_body


def test_a_public_answer_reaches_the_requester_and_everybody_copied(cast: Cast) -> None:
    ticket = cast.ticket(ccs=[cast.users["eli"].pk])
    cast.update("ana", ticket, say="Which kettle is it?")
    run_jobs()
    for name in ("cyd", "eli"):
        [mail] = mails_to(name)
        assert "Which kettle is it?" in mail.text_body
        assert "/hc/en/requests/" in mail.text_body
        assert mail.headers["References"] == f"<ticket-{ticket.pk}@acme.localhost>"


def test_a_private_note_reaches_no_end_user(cast: Cast) -> None:
    ticket = cast.ticket(ccs=[cast.users["eli"].pk], assignee_id=cast.users["ana"].pk)
    cast.update("ada", ticket, note=SECRET)
    cast.update("ada", ticket, say="We are looking into it.")
    run_jobs()
    told = [mail for mail in OutgoingMail.objects.all() if SECRET in mail.text_body + mail.html_body + mail.subject]
    assert {mail.to_address for mail in told} == {"ana@example.com"}


def test_somebody_who_lost_access_meanwhile_gets_no_mail(cast: Cast) -> None:
    ticket = cast.ticket(assignee_id=cast.users["ana"].pk)
    cast.update("cyd", ticket, say="Any news?")
    brand_actions.set_brands_of(user=cast.users["ana"], brands=[cast.outdoor], now=NOW)
    run_jobs()
    assert mails_to("ana") == []


def test_who_follows_an_organization_hears_of_new_requests_they_may_read(cast: Cast) -> None:
    dee, kettles = browser(cast, "dee"), cast.organizations["Kettle Club"]
    follow = {"organization_subscription": {"organization_id": kettles.pk}}
    here = f"/hc/en/requests/organizations/{kettles.pk}/follow/"

    def subscribe() -> Any:
        return dee.post("/api/v2/organization_subscriptions", follow, "application/json")

    assert (subscribe().status_code, dee.post(here).status_code) == (422, 404)  # it shares nothing yet
    people.update_organization(organization=kettles, now=NOW, shared_tickets=True)
    made = subscribe().json()["organization_subscription"]
    assert "Stop the mails" in dee.get("/hc/en/requests/organizations/").content.decode()
    eli = browser(cast, "eli")
    assert (eli.post(here).status_code, eli.get(f"/api/v2/organization_subscriptions/{made['id']}").status_code) == (
        404,
        404,
    )
    file_request(cast, "cyd")
    run_jobs()
    [mail] = mails_to("dee")
    assert "/hc/en/requests/" in mail.text_body
    assert mails_to("eli") == []
    cast.ticket(is_confidential=True)
    cast.ticket("dee")
    run_jobs()
    assert [mail.subject for mail in mails_to("dee") if "] Broken" in mail.subject] == []
    cast.ticket()
    people.update_organization(organization=kettles, now=NOW, shared_tickets=False)
    run_jobs()  # nobody hears of what they read no more
    people.update_organization(organization=kettles, now=NOW, shared_tickets=True)
    dee.post(here, {"stop": "1"})
    assert dee.get("/api/v2/organization_subscriptions").json()["organization_subscriptions"] == []
    cast.ticket()
    run_jobs()
    assert [mail.subject for mail in mails_to("dee") if "] Broken" in mail.subject] == []


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user(name))
    return client


def test_the_author_of_an_update_gets_no_mail_about_it(cast: Cast) -> None:
    ticket = cast.ticket()
    cast.update("cyd", ticket, say="One more thing.")
    run_jobs()
    assert mails_to("cyd") == []


def test_a_suspended_person_gets_no_mail(cast: Cast) -> None:
    ticket = cast.ticket()
    User.objects.filter(pk=cast.users["cyd"].pk).update(is_suspended=True)
    cast.update("ana", ticket, say="Hello?")
    run_jobs()
    assert mails_to("cyd") == []


def test_of_somebody_without_an_address_the_history_does_not_say_they_were_told(cast: Cast) -> None:
    ticket = cast.ticket()
    run_jobs()
    User.objects.filter(pk=cast.users["cyd"].pk).update(email=None)
    cast.update("ana", ticket, say="Hello?")
    said = Event.objects.filter(audit__ticket_id=ticket.pk, audit__author_id=cast.users["ana"].pk)
    assert [event.type for event in said] == ["Comment"]
    assert "notifications.notify" not in run_jobs()


def test_what_people_type_is_never_a_template(cast: Cast) -> None:
    ticket = cast.ticket(subject="{{ticket.assignee.name}}", assignee_id=cast.users["ana"].pk)
    values = templates.values_for(cast.actor("cyd"), ticket, audit_id=2**40)
    assert templates.render("Re: {{ticket.title}} {{no.such.thing}}", values) == "Re: {{ticket.assignee.name}} "


def test_what_agents_keep_about_people_is_told_to_agents_alone(cast: Cast) -> None:
    options = [{"name": "Gold <1>", "value": "gold"}]
    people.create_field(UserField, key="level", type="dropdown", title="Level", now=NOW, options=options)
    people.update_user(user=cast.users["cyd"], now=NOW, custom_fields={"level": "gold"})
    ticket = cast.ticket()
    text = "{{ticket.requester.custom_fields.level}} {{ticket.requester.custom_fields.level.title}}."
    for who, told in (("ana", "gold Gold &lt;1&gt;."), ("cyd", " .")):
        values = templates.values_for(cast.actor(who), ticket, audit_id=2**40)
        assert templates.render(text, values, is_html=True) == told


def test_a_mail_says_of_the_ticket_what_its_reader_may_know(cast: Cast) -> None:
    options = [{"name": "Gold <1>", "value": "gold"}]
    shown, kept = (
        fields.create_field(type="tagger", title="Level", now=NOW, options=options, visible_in_portal=True),
        fields.create_field(type="text", title="Margin", now=NOW),
    )
    people.update_user(user=cast.users["ana"], now=NOW, phone="555", tags=["plumber"])
    ticket = cast.ticket(
        assignee_id=cast.users["ana"].pk,
        ccs=[cast.users["eli"].pk],
        custom_fields=[{"id": shown.pk, "value": "gold"}, {"id": kept.pk, "value": "9 %"}],
    )
    cast.update("ada", ticket, note=SECRET)
    asked = (
        "{{ticket.description}} | {{ticket.created_at_with_timestamp}} | {{ticket.cc_names}} | {{ticket.ccs[0]}} | "
        f"{{{{ticket.ticket_field_{shown.pk}}}}} {{{{ticket.ticket_field_option_title_{shown.pk}}}}} | "
        f"{{{{ticket.ticket_field_{kept.pk}}}}} | {{{{ticket.ticket_field_0}}}} | {{{{ticket.requester.email}}}} | "
        "{{ticket.assignee.email}}{{ticket.assignee.phone}}{{ticket.assignee.tags}} | "
        "{% for one in ticket.comments %}{{one.author}}: {{one.value}};{% endfor %}"
    )
    last = "Example: My kettle is broken.;"
    said = "My kettle is broken. | 2026-03-04T10:00:00Z | Eli Example | Eli Example | gold Gold <1> | "
    for who, told in (
        (
            "ana",
            f"9 % |  | cyd@example.com | ana@example.com555plumber | Ada Example: {SECRET};Cyd {last}",
        ),
        ("cyd", f" |  | cyd@example.com |  | Cyd {last}"),
        ("eli", f" |  |  |  | Cyd {last}"),
    ):
        values = templates.values_for(cast.actor(who), ticket, audit_id=2**40)
        assert templates.render(asked, values) == said + told
        shown_whole = templates.render("{{ticket.comments_formatted}} {{ticket.latest_comment_html}}", values)
        assert "Cyd Example, March 4, 2026, 10:00\n\nMy kettle is broken." in shown_whole
        assert (SECRET in shown_whole) == (who == "ana")


def test_a_mail_job_that_runs_twice_writes_one_mail(cast: Cast) -> None:
    ticket = cast.ticket()
    audit = actions.update(
        actor=Actor.system(), ticket_id=ticket.pk, now=NOW, via=Via(Channel.WEB), priority="high"
    ).audit
    assert audit is not None
    for _ in range(2):
        notify(audit_id=audit.pk, trigger_id=1, user_ids=[cast.users["cyd"].pk], subject="Hello", body="Again")
    assert len(mails_to("cyd")) == 1
