"""Importing a file in a real browser: the page shows how far it is by itself, then what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from adjoin.people.models import User
from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.testing.pages import Open, look_like, shoot, too_wide

pytestmark = pytest.mark.browser


def test_a_file_is_sent_mended_imported_and_undone(cast: Cast, open_page: Open, tmp_path: Path) -> None:
    page = open_page("/admin/imports/", name="ada")
    wrong, right = tmp_path / "wrong.csv", tmp_path / "people.csv"
    wrong.write_text("name,email,role\nNia,nia@example.org,admin\nOz,oz@example.org,\n")
    right.write_text("name,email,organization\nNia,nia@example.org,Kettle Club\nOz,oz@example.org,\n")

    def send(file: Path) -> None:
        page.get_by_label("File", exact=True).set_input_files(file)
        with page.expect_navigation():
            page.get_by_role("button", name="Check the file").press("Enter")
        run_jobs()

    send(wrong)
    expect(page.get_by_text("Some lines are wrong")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("end users only")).to_be_visible()
    shoot(page, "imports/wrong", is_whole=True)
    assert axe.grave(page) == []
    with page.expect_navigation():
        page.get_by_role("link", name="Send the file again").click()
    assert axe.grave(page) == []
    send(right)
    expect(page.get_by_text("Every line is right. Nothing has been written yet.")).to_be_visible(timeout=15_000)
    shoot(page, "imports/ready", is_whole=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Import 2 lines").press("Enter")
    run_jobs()
    expect(page.get_by_text("You can undo it until")).to_be_visible(timeout=15_000)
    look_like(page, "phone", "light")
    assert too_wide(page) == []
    shoot(page, "imports/done", is_whole=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Undo this import").press("Enter")
    run_jobs()
    expect(page.get_by_text("2 are as they were before.")).to_be_visible(timeout=15_000)
    assert not User.objects.filter(email__endswith="@example.org").exists()
