"""The pictures in the documentation, taken of the real page, so that they are never older than it.

``SCREENSHOTS_TO=docs/screenshots pytest tests/browser/test_screenshots.py`` renews them; otherwise they go to a
temporary folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Opened
from tests.browser.stage import COUNTRIES, FAITHFUL, MONTHS, Stage
from tests.web.conftest import Served

DESKTOP = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 2}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chosen = Path(os.environ.get("SCREENSHOTS_TO", tmp_path))
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_home(served: Served, opened: Opened, folder: Path, scheme: str) -> None:
    page = opened(served.url, color_scheme=scheme, **DESKTOP)
    page.screenshot(path=folder / f"home-{scheme}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answer_with_a_citation_open(stage: Stage, opened: Opened, folder: Path, scheme: str) -> None:
    stage.whole(FAITHFUL)
    page = opened(stage.url, color_scheme=scheme, **DESKTOP)
    page.locator(".text .chip").nth(1).hover()
    expect(page.locator("#preview")).to_be_visible()
    page.screenshot(path=folder / f"answer-{scheme}.png")


def test_answer_on_a_phone(stage: Stage, opened: Opened, folder: Path) -> None:
    stage.whole(FAITHFUL)
    page = opened(stage.url, **PHONE)
    page.screenshot(path=folder / "answer-phone.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rows_of_a_database(stage: Stage, opened: Opened, folder: Path, scheme: str) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url, color_scheme=scheme, **{**DESKTOP, "viewport": {"width": 1280, "height": 1160}})
    page.locator(".query > summary").click()
    page.screenshot(path=folder / f"rows-{scheme}.png")


def test_rows_of_a_database_on_a_phone(stage: Stage, opened: Opened, folder: Path) -> None:
    stage.tabled(MONTHS.model_copy(update={"total": 60}), text="How many orders were there by month?")
    page = opened(stage.url, **PHONE)
    page.locator(".drawing").evaluate("e => scrollTo(0, e.getBoundingClientRect().bottom + 110 - innerHeight)")
    page.screenshot(path=folder / "rows-phone.png")
