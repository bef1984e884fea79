"""What people without rights ask for, so that every check of a permission has somebody to refuse.

`hire_nil` and `lay_out` make whom and what it takes; `in_particular` is what is refused only when something certain
is asked for, `everywhere` every address there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client

from adjoin.brands import actions as brand_actions
from adjoin.fields import actions as fields
from adjoin.help_center.looks import actions as looks
from adjoin.help_center.models import Look
from adjoin.knowledge.actions import meaning, segments, templates
from adjoin.knowledge.models import UserSegment
from adjoin.knowledge.terms import MeaningSource
from adjoin.people import actions as people
from adjoin.people.models import OrganizationField
from adjoin.people.terms import Role
from adjoin.sharing.models import Delivery, PartnerFile, SharedTicket
from adjoin.sharing.terms import DeliveryState, FileState
from adjoin.testing import addresses, partner_doors
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import NOBODY, WEB, Desk
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import NewComment

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

ELSEWHERE = ("/hc/", "/metrics", "/healthz", "/readyz", "/access/")  # where nobody needs a right to come


@dataclass(frozen=True)
class Asked:
    """One request: who, how, where, with what. Bytes are a file.

    With `runs_jobs` the jobs it starts run, too; with `step` an action is called, which no page lets them come to."""

    who: str
    method: str
    path: str
    data: tuple[tuple[str, Any], ...] = ()
    runs_jobs: bool = False
    step: Callable[[Actor], object] | None = None

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {re.sub(r'[0-9]+', 'n', self.path)}"


def hire_nil(desk: Desk) -> None:
    """An agent who reads every ticket of Acme Home and may do nothing to it."""
    role = people.create_role(name="Nothing", configuration={"ticket_access": "all"}, now=NOW)
    nil = people.create_user(name="Nil", email="nil@example.com", role=Role.AGENT, custom_role=role, now=NOW)
    brand_actions.set_brands_of(user=nil, brands=list(desk.brands.values()), now=NOW)
    desk.users["nil"], desk.browsers["nil"] = nil, Client()
    desk.browsers["nil"].force_login(nil)


def lay_out(desk: Desk) -> dict[str, int]:
    """Rows that requests need to come to a check, by name: fields, a form, what a partner did not take or bring."""
    agreement = partner_doors.agreement(desk, partner_doors.PUBLIC_ONLY)
    shared = SharedTicket.objects.get(agreement=agreement, ticket=desk.tickets["home"])
    said = desk.tickets["home"].comments.filter(is_public=True).order_by("pk").values_list("pk", flat=True)[0]
    delivery = Delivery.objects.create(
        agreement=agreement, shared_ticket=shared, verb="PUT", path="", state=DeliveryState.FAILED, created_at=NOW
    )
    file = PartnerFile.objects.create(
        shared_ticket=shared, comment_id=said, url="", file_name="lost.txt", state=FileState.FAILED, created_at=NOW
    )
    options = [{"name": "One", "value": "one"}]
    level = people.create_field(OrganizationField, key="level", type="text", title="Level", now=NOW)
    return {
        "agreement": agreement.pk,
        "comment": said,
        "delivery": delivery.pk,
        "file": file.pk,
        "field": fields.create_field(type="tagger", title="Choice", options=options, now=NOW).pk,
        "status": fields.create_status(status_category="open", agent_label="Other", now=NOW).pk,
        "form": fields.create_form(name="Other", now=NOW).pk,
        "level": level.pk,
        "membership": desk.users["cyd"].memberships.get().pk,
        "place": desk.users["ana"].group_memberships.get().pk,
    }


def everywhere(desk: Desk) -> Iterator[Asked]:
    """Every address of the API and the workspace, as an agent whose role gives nothing; pages as an end user too."""
    for route in addresses.routes():
        *_, path = addresses.every(desk, route)  # the last is of a ticket that everybody here who is an agent reads
        if path.startswith("/api/"):
            yield from (Asked("nil", method, path) for method in ("GET", "POST", "PUT", "DELETE"))
        elif not path.startswith(ELSEWHERE):
            yield from (Asked("nil", method, path) for method in ("GET", "POST"))
            yield from (Asked("gil", method, path) for method in ("GET", "POST"))


def said(who: str, method: str, path: str, key: str = "", /, **given: Any) -> Asked:
    """A request with these values, below `key` where there is one."""
    return Asked(who, method, path, ((key, given),) if key else tuple(given.items()))


def in_particular(desk: Desk) -> Iterator[Asked]:
    """What is refused only when something certain is asked for."""
    rows = lay_out(desk)
    yield from _of_one_ticket(desk)
    yield from _of_comments(desk, rows)
    yield from _of_people(desk, rows)
    yield from _of_organizations(desk, rows)
    yield from _of_settings(desk, rows)
    yield from _of_sharing(desk, rows)
    yield from _of_articles(desk)
    yield from _of_help_centers(desk)


def _of_one_ticket(desk: Desk) -> Iterator[Asked]:
    home = desk.tickets["home"].pk
    api, page, request = f"/api/v2/tickets/{home}", f"/agent/tickets/{home}", f"/hc/en/requests/{home}"
    yield said("nil", "PUT", api, "ticket", priority="high")
    yield said("nil", "PUT", api, "ticket", tags=["new"])
    yield said("nil", "PUT", api, "ticket", comment={"body": "Hello", "public": True})
    yield said("nil", "DELETE", api)
    yield said("eli", "POST", f"{request}/solve/")
    yield said("hal", "PUT", f"/api/v2/requests/{home}", "request", comment={"body": "Hello"})
    yield said("hal", "POST", f"{request}/colleagues/", email="dee@example.com")
    yield from (said(who, "GET", f"{request}/") for who in ("eli", "hal"))
    yield said("nil", "POST", "/api/v2/tickets", "ticket", requester={"name": "Somebody", "email": "new@example.com"})
    for path in (f"{page}/", f"{page}/merge/", "/agent/views/", "/agent/tickets/new/", f"{page}/update/"):
        yield from (said(who, "GET", path) for who in ("nil", "gil"))
    yield said("nil", "POST", f"{page}/update/", priority="high")
    new = {"requester": "new@example.com", "subject": "New", "body": "Hello", "mode": "note"}
    yield said("nil", "POST", "/agent/tickets/new/", brand=desk.brands["home"].pk, **new)
    yield said("nil", "POST", f"{api}/merge", ids=[desk.tickets["shared"].pk])
    yield Asked(NOBODY, "CALL", "tickets.create", step=_file)


def _file(actor: Actor) -> object:
    return tickets.create(actor=actor, now=NOW, via=WEB, comment=NewComment(body="Hello"), requester_id=0)


def _of_comments(desk: Desk, rows: dict[str, int]) -> Iterator[Asked]:
    redact = f"/agent/tickets/{desk.tickets['home'].pk}/comments/{rows['comment']}/redact/"
    yield said("nil", "GET", redact)
    yield said("nil", "POST", redact, words="zq")


def _of_people(desk: Desk, rows: dict[str, int]) -> Iterator[Asked]:
    cyd, ana, nil = (desk.users[name].pk for name in ("cyd", "ana", "nil"))
    api, brands = "/api/v2", ",".join(str(brand.pk) for brand in desk.brands.values())
    yield said("nil", "POST", f"{api}/users", "user", name="New", email="new@example.com")
    yield said("nil", "POST", f"{api}/users", "user", name="New", organization={"name": "Newer"})
    yield said("nil", "PUT", f"{api}/users/{cyd}", "user", name="Cy")
    yield said("nil", "PUT", f"{api}/users/{cyd}", "user", role="agent")
    yield said("nil", "PUT", f"{api}/users/{ana}", "user", agent_brand_ids=[desk.brands["home"].pk])
    yield said("nil", "DELETE", f"{api}/users/{ana}")
    yield from (said("nil", "GET", f"/admin/people/{one}/") for one in (cyd, ana))
    yield said("nil", "POST", f"/admin/team/{ana}/", role="agent", brands_shown=brands)
    group_of_nil = {"user_id": nil, "group_id": desk.groups["support"].pk}
    yield said("nil", "POST", f"{api}/group_memberships", "group_membership", **group_of_nil)
    yield said("nil", "POST", f"{api}/group_memberships/create_many", group_memberships=[group_of_nil])
    yield Asked("nil", "DELETE", f"{api}/group_memberships/destroy_many?ids={rows['place']}", runs_jobs=True)
    yield from (said("nil", "GET", f"/hc/en/{page}/") for page in ("api-tokens", "mail"))
    yield said("nil", "POST", "/hc/en/api-tokens/1/revoke/")
    yield said("nil", "POST", f"{api}/custom_roles", "custom_role", name="New")
    yield said("nil", "POST", "/api/adjoin/v1/imports", kind="users", file=b"name,email\nNew,new@example.com\n")


def _of_organizations(desk: Desk, rows: dict[str, int]) -> Iterator[Asked]:
    api, kettles = "/api/v2", desk.organizations["Kettle Club"].pk
    shared, cyd, ana = desk.organizations["Shared Ltd"].pk, desk.users["cyd"].pk, desk.users["ana"].pk
    place: dict[str, Any] = {"organization_id": shared, "view_tickets": True}
    yield said("nil", "POST", f"{api}/organizations", "organization", name="New")
    yield said("nil", "PUT", f"{api}/organizations/{kettles}", "organization", notes="New")
    yield said("nil", "POST", f"{api}/organizations/{kettles}/merge", "organization_merge", winner_id=1)
    yield said("nil", "PUT", f"{api}/organizations/update_many", organizations=[{"id": kettles, "name": "New"}])
    for user in (cyd, ana):
        yield said("nil", "POST", f"{api}/organization_memberships", "organization_membership", user_id=user, **place)
    path = f"{api}/organization_memberships/{rows['membership']}"
    yield said("nil", "PUT", path, "organization_membership", view_tickets=True)
    field = {"type": "text", "key": "new", "title": "New"}
    yield said("nil", "POST", f"{api}/organization_fields", "organization_field", **field)
    yield said("nil", "PUT", f"{api}/organization_fields/{rows['level']}", "organization_field", title="New")
    yield said("nil", "POST", f"{api}/user_fields", "user_field", **field)


def _of_settings(desk: Desk, rows: dict[str, int]) -> Iterator[Asked]:
    api, home, returns = "/api/v2", desk.brands["home"].pk, desk.groups["returns"].pk
    lines: dict[str, Any] = {"conditions": {"all": [], "any": []}, "actions": [{"field": "priority", "value": "high"}]}
    yield said("nil", "POST", f"{api}/groups", "group", name="New")
    yield said("nil", "PUT", f"{api}/groups/{returns}", "group", name="New")
    yield said("nil", "POST", f"{api}/brands", "brand", name="New", subdomain="new")
    yield said("nil", "PUT", f"{api}/brands/{home}", "brand", name="New")
    yield said("nil", "POST", f"{api}/triggers", "trigger", title="New", **lines)
    yield said("nil", "PUT", f"{api}/triggers/reorder", trigger_ids=[])
    yield said("nil", "POST", f"{api}/trigger_categories", "trigger_category", name="New")
    hours = [{"field": field, "operator": "is", "value": value} for field, value in (("NEW", "1"), ("status", "new"))]
    lines["conditions"] = {"all": hours, "any": []}
    yield said("nil", "POST", f"{api}/automations?dry_run=true", "automation", title="New", **lines)
    option = {"name": "Two", "value": "two"}
    yield said("nil", "POST", f"{api}/ticket_fields", "ticket_field", type="text", title="New")
    yield said("nil", "PUT", f"{api}/ticket_fields/{rows['field']}", "ticket_field", title="New")
    yield said("nil", "POST", f"{api}/ticket_fields/{rows['field']}/options", "custom_field_option", **option)
    yield said("nil", "POST", f"{api}/ticket_forms", "ticket_form", name="New")
    yield said("nil", "PUT", f"{api}/ticket_forms/{rows['form']}", "ticket_form", name="New")
    yield said("nil", "POST", f"{api}/custom_statuses", "custom_status", agent_label="New")
    yield said("nil", "PUT", f"{api}/custom_statuses/{rows['status']}", "custom_status", agent_label="New")
    hook = {"name": "New", "endpoint": "https://example.com/", "http_method": "POST", "request_format": "json"}
    yield said("nil", "POST", f"{api}/webhooks", "webhook", status="active", **hook)
    yield said("nil", "POST", f"{api}/business_hours/schedules", "schedule", name="New", time_zone="UTC")
    yield said("nil", "POST", f"{api}/slas/policies", "sla_policy", title="New", policy_metrics=[])
    yield said("nil", "PUT", f"{api}/slas/policies/1", "sla_policy", title="New")
    yield said("nil", "PUT", f"{api}/slas/policies/reorder", sla_policy_ids=[1])
    yield said("nil", "POST", f"{api}/group_slas/policies", "group_sla_policy", title="New", policy_metrics=[])
    yield said("nil", "PUT", f"{api}/group_slas/policies/1", "group_sla_policy", title="New")
    yield said("nil", "PUT", f"{api}/group_slas/policies/reorder", group_sla_policy_ids=[1])


def _of_sharing(desk: Desk, rows: dict[str, int]) -> Iterator[Asked]:
    home, orphan, under = desk.tickets["home"].pk, desk.tickets["returns"].pk, rows["agreement"]
    page, agreement = f"/admin/sharing/tickets/{home}", f"/admin/sharing/{under}"
    held = {"agreement_id": under, "comment_id": rows["comment"]}
    yield said("nil", "POST", "/api/v2/sharing_agreements", "sharing_agreement", remote_subdomain="maker")
    yield from (said("nil", "POST", f"{agreement}/{step}/") for step in ("key", "move/confirm", "move/refuse"))
    yield said("nil", "GET", f"{page}/preview/{under}/")
    yield said("nil", "POST", f"/api/adjoin/v1/tickets/{home}/sharing_holds", "sharing_hold", **held)
    yield said("nil", "POST", f"{page}/share/", agreement=under)
    yield said("nil", "POST", f"{page}/send-again/", delivery=rows["delivery"])
    yield said("nil", "POST", f"{page}/fetch-again/", file=rows["file"])
    yield said("nil", "POST", "/admin/sharing/orphans/", tickets=[orphan], step="close")


def _of_articles(desk: Desk) -> Iterator[Asked]:
    api, segment = "/api/v2/help_center", UserSegment.objects.order_by("pk").values_list("pk", flat=True)[0]
    yield said("nil", "GET", f"{api}/articles")
    yield said("nil", "POST", f"{api}/categories", "category", name="Care")
    yield Asked("nil", "POST", f"{api}/articles/attachments", (("file", b"words"),))
    yield from (said("nil", "GET", f"{api}/user_segments{more}") for more in ("", f"/{segment}"))
    yield said("nil", "GET", f"{api}/users/{desk.users['cyd'].pk}/user_segments")
    yield said("nil", "POST", f"{api}/user_segments", "user_segment", name="Gold", user_type="staff", tags=["gold"])
    yield said("nil", "PUT", f"{api}/user_segments/{segment}", "user_segment", tags=["gold"])
    yield said("nil", "DELETE", f"{api}/user_segments/{segment}")


def _of_help_centers(desk: Desk) -> Iterator[Asked]:
    """The actions themselves: behind their pages, forms take what was sent apart before a check is come to."""
    home = desk.brands["home"]
    steps: dict[str, Callable[[Actor], object]] = {
        "looks.choose": lambda actor: looks.choose(actor=actor, look=Look(brand=home), now=NOW),
        "looks.restore": lambda actor: looks.restore(actor=actor, brand=home, look_id=0, now=NOW),
        "meaning.choose": lambda actor: meaning.choose(actor=actor, source=MeaningSource.OFF, now=NOW),
        "segments.keep_help_center_for": lambda actor: segments.keep_help_center_for(
            actor=actor, brand=home, segment=None, now=NOW
        ),
        "templates.save_template": lambda actor: templates.save_template(
            actor=actor, template=None, name="How to", body="", now=NOW
        ),
    }
    yield from (Asked("nil", "CALL", name, step=step) for name, step in steps.items())
