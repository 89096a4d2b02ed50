"""Without a network (O5), and on a device (S2)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import Stage
from tests.browser.test_files import violations
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


def test_i5_a_temporary_thread_is_there_after_a_reload_and_kept_on_no_device(worked: Page, served: Served) -> None:
    worked.fill("#question", "What is a chronoclasm?")
    worked.get_by_label("Temporary").focus()
    worked.keyboard.press("Space")
    worked.locator(".send").click()
    expect(worked.locator("#a1")).to_have_attribute("data-status", "answered", timeout=30_000)
    worked.locator("#a1-s1 .source-title").click()
    expect(worked.locator("h1")).to_be_visible()
    worked.go_back()
    worked.reload()
    expect(worked).to_have_title("Temporary thread · pincite")
    expect(worked.locator("#a1 .question")).to_have_text("What is a chronoclasm?")
    expect(worked.locator("form.judge")).to_have_count(0)
    kept = worked.evaluate(
        """async () => {
          const pages = await caches.open("pages");
          const texts = await Promise.all((await pages.matchAll()).map((one) => one.text()));
          return [texts.length, texts.filter((text) => text.includes("chronoclasm")).length,
            Object.values({...localStorage, ...sessionStorage}).filter((text) => text.includes("chronoclasm")).length];
        }"""
    )
    assert kept[0] > 0
    assert kept[1:] == [0, 0]
    worked.goto(f"{served.url}/threads")
    expect(worked.locator("main")).not_to_contain_text("chronoclasm")
    worked.go_back()
    worked.get_by_role("button", name="Forget it now").click()
    expect(worked).to_have_url(f"{served.url}/")
    worked.go_back()
    worked.reload()
    expect(worked.locator("main")).not_to_contain_text("chronoclasm")


def test_p1_axe_finds_nothing_on_a_temporary_thread_on_a_phone(served: Served, opened: Opened) -> None:
    page = opened(served.url, bypass_csp=True, viewport={"width": 320, "height": 640}, color_scheme="dark")
    page.get_by_label("Temporary").check()
    assert violations(page) == []
    page.fill("#question", "What is honey?")
    page.locator(".send").click()
    expect(page.locator("#a1")).to_have_attribute("data-status", "answered", timeout=30_000)
    page.locator("#a1-s1 .why summary").click()
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
