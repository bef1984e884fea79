"""A brand's own host name: it is asked before it is used, answers for that brand only, and nobody else can have it."""

from __future__ import annotations

import pytest
from django.test import Client

from adjoin.accounts.models import Domain
from adjoin.adapters import http
from adjoin.adapters.http import Answer, Request
from adjoin.brands import actions, hosts
from adjoin.kernel.errors import Invalid
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST
from adjoin.testing.cast import Cast

NAME = "help.outdoor.example"


class Leads:
    """A host that answers like this desk, or like another server."""

    def __init__(self, *, here: bool) -> None:
        self.here = here

    def send(self, request: Request, *, into: object = None) -> Answer:
        host = request.url.split("/")[2].partition(":")[0]
        path = f"/{request.url.split('/', 3)[3]}"
        if not self.here:
            return Answer(200, {}, b"Parked")
        return Answer(200, {}, Client(headers={"host": host}).get(path).content)


def test_a_name_is_used_once_it_leads_here_and_answers_for_its_brand(cast: Cast) -> None:
    ada, path = Client(headers={"host": HOST}), f"/admin/brands/{cast.outdoor.pk}/host/"
    ada.force_login(cast.users["ada"])
    before = http.use(Leads(here=False))
    try:
        refused = ada.post(path, {"host_mapping": NAME.upper()})
        assert (refused.status_code, "leads to another server" in refused.content.decode()) == (422, True)
        assert Client(headers={"host": NAME}).get("/hc/en/").status_code == 404
        http.use(Leads(here=True))
        assert ada.post(path, {"host_mapping": NAME.upper()}).status_code == 302
        assert f"{NAME} leads here" in ada.get(f"{path}?check=1").content.decode()
    finally:
        http.use(before)
    assert "Acme Outdoor" in Client(headers={"host": NAME}).get("/hc/en/").content.decode()
    assert Client(headers={"host": HOST}).get(f"/tls/ask?domain={NAME}").status_code == 200
    assert Client().get("/tls/ask?domain=other.example").status_code == 404
    cast.outdoor.refresh_from_db()
    assert cast.outdoor.support_address == "support@acme-outdoor.localhost"
    with pytest.raises(Invalid, match="taken"):
        actions.map_host(brand=cast.home, host=NAME, now=NOW)
    actions.map_host(brand=cast.outdoor, host="", now=NOW)
    assert not Domain.objects.filter(domain=NAME).exists()


@pytest.mark.parametrize("name", ["localhost", "acme.localhost", "a b.example", "x", "https://help.example", "1.2.3.4"])
def test_what_is_no_host_name_of_theirs_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        hosts.cleaned(name)
