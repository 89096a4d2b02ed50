"""Without a network (O5), and on a device (S2)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import Stage
from tests.web.conftest import Served


@pytest.fixture
def worked(stage: Stage, opened: Opened, served: Served) -> Iterator[Page]:
    """The home page, over which the service worker watches; the stage's answer has been read with it."""
    stage.whole()
    page = opened(served.url, service_workers="allow", quiet=True)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 0)")
    for path in (stage.url, f"{served.url}/threads", served.url):
        page.goto(path)
    yield page
    page.context.set_offline(False)


def cut(page: Page) -> BrowserContext:
    page.context.set_offline(True)
    return page.context


def test_o5_offline_the_list_and_what_was_read_open_and_the_rest_says_so(
    worked: Page, stage: Stage, served: Served
) -> None:
    cut(worked)
    worked.goto(f"{served.url}/threads")
    worked.locator(f"a[href$='{stage.thread_id}']").first.click()
    expect(worked.locator(".text")).to_contain_text("330 metres")
    expect(worked.locator("#offline")).to_contain_text("You are offline")
    worked.goto(f"{served.url}/models")
    expect(worked.get_by_role("heading", level=1)).to_have_text("The server can't be reached")


def test_o5_a_question_that_is_sent_offline_is_kept_and_offered_when_the_network_is_back(worked: Page) -> None:
    context = cut(worked)
    worked.fill("#question", "What is a tower?")
    worked.press("#question", "Enter")
    expect(worked.locator("#offline")).to_contain_text("Your question is kept")
    expect(worked.locator("#question")).to_have_value("What is a tower?")
    context.set_offline(False)
    worked.get_by_role("button", name="Ask it now").click()
    expect(worked.locator("#a1-q")).to_have_text("What is a tower?")


def test_o5_a_question_that_did_not_arrive_is_kept_on_the_page_that_says_so(worked: Page) -> None:
    """The browser believes that there is a network, and there is none."""
    worked.fill("#question", "What is a bridge?")
    worked.evaluate("() => Object.defineProperty(navigator, 'onLine', {get: () => true})")
    context = cut(worked)
    worked.press("#question", "Enter")
    kept = worked.get_by_label("Your question was kept")
    expect(kept).to_have_value("What is a bridge?")
    context.set_offline(False)
    worked.locator(".kept .send").click()
    expect(worked.locator("#a1-q")).to_have_text("What is a bridge?")


def test_s2_the_browser_finds_nothing_wrong_with_the_manifest(worked: Page, served: Served) -> None:
    devtools = worked.context.new_cdp_session(worked)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["start_url"] == "/"
    wrong = {one["errorId"] for one in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert wrong <= {"in-incognito"}  # every window of these tests is one
