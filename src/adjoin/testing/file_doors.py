"""The doors of files and live updates."""

from __future__ import annotations

from unittest import mock

from django.conf import settings

from adjoin.project import live_readers
from adjoin.testing import desk as desks
from adjoin.testing.asking import ask
from adjoin.testing.desk import NOBODY, Desk
from adjoin.testing.doors import ALL_SAID, Door, Said
from adjoin.tickets.models import Attachment


class FileDownloads(Door):
    """Files by the address that pages and mails give out, which is good for nobody else."""

    routes = ("/attachments/token/{}/",)
    people = ("ben", "pia", "rex", "dee", "gil", NOBODY)
    asked = ("home", "asked by rex", "vault", "talking")

    def comments(self, desk: Desk, who: str) -> set[Said]:
        said = [one for one in ALL_SAID if one[0] in self.asked]
        files = {one: Attachment.objects.get(file_name=desks.file_name(one[0], public=one[1])) for one in said}
        return {one for one, file in files.items() if self._gives(desk, who, one, file)}

    def _gives(self, desk: Desk, who: str, said: Said, file: Attachment) -> bool:
        return ask(desk, who, f"/attachments/token/{file.token}/").shows(desks.said(said[0], public=said[1]))

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return ticket in self.asked and super().promises_comment(desk, ticket, who, public)


class ApiFiles(FileDownloads):
    """What the API tells about a file."""

    routes = ("/api/v2/attachments/{}",)

    def _gives(self, desk: Desk, who: str, said: Said, file: Attachment) -> bool:
        return ask(desk, who, f"/api/v2/attachments/{file.pk}").shows(file.file_name)


class LiveUpdates(Door):
    """Of which tickets the stream of news may speak to somebody."""

    def tickets(self, desk: Desk, who: str) -> set[str]:
        morsel = desk.browsers[who].cookies.get(settings.SESSION_COOKIE_NAME)
        cookies = f"{settings.SESSION_COOKIE_NAME}={morsel.value}" if morsel else ""
        numbers = [ticket.pk for ticket in desk.tickets.values()]
        with mock.patch.object(live_readers, "close_old_connections"):  # the test's own connection stays open
            allowed = live_readers.readable_ids(desk.account.schema_name, cookies, numbers) or set()
        return {name for name, ticket in desk.tickets.items() if ticket.pk in allowed}
