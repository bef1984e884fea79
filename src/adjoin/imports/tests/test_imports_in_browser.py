"""Importing a file in a real browser: the page shows how far it is by itself, then what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from adjoin.people.models import User
from adjoin.testing import axe
from adjoin.testing.cast import PASSWORD, Cast
from adjoin.testing.jobs import run_jobs

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parents[4] / ".screenshots" / "imports"


def _shoot(page: Any, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, caret="initial")


def test_a_file_is_sent_mended_imported_and_undone(
    cast: Cast, server_port: int, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(
        base_url=f"http://acme.localhost:{server_port}", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto("/accounts/login/?next=/admin/imports/")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    wrong, right = tmp_path / "wrong.csv", tmp_path / "people.csv"
    wrong.write_text("name,email,role\nNia,nia@example.org,admin\nOz,oz@example.org,\n")
    right.write_text("name,email,organization\nNia,nia@example.org,Kettle Club\nOz,oz@example.org,\n")

    def send(file: Path) -> None:
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name="Check the file").press("Enter")
        page.wait_for_url("**/admin/imports/*/")
        page.wait_for_load_state()
        run_jobs()

    send(wrong)
    expect(page.get_by_text("Some lines are wrong")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("end users only")).to_be_visible()
    _shoot(page, "wrong")
    assert axe.grave(page) == []
    page.get_by_role("link", name="Send the file again").click()
    assert axe.grave(page) == []
    send(right)
    expect(page.get_by_text("Every line is right. Nothing has been written yet.")).to_be_visible(timeout=15_000)
    _shoot(page, "ready")
    page.get_by_role("button", name="Import 2 lines").press("Enter")
    page.wait_for_load_state()
    run_jobs()
    expect(page.get_by_text("You can undo it until")).to_be_visible(timeout=15_000)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    _shoot(page, "done")
    page.get_by_role("button", name="Undo this import").press("Enter")
    page.wait_for_load_state()
    run_jobs()
    expect(page.get_by_text("2 are as they were before.")).to_be_visible(timeout=15_000)
    context.close()
    assert not User.objects.filter(email__endswith="@example.org").exists()
