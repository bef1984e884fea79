"""Whom mails are from that no rule writes: somebody by name, in every list of mails."""

from collections.abc import Callable
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest
from django.core import mail

from adjoin.audit_log import tasks as audit_log
from adjoin.brands.actions import default_brand
from adjoin.help_center import registration
from adjoin.people import reset
from adjoin.sign_in import links, resetting
from adjoin.suspended import tasks as suspended
from adjoin.testing.cast import Cast

NAME = 'Kettles, "Pots" & Zoë'
HOST = "acme.localhost"
TO_SOMEBODY = {"host": HOST, "name": NAME}
WAYS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (reset.send_reset_link, TO_SOMEBODY),
    (reset.send_invitation, TO_SOMEBODY),
    (links.send_link, {**TO_SOMEBODY, "browser_digest": "x", "next": ""}),
    (suspended.send_link, {**TO_SOMEBODY, "url": "http://acme.localhost/"}),
]


@pytest.mark.parametrize(("write", "how"), WAYS)
def test_mails_that_open_a_door_are_from_somebody_by_name(
    cast: Cast, write: Callable[..., Any], how: dict[str, Any]
) -> None:
    write(email=cast.users["cyd"].email, **how)
    assert sender() == (NAME, f"support@{HOST}")


def test_an_address_to_confirm_is_asked_for_by_the_brand(cast: Cast) -> None:
    how: dict[str, Any] = {"host": HOST, "brand_name": NAME, "brand_id": cast.home.pk}
    registration.send_link(name="New", email="new@example.com", **how)
    assert sender() == (NAME, f"support@{HOST}")


def test_news_of_the_desk_are_from_the_account_by_name(cast: Cast) -> None:
    resetting.tell(user_id=cast.users["cyd"].pk, by="Ada")
    audit_log.mail_export(user_id=cast.users["ada"].pk, query="")
    address = default_brand().support_address
    assert [str(one.from_email) for one in mail.outbox[-2:]] == [f"Acme <{address}>"] * 2


def sender() -> tuple[str, str]:
    """The name and the address that the last mail says it is from, as mail programs read them."""
    name, address = parseaddr(str(mail.outbox[-1].message()["From"]))
    return str(make_header(decode_header(name))), address
